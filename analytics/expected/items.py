"""How much of each product many customers are expected to order: what production is planned by."""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from analytics.expected.spread import range80, seldom
from analytics.expected.totals import ExpectedOrders

HORIZONS = (30, 60, 90)
MAIN_CUSTOMERS = 3
# A customer counts who is expected to buy an item once in five times at least.
LIKELY = 0.2
ITEMS = ("customer__name", "ahead_items")


@dataclass(frozen=True)
class Quantity:
    """Of one product in one horizon. `low`, `high`: its 80 % range."""

    mean: float
    low: float
    high: float

    @property
    def seldom(self):
        return seldom(self.mean, self.low, self.high)


@dataclass(frozen=True)
class Buyer:
    customer: int
    name: str
    quantity: float


@dataclass
class Demand:
    """Of one product: a Quantity a horizon; customers who are likely to buy it within the last of them."""

    product: object
    quantities: list[Quantity]
    customers: int
    buyers: list[Buyer] = field(default_factory=list)

    @property
    def in_30(self):
        return self.quantities[0].mean

    @property
    def in_60(self):
        return self.quantities[1].mean

    @property
    def in_90(self):
        return self.quantities[2].mean

    @property
    def more(self):
        return max(self.customers - len(self.buyers), 0)


class ExpectedItems:
    """The stored expectations of `outlooks` (a QuerySet) item by item, from the day after `today` on; one query.

    A customer's order holds an item with probability p, and then m of it on average with variance v. Of N orders, whose
    number varies by V: mean N p m, variance N p v + N p (1 - p) m^2 + V p^2 m^2 (the laws of total mean and variance).
    p m of an item with a season is that of the days of the horizon: p as far as it goes, m beyond that.
    """

    def __init__(self, outlooks, rates, today):
        self.book = ExpectedOrders(outlooks, rates, *ITEMS)
        columns = [items for _, items in self.book.more]
        lengths = [len(items.get("item", ())) for items in columns]
        self.at = np.repeat(np.arange(len(columns)), lengths)
        self.item, p, m, v = (
            np.array([value for items in columns for value in items.get(name, ())], kind)
            for name, kind in (("item", np.int64), ("p", float), ("mean", float), ("var", float))
        )
        season = _seasons(columns)
        self.items, self.group = np.unique(self.item, return_inverse=True)
        self.periods = [(today + timedelta(days=1), today + timedelta(days=days)) for days in HORIZONS]
        self.mean, self.variance = [], []
        for period in self.periods:
            orders = self.book.orders(*period)
            n, spread = orders[self.at], self.book.variance(orders)[self.at]
            seasonal = p * (season @ _months(*period))
            then = np.minimum(seasonal, 1)
            more = seasonal / np.maximum(then, 1e-9)
            self.mean.append(n * seasonal * m)
            each = (v + (1 - then) * m**2) * more**2
            self.variance.append(n * then * each + spread * (seasonal * m) ** 2)
        self.purchases = n * then

    def demand(self, products) -> list[Demand]:
        """Of those of `products` ({id: product}) that are expected at all, the most customers first."""
        size = len(self.items)
        sums = [
            [np.bincount(self.group, values, minlength=size) for values in kind]
            for kind in (self.mean, self.variance)
        ]
        together = [self.book.together(*period) for period in self.periods]
        customers = np.bincount(self.group, self.purchases >= LIKELY, minlength=size)
        found = [
            Demand(
                product=products[int(pk)],
                quantities=[
                    _quantity(float(mean[at]), float(variance[at]), common)
                    for mean, variance, common in zip(*sums, together, strict=True)
                ],
                customers=int(customers[at]),
            )
            for at, pk in enumerate(self.items)
            if int(pk) in products and sums[0][-1][at] > 0
        ]
        return sorted(found, key=lambda demand: (-demand.customers, -demand.in_90, demand.product.sku))

    def name_buyers(self, demands, most=MAIN_CUSTOMERS):
        """The customers who are to buy most of each, for those that are shown."""
        last = self.mean[-1]
        for demand in demands:
            rows = np.flatnonzero(self.item == demand.product.pk)
            rows = rows[np.argsort(-last[rows], kind="stable")][:most]
            demand.buyers = [
                Buyer(int(self.book.ids[self.at[row]]), self.book.more[self.at[row]][0], float(last[row]))
                for row in rows
                if last[row] > 0
            ]


def _seasons(columns):
    """(items of all customers, 12): what each month makes of p m; ones where an item has no season."""
    rows = [row for items in columns for row in items.get("season") or [None] * len(items.get("item", ()))]
    factor = np.ones((len(rows), 12))
    for at, row in enumerate(rows):
        if row:
            factor[at] = row
    return factor


def _months(since, until):
    """(12,): the share of January to December in the days."""
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    return np.bincount([day.month - 1 for day in days], minlength=12) / len(days)


def _quantity(mean, variance, together):
    return Quantity(mean, *range80(mean, variance + together * mean**2))
