"""Public holidays of a country, out of the holidays package. Pure: no clock, no database."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

SATURDAY = 5
ENGLISH = "en_US"


@dataclass(frozen=True)
class PublicHoliday:
    on: date
    name: str


def between(country, first, last, language=ENGLISH) -> list[PublicHoliday]:
    """Those from `first` to `last`, in order; none of a country that is not known. In English where nobody has their names in
    `language`."""
    found = []
    for year in range(first.year, last.year + 1):
        found += [holiday for holiday in _of_year(country, year, language) if first <= holiday.on <= last]
    return found


def on_working_days(country, first, last, language=ENGLISH) -> list[PublicHoliday]:
    """Those on which somebody would be at work otherwise: Monday to Friday."""
    return [holiday for holiday in between(country, first, last, language) if holiday.on.weekday() < SATURDAY]


def last_day_off(country, day) -> date:
    """The last of the days from `day` on of which each is a holiday or a weekend."""
    off = {holiday.on for holiday in between(country, day, day + timedelta(days=14))}
    while (following := day + timedelta(days=1)) in off or following.weekday() >= SATURDAY:
        day = following
    return day


@lru_cache(maxsize=2000)
def _of_year(country, year, language):
    try:
        found = holidays.country_holidays(country, years=year, language=ENGLISH)
        if language in found.supported_languages:
            found = holidays.country_holidays(country, years=year, language=language)
    except NotImplementedError:
        return ()
    return tuple(PublicHoliday(day, name) for day, name in sorted(found.items()))
