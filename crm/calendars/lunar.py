"""The months of Korean and Chinese lunar years, out of the tables of two libraries. Pure; a year is read only once.

Both calendars begin a month on the day of the new moon, the Korean one in Seoul and the Chinese one in Beijing: they
differ where that is on two sides of midnight.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from korean_lunar_calendar import KoreanLunarCalendar
from lunar_python import LunarYear

KOREAN, CHINESE = "korean_lunar", "chinese_lunar"
# The last civil day that each calendar's tables know; the Chinese ones are computed for any year.
KNOWN_THROUGH = {KOREAN: date(2050, 12, 31), CHINESE: date.max}
KOREAN_LAST = (2050, 11, 18)  # the same day
JULIAN_DAY_OF_ORDINAL_0 = 1721425  # at noon


class TablesEnd(Exception):
    """The Korean tables end with civil 2050."""


@dataclass(frozen=True)
class Month:
    year: int
    number: int
    leap: bool
    first: date
    days: int


@lru_cache(maxsize=512)
def months(calendar, year) -> tuple[Month, ...]:
    """Those of a lunar year, in order; of the last Korean one only what the tables know."""
    return _korean(year) if calendar == KOREAN else _chinese(year)


def find(calendar, year, number, leap) -> Month | None:
    """None where the year has no such leap month."""
    return next((m for m in months(calendar, year) if (m.number, m.leap) == (number, leap)), None)


def month_of(calendar, day) -> Month:
    """The month that a civil day is in."""
    if day > KNOWN_THROUGH[calendar]:
        raise TablesEnd
    return next(
        month
        for year in (day.year, day.year - 1)
        for month in reversed(months(calendar, year))
        if month.first <= day < month.first + timedelta(days=month.days)
    )


def civil_day(calendar, year, number, day, leap) -> date | None:
    """None where that year has no such day."""
    # That 2050 has no leap month so late is known.
    if calendar == KOREAN and not leap and (year, number, day) > KOREAN_LAST:
        raise TablesEnd
    month = find(calendar, year, number, leap)
    return month.first + timedelta(days=day - 1) if month and 1 <= day <= month.days else None


def _korean(year):
    if year > KOREAN_LAST[0]:
        raise TablesEnd
    tables, found = KoreanLunarCalendar(), []
    for number in range(1, 13):
        for leap in (False, True):
            # It answers False for a day that does not exist, and would then keep the day before.
            if tables.setLunarDate(year, number, 1, leap):
                first = date(tables.solarYear, tables.solarMonth, tables.solarDay)
                days = next(d for d in range(30, 0, -1) if tables.setLunarDate(year, number, d, leap))
                found.append(Month(year, number, leap, first, days))
    return tuple(found)


def _chinese(year):
    # Not LunarYear.fromYear(), which keeps one year only and takes 3 ms for any other.
    return tuple(
        Month(
            year,
            abs(month.getMonth()),
            month.getMonth() < 0,
            date.fromordinal(int(month.getFirstJulianDay()) - JULIAN_DAY_OF_ORDINAL_0),
            month.getDayCount(),
        )
        for month in LunarYear(year).getMonths()
        if month.getYear() == year
    )
