"""What the seasons of a book are fitted on: its orders by month, and its person-days as rhythms alone saw them."""

import numpy as np

from analytics.engine.calendar import YEAR, month_index, month_of, month_start, weekday
from analytics.engine.forecast import days_off, hazard
from analytics.engine.forecast.hazard import Hazard, PersonDays
from analytics.engine.forecast.seasons import Days, Orders
from analytics.engine.orderbook import OrderBook

# Whose days off are looked at, one by one.
MOST_DAYS_OFF = 3_000


def person_days(book: OrderBook, customer, days: PersonDays, model: Hazard, holiday_factor: float) -> Days:
    """customer (R,): position of whose each of the person-days is.

    What nobody orders on days off is no season: forecasts go round those by themselves.
    """
    starts = book.fiscal_start[customer] if len(book.fiscal_start) else np.zeros(len(customer), np.int8)
    there = days_off.open_share(book, customer, days.day, holiday_factor)
    expected = hazard.expected(model, days) * there
    return Days(book.hashed[customer] % 2, month_of(days.day), starts, expected, days.came)


def by_month(book: OrderBook, through: int, shares, holiday_factor: float) -> Orders:
    """Of the months up to `through` that most orders' customers are known through, and of the customers who are. shares
    (7,): the book's order days by weekday."""
    events, hashed = book.events, book.hashed
    known = np.minimum(book.known_through, through)
    recent = events.customer[(events.day <= through) & (events.day > through - YEAR)]
    last = month_index((int(np.median(known[recent])) if len(recent) else through) + 1) - 1
    counted = (known >= month_start(last + 1) - 1)[events.customer] & (events.day < month_start(last + 1))
    month, owner = month_of(events.day[counted]), events.customer[counted]
    first = int(month.min()) if len(month) else last + 1
    length = last + 1 - first
    halves = [month[hashed[owner] % 2 == half] - first for half in (0, 1)]
    weight = np.bincount(owner, minlength=len(book.customers)).astype(float)
    weight[np.argsort(hashed)[MOST_DAYS_OFF:]] = 0
    day = np.arange(month_start(first), month_start(last + 1))
    there = days_off.open_on(book, weight, month_start(first), month_start(last + 1) - 1, holiday_factor)
    return Orders(
        by_month=np.stack([np.bincount(half, minlength=length) for half in halves]),
        open_days=np.bincount(month_of(day) - first, there * shares[weekday(day)], minlength=length),
        last=last,
    )
