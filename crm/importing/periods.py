"""Months, quarters, half-years and years as reports write them: 2026-08, Aug 26, 08/2026, 202608, 2026년 8월, Q3 2026."""

import re
from datetime import date

from crm.importing.values import MONTHS

YEAR_MONTH = re.compile(r"(\d{4})(?:\s*[-./년\s]\s*(\d{1,2})|(\d{2}))\s*월?\.?$")
MONTH_YEAR = re.compile(r"(\d{1,2})\s*[-./\s]\s*(\d{4})$")
NAMED = re.compile(r"([a-z]{3})[a-z]*[-\s./']*(\d{4}|\d{2})$")
NAMED_LAST = re.compile(r"(\d{4})[-\s./]*([a-z]{3})[a-z]*$")
BARE = re.compile(r"(\d{1,2})\s*월?$|([a-z]{3})[a-z]*\.?$")
YEAR = re.compile(r"(?:19|2\d)\d\d")
AROUND = " -./년"
QUARTER = re.compile(r"q\s*([1-4])$|([1-4])\s*(?:q|분기)$|([1-4])(?:st|nd|rd|th) quarter$")
HALF = re.compile(r"h\s*([12])$|([12])\s*h$|([상하])반기$")
LENGTHS = {
    word: months
    for months, words in {
        1: "1 month monthly mon 월 월간 월별",
        3: "3 quarter quarterly 분기 분기별",
        6: "6 half halfyear half-year halfyearly semester 반기",
        12: "12 year yearly annual annually 년 연 연간 연도",
    }.items()
    for word in words.split()
}


def month_of(text, year="") -> date | None:
    """Its first day; None where the text is no month by itself. `year`: where another column says it."""
    text = text.strip().casefold()
    if found := YEAR_MONTH.match(text):
        return _first(found[1], found[2] or found[3])
    if found := MONTH_YEAR.match(text):
        return _first(found[2], found[1])
    if found := NAMED.match(text):
        return _first(found[2], MONTHS.get(found[1]))
    if found := NAMED_LAST.match(text):
        return _first(found[1], MONTHS.get(found[2]))
    if (found := BARE.match(text)) and year_of(year):
        return _first(year_of(year), found[1] or MONTHS.get(found[2]))
    return None


def period_of(text, year="") -> tuple[date, int] | None:
    """(first day, number of months); None where the text is none of these."""
    text = text.strip().casefold()
    written = YEAR.search(text)
    rest = text.replace(written[0], "", 1).strip(AROUND) if written else text
    start = written[0] if written else year_of(year)
    if start and (found := QUARTER.match(rest)):
        return _first(start, 3 * int(next(filter(None, found.groups()))) - 2), 3
    if start and (found := HALF.match(rest)):
        return _first(start, 7 if found[2] == "2" or found[1] == "2" or found[3] == "하" else 1), 6
    if start and not rest:
        return _first(start, 1), 12
    month = month_of(text, year)
    return month and (month, 1)


def length_of(text) -> int | None:
    """How many months a period has, by number or word; None where it is none of 1, 3, 6 and 12."""
    return LENGTHS.get(text.strip().casefold().removesuffix("개월").removesuffix("months").strip())


def year_of(text) -> str:
    found = YEAR.fullmatch(text.strip().removesuffix("년").strip())
    return found[0] if found else ""


def _first(year, month) -> date | None:
    year, month = int(year), int(month or 0)
    year += 2000 if year < 100 else 0
    return date(year, month, 1) if 1 <= month <= 12 and 1900 <= year < 2200 else None
