"""Days of the year in three calendars -> civil days, and back. Pure: no clock, no database.

Where a year lacks the day the person's own rule decides: 29 February becomes the 28th ("before") or 1 March ("after");
a lunar 30th the 29th or the next month's 1st; a leap month the ordinary month of its number or the month after it.
"skip" leaves the year out. Korean and Chinese lunar dates differ on a few days a year, so each has its own tables.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crm.calendars.lunar import CHINESE, KNOWN_THROUGH, KOREAN, Month, TablesEnd, civil_day, find, month_of

GREGORIAN = "gregorian"
# A leap month that is kept for itself alone is waited for: the leap second month of 2023 comes again in 2042.
YEARS_AHEAD = 40


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


@dataclass(frozen=True)
class Key:
    """What a day of the year must say to fall on the civil day `on`; `missing` None: whatever its rule is.

    year: the one of its own calendar, from which an age is counted.
    """

    on: date
    calendar: str
    month: int
    day: int
    leap_month: bool
    missing: str | None
    year: int

    def fits(self, leap_month, missing) -> bool:
        return self.leap_month == leap_month and self.missing in (None, missing)


def next_occurrence(of: YearlyDay, today: date) -> Occurrence | None:
    """The first one on or after `today`; None beyond the tables, and where none comes in a working life.

    KNOWN_THROUGH in lunar.py says which of the two it is.
    """
    for year in range(today.year - 1, today.year + YEARS_AHEAD):
        try:
            on = _in_year(of, year)
        except TablesEnd:
            return None
        if on and on >= today:
            return Occurrence(on, turns(of.year, year))
    return None


def occurrences(of: YearlyDay, first: date, last: date) -> list[tuple[int, Occurrence]]:
    """(year of its own calendar, occurrence) of each one from `first` to `last`; as far as the tables reach."""
    found = []
    for year in range(first.year - 1, last.year + 1):
        try:
            on = _in_year(of, year)
        except TablesEnd:
            break
        if on and first <= on <= last:
            found.append((year, Occurrence(on, turns(of.year, year))))
    return found


def keys_between(first: date, last: date) -> list[Key]:
    """The keys of every day from `first` to `last`, both included."""
    days = range((last - first).days + 1)
    return [key for day in days for key in keys_of(first + timedelta(days=day))]


def keys_of(day: date) -> list[Key]:
    """Everything that falls on a civil day, in all calendars; a calendar whose tables end before it has none."""
    lunar = [name for name in (KOREAN, CHINESE) if day <= KNOWN_THROUGH[name]]
    return [*_gregorian_keys(day), *(key for name in lunar for key in _lunar_keys(name, day))]


def turns(born: int | None, year: int) -> int | None:
    """The age reached in a year of the calendar in which the birth was written down."""
    return year - born if born and year > born else None


def is_to_come(of: YearlyDay, today: date) -> bool:
    """Whether the day it began with, as far as its year is known, is one after `today`: nobody is born then."""
    if not of.year or of.year < today.year - 1:
        return False
    try:
        on = _in_year(of, of.year)
    except TablesEnd:
        on = None
    return on > today if on else of.year > today.year


def _in_year(of, year) -> date | None:
    """The civil day on which the day falls in year `year` of its own calendar."""
    if of.calendar == GREGORIAN:
        return _gregorian(of, year)
    exact = civil_day(of.calendar, year, of.month, of.day, of.leap_month)
    if exact or of.missing == "skip":
        return exact
    last = civil_day(of.calendar, year, of.month, 29, of.leap_month)
    if last and of.day == 30:
        # The day after may be the 1st of a leap month of the same number.
        return last if of.missing == "before" else last + timedelta(days=1)
    if of.leap_month:
        month = of.month if of.missing == "before" else of.month + 1
        # The ordinary month may be a short one: then the rule for the 30th applies to it.
        ordinary = YearlyDay(of.calendar, (month - 1) % 12 + 1, of.day, missing=of.missing)
        return _in_year(ordinary, year + (month > 12))
    return None


def _gregorian(of, year):
    if of.month == 2 and of.day == 29 and not calendar.isleap(year):
        return {"before": date(year, 2, 28), "after": date(year, 3, 1)}.get(of.missing)
    # A 31 April that some file brought never comes.
    return date(year, of.month, of.day) if of.day <= calendar.monthrange(year, of.month)[1] else None


def _gregorian_keys(day) -> Iterator[Key]:
    yield Key(day, GREGORIAN, day.month, day.day, False, None, day.year)
    stands_in = {(2, 28): "before", (3, 1): "after"}.get((day.month, day.day))
    if stands_in and not calendar.isleap(day.year):
        yield Key(day, GREGORIAN, 2, 29, False, stands_in, day.year)


def _lunar_keys(name, day) -> Iterator[Key]:
    """`_in_year` read backwards."""
    for month, number, missing in _lunar_days(name, day):
        yield Key(day, name, month.number, number, month.leap, missing, month.year)
        if month.leap:
            continue
        same = month.year, month.number
        previous = (month.year, month.number - 1) if month.number > 1 else (month.year - 1, 12)
        for rule, (year, leap) in (("before", same), ("after", previous)):
            # An ordinary month stands in for the leap month that its year lacks.
            if missing in (None, rule) and not find(name, year, leap, True):
                yield Key(day, name, leap, number, True, rule, year)


def _lunar_days(name, day) -> Iterator[tuple[Month, int, str | None]]:
    """The lunar day itself, and the 30th that it stands for in a short month."""
    month = month_of(name, day)
    number = (day - month.first).days + 1
    yield month, number, None
    if number == month.days == 29:
        yield month, 30, "before"
    if number == 1:
        ended = month_of(name, day - timedelta(days=1))
        if ended.days == 29:
            yield ended, 30, "after"
