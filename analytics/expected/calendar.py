"""The expected orders of a period as a calendar: weeks of days, each with whose order is most likely on it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.urls import reverse

from analytics.expected.periods import DAY, WEEK, Period, weeks
from analytics.expected.totals import Expected

# More of them would make the days of a month uneven; the others are a click away.
SHOWN = {DAY: 0, WEEK: 12}
SHOWN_IN_MONTH = 3


@dataclass(frozen=True)
class Entry:
    name: str
    url: str
    currency: str
    amount: Decimal | None
    # Whether a call says so.
    led: bool


@dataclass(frozen=True)
class Day:
    on: date
    inside: bool
    over: bool
    is_today: bool
    entries: list[Entry]
    count: int

    @property
    def more(self):
        return self.count - len(self.entries)


@dataclass(frozen=True)
class Week:
    period: Period
    days: list[Day]
    expected: Expected


def calendar(period, outlooks, book, today) -> list[Week]:
    """Whole weeks, without those that are over; one query.

    `outlooks` (a QuerySet): those to come, with what leads; `book`: of the totals.
    """
    shown = SHOWN.get(period.view, SHOWN_IN_MONTH)
    left = [week for week in weeks(period) if week.until >= today]
    by_day = _entries(outlooks, left[0].since, left[-1].until)
    found = []
    for week in left:
        days = [_day(on, period, by_day.get(on, []), shown, today) for on in week.days]
        found.append(Week(week, days, book.expected(week.since, week.until)))
    return found


def _day(on, period, entries, shown, today):
    inside = period.since <= on <= period.until
    named = [Entry(name, reverse("customer", args=[pk]), *about) for pk, name, *about in entries[:shown]]
    return Day(on, inside, on < today, on == today, named, len(entries))


def _entries(outlooks, since, until):
    """{day: [(customer, name, currency, amount, whether a call leads)]}: calls first, then the surest."""
    rows = outlooks.filter(shown_on__range=(since, until))
    rows = rows.order_by(F("led_on").asc(nulls_last=True), "-confidence", "pk")
    columns = ("shown_on", "customer", "customer__name", "currency", "shown_amount", "led_on")
    found = defaultdict(list)
    for on, *entry, led_on in rows.values_list(*columns):
        found[on].append([*entry, led_on is not None])
    return found
