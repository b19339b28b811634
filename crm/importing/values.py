"""Cells -> dates and numbers. How a column writes them is decided from the whole column, never row by row."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from crm.importing.errors import ImportRefused
from crm.models.order import EARLIEST

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
YEAR_FIRST = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[일.]?(?:[T\s].*)?$")
YEAR_LAST = re.compile(r"(\d{1,2})\s*([-./])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?:[T\s].*)?$")
# By so many years it would be the better reading that a year of two digits stands first: then it is asked.
MANY_YEARS = 6
WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]?\s+", re.IGNORECASE)
NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-\s.]*([A-Za-z]{3})[a-z]*[-\s.,]*(\d{4}|\d{2})(?:[T\s].*)?$")
NAMED_FIRST = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:[T\s].*)?$")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?$")
EXCEL_EPOCH = dt.date(1899, 12, 30)
NO_DATE = re.compile(r"[\s0./-]*$")
TIME = re.compile(r"[T\s]+\d{1,2}:\d\d.*$")
SPACES = re.compile(r"[\s\u00a0\u202f'’]|[$€£¥₩]")
# What people write beside a number: a currency's code before or after it, a unit after it.
AFFIX = re.compile(
    r"^(US|HK|CA|AU|NZ|SG|NT|[A-Z]{3})(?=[\d(.,+-])|(?<=[\d).,])(EA|PCS?|SETS?|BOX|KGS?|[A-Z]{3}|원|개|세트|박스)\.?$",
    re.IGNORECASE,
)
PLAIN = re.compile(r"\d+(\.\d+)?$")
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,6})?$", re.IGNORECASE)
# A longer cell is neither a day nor a number, and regular expressions need not go through it.
LONGEST = 100
# Korean, Japanese and Chinese keyboards write signs of full width.
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE6: "₩", 0xFFE5: "¥"}
MINUS = str.maketrans("−–－", "---")
LATEST_YEAR = 2200


class AmbiguousDates(ImportRefused):
    """Nothing in the column tells day from month, or the day from a year of two digits."""

    def __init__(self, example):
        super().__init__(
            _("“%(date)s” can be read in more than one way. Say which with --date-order dmy, mdy or ymd.")
            % {"date": example}
        )
        self.example = example


class Unreadable(ValueError):
    """A cell that says nothing readable."""


@dataclass(frozen=True)
class DateReader:
    """Reads the dates of one column; `day_first` tells 3/4/2026 apart, `year_first` 26/11/10."""

    day_first: bool = True
    year_first: bool = False

    def __call__(self, text: str) -> dt.date:
        if len(text) > LONGEST:
            raise Unreadable(text[:LONGEST])
        try:
            return self._read(narrow(text).strip())
        except (ValueError, OverflowError) as error:
            raise Unreadable(text) from error

    def _read(self, text):
        day = self._day(WEEKDAY.sub("", text, count=1))
        if not (day >= EARLIEST and day.year < LATEST_YEAR):
            raise ValueError(text)
        return day

    def _day(self, text):
        if found := YEAR_FIRST.match(text):
            return dt.date(*map(int, found.groups()))
        if found := YEAR_LAST.match(text):
            return self._of_numbers(*found.groups())
        if found := NAMED.match(text):
            return dt.date(_year(found[3]), _month(found[2]), int(found[1]))
        if found := NAMED_FIRST.match(text):
            return dt.date(int(found[3]), _month(found[1]), int(found[2]))
        if found := COMPACT.match(text):
            return dt.date(*map(int, found.groups()))
        if found := SERIAL.match(text):
            return EXCEL_EPOCH + dt.timedelta(days=int(found[1]))
        raise ValueError(text)

    def _of_numbers(self, first, separator, second, year):
        if self.year_first and len(year) == 2:
            return dt.date(_year(first), int(second), int(year))
        day_first = separator == "." or self.day_first
        day, month = (first, second) if day_first else (second, first)
        return dt.date(_year(year), int(month), int(day))


def _year(text):
    return int(text) + (0 if len(text) == 4 else 2000 if int(text) < 70 else 1900)


def _month(name):
    if name.lower() not in MONTHS:
        raise ValueError(name)
    return MONTHS[name.lower()]


def date_reader(texts, order=None) -> DateReader:
    """Decides day before month, or the reverse, or the year first, from all texts of the column; `order` "dmy", "mdy" or
    "ymd" decides it by hand.

    Raises ImportRefused where the column speaks for both or for neither.
    """
    if order:
        return DateReader(day_first=order != "mdy", year_first=order == "ymd")
    if _has_year_first(texts):
        return DateReader(year_first=True)
    first_large = second_large = None
    ambiguous = None
    for text in texts:
        found = _in_numbers(text)
        if not found or found[2] == ".":
            continue
        if int(found[1]) > 12:
            first_large = text
        elif int(found[3]) > 12:
            second_large = text
        elif found[1] != found[3]:
            ambiguous = text
    if first_large and second_large:
        raise ImportRefused(
            _(
                "The dates are mixed: “%(one)s” has the day first, “%(two)s” the month. Export them in one way."
            )
            % {"one": first_large, "two": second_large}
        )
    if ambiguous and not (first_large or second_large):
        raise AmbiguousDates(ambiguous)
    return DateReader(day_first=not second_large)


def _has_year_first(texts) -> bool:
    """Whether 26/11/10 is in 2026: others have a year of four digits first, or no other way can be read.

    Raises AmbiguousDates where only one's knowledge of the world speaks for it.
    """
    short = [text for text in texts if (found := _in_numbers(text)) and len(found[4]) == 2]
    years = _years(short, DateReader(year_first=True))
    if not years:
        return False
    if any(YEAR_FIRST.match(narrow(text[:LONGEST]).strip()) for text in texts):
        return True
    otherwise = [found for first in (True, False) if (found := _years(short, DateReader(day_first=first)))]
    if not otherwise:
        return True
    # Days of the month make many years of a few, and orders are rather new than old.
    fewer = min(map(len, otherwise)) - len(years)
    newer = max(years) - max(map(max, otherwise))
    if fewer >= MANY_YEARS or (fewer >= 0 and newer >= MANY_YEARS):
        raise AmbiguousDates(short[0])
    return False


def _in_numbers(text):
    return YEAR_LAST.match(narrow(text[:LONGEST]).strip())


def _years(texts, read):
    """The different years of these days; none where one can't be read."""
    try:
        return {read(text).year for text in texts}
    except Unreadable:
        return set()


