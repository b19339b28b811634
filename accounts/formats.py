"""How a reader writes dates and numbers, where he chose otherwise than his language does.

`use(user)` holds for a block of code: a request (see the middleware), or a job that writes a mail. What shows figures
asks `current()`.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from babel import Locale
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class DateFormat(models.TextChoices):
    """Values are patterns of Unicode's locale data."""

    ISO = "y-MM-dd", "2026-11-12"
    DOTS = "y.MM.dd", "2026.11.12"
    DAY_FIRST_DOTS = "dd.MM.y", "12.11.2026"
    DAY_FIRST = "dd/MM/y", "12/11/2026"
    MONTH_FIRST = "MM/dd/y", "11/12/2026"

    __empty__ = _("as my language writes it")


class NumberFormat(models.TextChoices):
    POINT = "1,234.5", "1,234.5"
    COMMA = "1.234,5", "1.234,5"
    SPACE = "1 234,5", "1 234,5"

    __empty__ = _("as my language writes it")


class WeekStart(models.IntegerChoices):
    """As Python counts weekdays."""

    MONDAY = 0, _("Monday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


# {date format: (without the year, the month alone)}
SHORTER = {
    DateFormat.ISO: ("MM-dd", "y-MM"),
    DateFormat.DOTS: ("MM.dd", "y.MM"),
    DateFormat.DAY_FIRST_DOTS: ("dd.MM.", "MM.y"),
    DateFormat.DAY_FIRST: ("dd/MM", "MM/y"),
    DateFormat.MONTH_FIRST: ("MM/dd", "MM/y"),
}
# A language that writes numbers in that way, and nothing else is taken from it.
WRITES_NUMBERS = {
    NumberFormat.POINT: Locale("en"),
    NumberFormat.COMMA: Locale("de"),
    NumberFormat.SPACE: Locale("fr"),
}
WITH_WEEKDAY = {"en": "EEE {}", "ko": "{} (EEE)"}


@dataclass(frozen=True)
class Formats:
    """What one reader chose; empty: as his language does."""

    dates: str = ""
    numbers: str = ""
    week_start: int = WeekStart.MONDAY

    @property
    def day_year(self):
        return self.dates

    @property
    def day(self):
        return SHORTER[self.dates][0] if self.dates else ""

    @property
    def month(self):
        return SHORTER[self.dates][1] if self.dates else ""

    @property
    def weekday_day(self):
        return WITH_WEEKDAY[locale().language].format(self.day) if self.dates else ""

    def number_locale(self):
        return WRITES_NUMBERS[self.numbers] if self.numbers else locale()


BY_LANGUAGE = Formats()
_current = ContextVar("formats")


def current() -> Formats:
    return _current.get(BY_LANGUAGE)


@contextmanager
def use(user):
    """Until the end of the block, figures are written as `user` chose."""
    token = _current.set(Formats(user.date_format, user.number_format, user.week_start))
    try:
        yield
    finally:
        _current.reset(token)


def locale():
    # English readers of this trade write 12 Nov, not Nov 12.
    return Locale("ko") if (get_language() or "en").startswith("ko") else Locale("en", "GB")
