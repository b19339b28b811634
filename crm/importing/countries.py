"""Country names as people write them -> ISO codes, and the time zone of a country that has one."""

import re
from functools import cache
from importlib.resources import files

from babel import Locale

ALIASES = {
    "eire": "IE", "rsa": "ZA", "usa": "US", "u s a": "US", "uk": "GB", "great britain": "GB", "england": "GB",
    "scotland": "GB", "korea": "KR", "south korea": "KR", "republic of korea": "KR", "대한민국": "KR", "한국": "KR",
     "uae": "AE",
    "czech republic": "CZ", "holland": "NL", "russia": "RU", "viet nam": "VN", "turkey": "TR", "hong kong": "HK",
    "taiwan": "TW", "macedonia": "MK", "ivory coast": "CI",
}  # fmt: skip
# Countries of several zones, most of whose business runs on one.
MAIN_ZONES = {
    "GB": "Europe/London", "DE": "Europe/Berlin", "ES": "Europe/Madrid", "PT": "Europe/Lisbon", "CN": "Asia/Shanghai",
    "NZ": "Pacific/Auckland", "UA": "Europe/Kyiv", "MY": "Asia/Kuala_Lumpur", "UZ": "Asia/Tashkent",
    "CL": "America/Santiago",
    "AR": "America/Argentina/Buenos_Aires", "CY": "Asia/Nicosia", "EC": "America/Guayaquil", "VN": "Asia/Ho_Chi_Minh",
}  # fmt: skip


def _plain(name):
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


@cache
def _names():
    names = dict(ALIASES)
    for language in ("en", "ko"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("ZZ", "EU", "EZ", "UN", "XA", "XB", "QO"):
                names.setdefault(_plain(name), code)
                names.setdefault(code.casefold(), code)
    return names


def country_code(name: str) -> str:
    """ISO 3166 code, or "" where the name is not a country that can be told."""
    return _names().get(_plain(name), "")


@cache
def _zones():
    zones = {}
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            code, _, zone, *_ = line.split("\t")
            zones.setdefault(code, []).append(zone)
    return zones


def zones(code: str = "") -> list[str]:
    """The time zones of a country; without one, those of all countries."""
    return _zones().get(code, []) if code else sorted({zone for known in _zones().values() for zone in known})


def country_codes() -> list[str]:
    return list(_zones())


def time_zone(code: str) -> str:
    """The country's zone where it has one, or one that nearly all of its business keeps; else ""."""
    zones = _zones().get(code, [])
    return zones[0] if len(zones) == 1 else MAIN_ZONES.get(code, "")
