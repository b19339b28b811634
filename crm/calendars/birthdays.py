"""Days of the year in three calendars -> civil days. Pure: no clock, no database.

Where a year lacks the day the person's own rule decides: 29 February becomes the 28th ("before") or 1 March ("after");
a lunar 30th the 29th or the next month's 1st; a leap month the ordinary month of its number or the month after it.
"skip" leaves the year out. Korean and Chinese lunar dates differ on a few days a year, so each has its own tables.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from korean_lunar_calendar import KoreanLunarCalendar
from lunar_python import Lunar, LunarYear

KOREAN_TABLES_END = 2050


class TablesEnd(Exception):
    """The Korean tables end with lunar 2050."""


@dataclass(frozen=True)
class YearlyDay:
    """calendar: "gregorian", "korean_lunar" or "chinese_lunar"; year: of birth in that calendar, or None."""

    calendar: str
    month: int
    day: int
    leap_month: bool = False
    year: int | None = None
    missing: str = "before"


@dataclass(frozen=True)
class Occurrence:
    on: date
    turns: int | None


def occurrences(of: YearlyDay, first: date, last: date) -> list[Occurrence]:
    """All from `first` to `last`, both included; a lunar day may fall twice in a civil year, or not at all.

    Raises TablesEnd where the Korean tables do not reach.
    """
    # A lunar year ends up to two months after the civil one of its number.
    found = []
    for year in range(first.year - 1, last.year + 1):
        on = _in_year(of, year)
        if on and first <= on <= last:
            found.append(Occurrence(on, year - of.year if of.year and year > of.year else None))
    return sorted(found, key=lambda occurrence: occurrence.on)


def next_occurrence(of: YearlyDay, today: date) -> Occurrence | None:
    """The first one on or after `today`, within nine years (a skipped 29 February); None beyond the tables."""
    for year in range(today.year - 1, today.year + 10):
        try:
            on = _in_year(of, year)
        except TablesEnd:
            return None
        if on and on >= today:
            return Occurrence(on, year - of.year if of.year and year > of.year else None)
    return None


def _in_year(of, year) -> date | None:
    """The civil day on which the day falls in year `year` of its own calendar."""
    if of.calendar == "gregorian":
        return _gregorian(of, year)
    convert = _korean if of.calendar == "korean_lunar" else _chinese
    exact = convert(year, of.month, of.day, of.leap_month)
    if exact or of.missing == "skip":
        return exact
    last = convert(year, of.month, 29, of.leap_month)
    if last and of.day == 30:
        # The day after may be the 1st of a leap month of the same number.
        return last if of.missing == "before" else last + timedelta(days=1)
    if of.leap_month:
        month = of.month if of.missing == "before" else of.month + 1
        # The ordinary month may be a short one: then the rule for the 30th applies to it.
        return _in_year(
            YearlyDay(of.calendar, *_month(month, of.day), missing=of.missing), _year(month, year)
        )
    return None


def _month(month, day):
    return (month - 1) % 12 + 1, day


def _year(month, year):
    return year + (month > 12)


def _gregorian(of, year):
    if of.month == 2 and of.day == 29 and not calendar.isleap(year):
        return {"before": date(year, 2, 28), "after": date(year, 3, 1)}.get(of.missing)
    return date(year, of.month, of.day)


def _korean(year, month, day, leap):
    if year > KOREAN_TABLES_END:
        raise TablesEnd
    tables = KoreanLunarCalendar()
    # It answers False for a day that does not exist, and would then keep the day before.
    if not tables.setLunarDate(year, month, day, leap):
        return None
    return date(tables.solarYear, tables.solarMonth, tables.solarDay)


def _chinese(year, month, day, leap):
    found = LunarYear.fromYear(year).getMonth(-month if leap else month)
    if found is None or day > found.getDayCount():
        return None
    solar = Lunar.fromYmd(year, -month if leap else month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
