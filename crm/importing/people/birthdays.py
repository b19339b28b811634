"""Birthdays as people write them: with a year or without, in the sun's calendar or the moon's."""

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import timedelta

from crm.calendars.birthdays import GREGORIAN
from crm.calendars.lunar import CHINESE, KOREAN
from crm.importing.values import EXCEL_EPOCH, MONTHS, Unreadable, day_of
from crm.models import PersonDate
from crm.profile import written

LUNAR = re.compile(
    r"음력|[(（]\s*음\s*[)）]|^\s*음(?=[\s\d])|lunar|农历|農曆|阴历|陰曆|旧历|舊曆", re.IGNORECASE
)
SOLAR = re.compile(r"양력|[(（]\s*양\s*[)）]|^\s*양(?=[\s\d])|solar|gregorian|公历|阳历|陽曆", re.IGNORECASE)
LEAP = re.compile(r"윤달|윤|leap|闰|閏", re.IGNORECASE)
CHINESE_WORDS = re.compile(r"[农農阴陰旧舊闰閏]")
LUNAR_COLUMN = frozenset(
    ["lunar", "l", "moon", "음", "음력", "农历", "農曆", "阴历", "陰曆", "korean lunar", "chinese lunar"]
)
BRACKETS = re.compile(r"[()（）\[\]]")
NONE = re.compile(r"[\s0./-]*$")

YEAR_FIRST = re.compile(r"(\d{4})\s*[-./年년]\s*(\d{1,2})\s*[-./月월]\s*(\d{1,2})\s*[日일.]?$")
YEAR_LAST = re.compile(r"(\d{1,2})\s*([-./])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})$")
DAY_AND_YEAR = re.compile(r"(\d{1,2})/(\d{1,2}),\s*(\d{4})$")
DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-\s.]*([A-Za-z]{3})[a-z]*\.?(?:[-\s.,]+(\d{4}|\d{2}))?$")
NAMED_DAY = re.compile(r"([A-Za-z]{3})[a-z]*\.?[-\s]*(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?$")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
NO_YEAR = re.compile(r"--(\d{2})-?(\d{2})$")
MONTH_DAY = re.compile(r"(\d{1,2})\s*[월月]\s*(\d{1,2})\s*[일日]?$")
TWO = re.compile(r"(\d{1,2})\s*([-./])\s*(\d{1,2})\.?$")
SERIAL = re.compile(r"\d{5}$")
# What address books write for "no year".
YEARLESS = frozenset([0, 1, 1604])
EARLIEST = 1900
# 85 is 1985: nobody who orders anything was born after this year of the century.
YOUNGEST = 15
A_LEAP_YEAR = 2000
LONGEST_LUNAR_MONTH = 30


@dataclass(frozen=True)
class Birthday:
    month: int
    day: int
    year: int | None = None
    calendar: str = GREGORIAN
    leap_month: bool = False

    @property
    def words(self):
        """As pages write it: 28 Nov 1985, lunar 10/9."""
        return written(PersonDate(**self.columns))

    @classmethod
    def of(cls, columns):
        """Of the values of `columns`, in their order; None of none."""
        if not columns:
            return None
        calendar, month, day, leap_month, year = columns
        return cls(month, day, year, calendar, leap_month)

    def same_day(self, other):
        return self.columns | {"year": None} == other.columns | {"year": None}

    @property
    def columns(self):
        """As PersonDate keeps it."""
        return {
            "calendar": self.calendar,
            "month": self.month,
            "day": self.day,
            "leap_month": self.leap_month,
            "year": self.year,
        }


def read(text, column="", *, day_first=True, chinese=False) -> Birthday | None:
    """`column`: what another cell says of the calendar; `chinese`: whose moon is meant where only a moon is spoken of.

    None where nothing is written. Raises Unreadable.
    """
    bare, lunar, leap = _calendar(text)
    if NONE.match(bare):
        return None
    if column and not lunar and not SOLAR.search(text):
        lunar = column.casefold() in LUNAR_COLUMN or bool(LUNAR.search(column))
    month, day, year = _parts(bare, lunar, day_first)
    if CHINESE_WORDS.search(text + column):
        chinese = True
    calendar = (CHINESE if chinese else KOREAN) if lunar else GREGORIAN
    _check(month, day, year, lunar)
    return Birthday(month, day, year, calendar, leap and lunar)


def sample(text):
    """What this text says of the order of day and month in its column, as a whole date; "" where it says nothing."""
    bare, lunar, _leap = _calendar(text)
    if lunar or DAY_AND_YEAR.match(bare):
        return ""
    two = TWO.match(bare)
    return f"{two[1]}/{two[3]}/{A_LEAP_YEAR}" if two and two[2] == "/" else bare


def _calendar(text):
    """(the date alone, whether it is a lunar one, whether of a leap month)"""
    lunar, leap = bool(LUNAR.search(text)), bool(LEAP.search(text))
    bare = LEAP.sub(" ", SOLAR.sub(" ", LUNAR.sub(" ", text)))
    return day_of(" ".join(BRACKETS.sub(" ", bare).split())).rstrip(","), lunar or leap, leap


def _parts(text, lunar, day_first):
    """(month, day, year or None)"""
    for pattern, read_parts in WRITTEN.items():
        if found := pattern.match(text):
            return read_parts(found)
    if found := YEAR_LAST.match(text) or TWO.match(text):
        first, separator, second, *year = found.groups()
        return *_ordered(first, separator, second, lunar, day_first), _year(year and year[0])
    raise Unreadable(text)


def _ordered(first, separator, second, lunar, day_first):
    """(month, day): 11-28 and 음력 10/9 have the month first, 28.11. the day; of a slash the whole column decides."""
    first, second = int(first), int(second)
    if first > 12 or second > 12:
        return (second, first) if first > 12 else (first, second)
    if lunar or separator == "-":
        return first, second
    return (second, first) if separator == "." or day_first else (first, second)


def _named(day, name, year):
    if name.lower() not in MONTHS:
        raise Unreadable(name)
    return MONTHS[name.lower()], int(day), _year(year)


def _of_serial(text):
    date = EXCEL_EPOCH + timedelta(days=int(text))
    return date.month, date.day, date.year


def _year(text):
    if not text:
        return None
    if len(text) == 4:
        return None if int(text) in YEARLESS else int(text)
    return int(text) + (2000 if int(text) <= YOUNGEST else 1900)


WRITTEN = {
    YEAR_FIRST: lambda found: (int(found[2]), int(found[3]), _year(found[1])),
    COMPACT: lambda found: (int(found[2]), int(found[3]), _year(found[1])),
    DAY_AND_YEAR: lambda found: (int(found[1]), int(found[2]), _year(found[3])),
    DAY_NAMED: lambda found: _named(*found.groups()),
    NAMED_DAY: lambda found: _named(found[2], found[1], found[3]),
    NO_YEAR: lambda found: (int(found[1]), int(found[2]), None),
    MONTH_DAY: lambda found: (int(found[1]), int(found[2]), None),
    SERIAL: lambda found: _of_serial(found[0]),
}


def _check(month, day, year, lunar):
    if not 1 <= month <= 12 or (year and year < EARLIEST):
        raise Unreadable
    longest = LONGEST_LUNAR_MONTH if lunar else monthrange(A_LEAP_YEAR, month)[1]
    if not 1 <= day <= longest or (not lunar and (month, day) == (2, 29) and year and not isleap(year)):
        raise Unreadable
