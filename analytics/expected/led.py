"""What calls that lead say of a period, beside what the totals have of the same customers: the two are never added."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from analytics.expected.totals import ExpectedOrders


@dataclass(frozen=True)
class Money:
    currency: str
    amount: Decimal | float


@dataclass(frozen=True)
class Led:
    """`customers`: of how many a call leads; `orders`: how many of those are called for the period, and what these calls say
    that they are worth (`called`); `unpriced`: how many of them say no amount that the list would show: the model's, which
    stands there instead, is nobody's call. `reckoned`: what the period's total has of all those customers."""

    customers: int
    orders: int
    unpriced: int
    called: list[Money]
    reckoned: list[Money]


def led(outlooks, book: ExpectedOrders, period) -> Led:
    """`outlooks` (a QuerySet): those to come, with what leads; `book`: of the totals. One query."""
    rows = outlooks.filter(led_on__isnull=False).order_by()
    rows = list(rows.values_list("customer", "led_on", "currency", "led_amount"))
    inside = [row for row in rows if period.since <= row[1] <= period.until]
    called = Counter()
    for _customer, _on, currency, amount in inside:
        called[currency] += amount or 0
    return Led(
        customers=len(rows),
        orders=len(inside),
        unpriced=sum(amount is None for *_of, amount in inside),
        called=_money(called),
        reckoned=_money(book.of({row[0] for row in rows}, period.since, period.until)),
    )


def _money(sums):
    return [Money(currency, amount) for currency, amount in sorted(sums.items()) if amount]
