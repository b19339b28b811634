"""Where a period will end against its target: orders received so far and what is still expected, in the target's currency."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from accounts.access import visible
from analytics.expected.year import last_day, month_index_of
from crm.models import Order, OrderLine, Target
from crm.templatetags.figures import month_range

# What a target is of, and by what of an order line its orders are known.
OF_LINE = {"customer": "order__customer", "product": "product", "rep": "order__credited_to"}


@dataclass(frozen=True)
class Landing:
    """Money in `currency`, converted at the rates of the months; `missing`: currencies without one, left out."""

    since: date
    until: date
    currency: str
    amount: float
    received: float
    rest: float
    low: float
    high: float
    missing: tuple[str, ...]

    @property
    def period(self):
        return month_range(self.since, self.until)

    @property
    def point(self):
        return self.received + self.rest

    @property
    def share(self):
        return self.point / self.amount

    @property
    def received_share(self):
        return self.received / self.amount

    @property
    def state(self):
        """Whether eight in ten of what may come reach it, none of them do, or some."""
        return "ok" if self.low >= self.amount else "short" if self.high < self.amount else "open"


def running_targets(user, kind, today) -> dict[int, Target]:
    """{id of what it is of: the target of the longest period that is running}"""
    others = {name: None for name in OF_LINE if name != kind}
    rows = visible(user, Target.objects).filter(
        measure=Target.Measure.ORDERS, from_on__lte=today, **others, **{f"{kind}__isnull": False}
    )
    found = {}
    for target in rows.filter(from_on__gt=date(today.year - 1, today.month, 1)).order_by("months", "pk"):
        if until(target) >= today:
            found[getattr(target, f"{kind}_id")] = target
    return found


def until(target) -> date:
    return last_day(month_index_of(target.from_on) + target.months - 1)


def received(user, kind, targets) -> dict[int, list[tuple[date, str, float]]]:
    """{id: [(month, currency, amount)]} of the orders of each target's own since the earliest of them began; one query."""
    if not targets:
        return {}
    key = OF_LINE[kind]
    lines = visible(user, OrderLine.objects).filter(
        Q(**{f"{key}__in": list(targets)}),
        order__ordered_on__gte=min(target.from_on for target in targets.values()),
    )
    rows = (
        lines.exclude(order__status=Order.Status.CANCELLED)
        .exclude(kind=OrderLine.Kind.SERVICE)
        .annotate(month=TruncMonth("order__ordered_on"))
        .order_by()
        .values_list(key, "month", "order__currency")
        .annotate(total=Sum("amount"))
    )
    found = defaultdict(list)
    for pk, month, currency, total in rows:
        found[pk].append((month, currency, float(total)))
    return found


def landing(target, orders, year, rows, weight=None) -> Landing:
    """`orders`: what `received` found of it; `year`: an ExpectedYear, of which `rows` (positions) are its customers."""
    end = until(target)
    convert, missing = _Converter(year.rates, target.currency), set()
    so_far = 0.0
    for month, currency, amount in orders:
        if target.from_on <= month <= end:
            rate = convert(currency, month)
            so_far += amount * rate if rate else 0
            missing |= set() if rate else {currency}
    span = year.between(month_index_of(year.today), month_index_of(end))
    factors = np.array([convert(str(code), year.today) or 0.0 for code in year.codes])
    weight = 1 if weight is None else weight
    mean, down, up = (values[rows] * weight * factors[year.code[rows]] for values in span)
    missing |= {
        str(code) for n, code in enumerate(year.codes) if not factors[n] and (year.code[rows] == n).any()
    }
    rest = float(mean.sum())
    low, high = year.reach(rest, (down**2).sum(), (up**2).sum(), len(rows) > 1)
    return Landing(
        since=target.from_on,
        until=end,
        currency=target.currency,
        amount=float(target.amount),
        received=so_far,
        rest=rest,
        low=so_far + max(rest - low, 0),
        high=so_far + rest + high,
        missing=tuple(sorted(missing)),
    )


class _Converter:
    def __init__(self, rates, currency):
        self.rates, self.currency = rates, currency

    def __call__(self, currency, day):
        """What one of `currency` is in the target's, at the rates of the day's month; None where one is missing."""
        if currency == self.currency:
            return 1.0
        have, want = self.rates.at(currency, day), self.rates.at(self.currency, day)
        return float(have / want) if have and want else None