@dataclass(frozen=True)
class NumberReader:
    """Reads the numbers of one column, with `decimal` "." or ","."""

    decimal: str = "."

    def __call__(self, text: str) -> Decimal:
        text = text.strip()
        if len(text) > LONGEST:
            raise Unreadable(text[:LONGEST])
        if PLAIN.match(text) and self.decimal == ".":
            return Decimal(text)
        text = _bare(text)
        negative = text.startswith("(") and text.endswith(")")
        text = _bare(text[1:-1]) if negative else text
        if text.endswith("-"):
            text = "-" + text[:-1]
        text = text.replace("," if self.decimal == "." else ".", "").replace(self.decimal, ".")
        # Decimal itself would take NaN, Infinity and 1_000.
        if not NUMBER.match(text):
            raise Unreadable(text)
        value = Decimal(text)
        return -value if negative else value


def _bare(text):
    return AFFIX.sub("", SPACES.sub("", narrow(text).translate(MINUS)))


def narrow(text):
    return text if text.isascii() else text.translate(WIDE)


def day_of(text: str) -> str:
    """The cell without its time of day; "" where an ERP writes no date as 0000-00-00."""
    text = narrow(text.strip())
    if len(text) > LONGEST:
        return text
    text = TIME.sub("", text)
    return "" if NO_DATE.match(text) else text


COMMA_DECIMAL = re.compile(
    r"^[-+(]?[\d. ']*\d,(\d{1,2}|\d{4,})\)?$|^[-+(]?0,\d*[1-9]|\.\d{3},\d+|\d\.\d{3}\.\d{3}"
)
POINT_DECIMAL = re.compile(
    r"^[-+(]?[\d, ']*\d?\.(\d{1,2}|\d{4,})\)?$|^[-+(]?0\.\d*[1-9]|,\d{3}\.\d+|\d,\d{3},\d{3}"
)


def number_reader(texts, usual=".") -> NumberReader:
    """Decides decimal comma or point from all texts of the column; `usual` where they say neither: with a point 1,234 alone
    is one thousand two hundred thirty-four."""
    comma = point = None
    for text in texts:
        if len(text) > LONGEST:
            continue
        bare = _bare(text)
        comma = comma or (text if COMMA_DECIMAL.search(bare) else None)
        point = point or (text if POINT_DECIMAL.search(bare) else None)
        if comma and point:
            raise ImportRefused(
                _("The numbers are mixed: “%(one)s” has a decimal comma, “%(two)s” a decimal point.")
                % {"one": comma, "two": point}
            )
    return NumberReader(decimal="," if comma else "." if point else usual)


THREE_DIGITS = re.compile(r"[-+(]?[1-9]\d{0,2}([.,])\d{3}\)?$")
FEWER_DIGITS = re.compile(r"[-+(]?\d+([.,])\d{1,2}\)?$")


def looks_like_thousands(texts) -> tuple[str, str] | None:
    """(1,500, 1,5): the first is read with the decimals that the second shows, and may be meant as one thousand five hundred.

    Spreadsheets write 1.375 beside 12.5, but no 1.500.
    """
    three, fewer = {}, {}
    for text in texts:
        bare = _bare(text[:LONGEST])
        if bare.startswith("(") != bare.endswith(")"):
            continue  # no number at all
        if (found := THREE_DIGITS.match(bare)) and (found[1] == "," or bare.rstrip(")").endswith("0")):
            three.setdefault(found[1], text)
        elif found := FEWER_DIGITS.match(bare):
            fewer.setdefault(found[1], text)
    return next(((three[mark], fewer[mark]) for mark in three if mark in fewer), None)
