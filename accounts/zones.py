"""The time zones of the world for a list to choose from, by continent, under the names that the reader's language has."""

from functools import lru_cache
from importlib.resources import files
from operator import itemgetter

from babel.dates import get_timezone_location
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.formats import locale

REGIONS = {
    "Africa": gettext_noop("Africa"),
    "America": gettext_noop("America"),
    "Antarctica": gettext_noop("Antarctica"),
    "Asia": gettext_noop("Asia"),
    "Atlantic": gettext_noop("Atlantic"),
    "Australia": gettext_noop("Australia"),
    "Europe": gettext_noop("Europe"),
    "Indian": gettext_noop("Indian Ocean"),
    "Pacific": gettext_noop("Pacific"),
}


def choices(chosen=""):
    """[(continent, [(name, city), ...]), ...] as Django's select groups them, with the `chosen` one in any case."""
    listed = _choices(locale())
    known = {name for _label, cities in listed[1:] for name, _city in cities} | {"UTC", ""}
    return listed if chosen in known else [(chosen, chosen), *listed]


@lru_cache
def _choices(reader):
    grouped = {label: [] for label in map(_, REGIONS.values())}
    for name in _names():
        region = name.partition("/")[0]
        if region in REGIONS:
            grouped[_(REGIONS[region])].append((name, _city(name, reader)))
    return [
        ("UTC", "UTC"),
        *((label, sorted(cities, key=itemgetter(1))) for label, cities in grouped.items()),
    ]


def _names():
    """Those that zones are called by today: older spellings are left out, though they remain good."""
    lines = files("tzdata").joinpath("zoneinfo/zone.tab").read_text().splitlines()
    return [line.split("\t")[2] for line in lines if not line.startswith("#")]


def _city(name, reader):
    return get_timezone_location(name, locale=reader, return_city=True).removeprefix("Argentina/")
