"""Languages and time zones as programs write them."""

import re
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.languages import get_official_languages

from crm.models.person import FAMILY_FIRST

NAMES_IN = ("en", "ko", "de", "fr", "es", "zh", "ja")


@cache
def _codes():
    codes = {}
    for language in NAMES_IN:
        for code, name in Locale(language).languages.items():
            if len(code) == 2:
                codes.setdefault(name.casefold(), code)
                codes.setdefault(code, code)
    return codes


def language_code(text) -> str:
    """ko of ko_KR, Korean, 한국어, Korean / 한국어, Korean (Korea); "" where it can't be told."""
    text = text.casefold().strip()
    first = re.split(r"[/(;,]", text)[0].strip()
    return _codes().get(text) or _codes().get(first) or _codes().get(re.split(r"[-_]", first)[0], "")


@cache
def family_first(language, country) -> bool:
    """Whether names begin with the family's, as usual in the language, else in the country's first one."""
    official = get_official_languages(country) if country and not language else ()
    return (language or (official[0] if official else "")) in FAMILY_FIRST


def zone_name(text) -> str:
    """Europe/Oslo, also where it is written europe_slash_oslo; "" where it can't be told."""
    return _zones().get(text.casefold().replace("_slash_", "/").replace(" ", "_"), "")


@cache
def _zones():
    return {name.casefold(): name for name in available_timezones()}
