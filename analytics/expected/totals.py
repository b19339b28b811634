"""How many orders many customers are expected to send in a period, and what they are worth.

Orders expected x mean amount, customer by customer, added up within each currency. How far customers rise and fall
together, and how wrong the rule is, shows in the last complete months.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from analytics.behind import later
from analytics.engine.calendar import epoch_day
from analytics.engine.forecast.rollup import BACK_MONTHS, HORIZON, UNIT
from analytics.expected.spread import overdispersion, range80, seldom, wandering
from analytics.models import Outlook
from crm.models import Customer

COLUMNS = (
    "customer_id", "currency", "known_through", "last_ordered_on", "overdue_days", "interval_days",
    "customer__status", "needs_orders", "ahead",
)  # fmt: skip
NEEDS, AHEAD = COLUMNS.index("needs_orders"), COLUMNS.index("ahead")


@dataclass(frozen=True)
class Total:
    """Of one currency, or of all in the base currency. `low`, `high`: its 80 % range."""

    currency: str
    amount: float
    low: float
    high: float

    @property
    def seldom(self):
        return seldom(self.amount, self.low, self.high)


@dataclass(frozen=True)
class Expected:
    """A period's total. `missing`: customers without a rate, who are not `in_base`; `unpriced`: without a known amount."""

    orders: float
    totals: list[Total]
    in_base: Total | None
    missing: int = 0
    unpriced: int = 0

    @property
    def rounded(self):
        """For the grammar of "1 order" and "1.4 orders"."""
        return 1 if round(self.orders, 1) == 1 else 2


@dataclass(frozen=True)
class Said:
    """What the rule said of months that are over, in one currency, and what came; `new`: of customers too new to be in it."""

    currency: str
    said: float
    came: float
    new: float

    @property
    def known(self):
        """What came of customers of whom the rule spoke."""
        return self.came - self.new

    @property
    def ratio(self):
        return self.known / self.said if self.said else None


@dataclass
class Back:
    """`since`, `until`: months, None where customers' orders are known up to different ones."""

    months: int = 0
    since: str | None = None
    until: str | None = None
    said: list[Said] = field(default_factory=list)
    in_base: Said | None = None
    missing: int = 0


class ExpectedOrders:
    """The stored expectations of `outlooks` (a QuerySet) as arrays, one row a customer; one query.

    In totals are active customers who have not fallen silent; in the backtest all who were there then.
    """

    def __init__(self, outlooks, rates, *more):
        """`more`: further columns of Outlook, which stand in `more` as they are."""
        self.rates = rates
        rows = list(outlooks.order_by().values_list(*COLUMNS, *more))
        self.too_few = sum(row[NEEDS] > 0 for row in rows)
        self.computing = sum(row[AHEAD] is None and not row[NEEDS] for row in rows)
        rows = [row for row in rows if row[AHEAD] is not None]
        self.back = [(row[1], row[AHEAD]["back"]) for row in rows]
        self.own, self.common = _overdispersion([(row[1], row[AHEAD]) for row in rows], rates)
        rows = [row for row in rows if _counts(row)]
        self.customers = len(rows)
        self.more = [row[len(COLUMNS) :] for row in rows]
        aheads = [row[AHEAD] for row in rows]
        self.years = [ahead["year"] for ahead in aheads]
        self.ids = np.array([row[0] for row in rows], np.int64)
        self.currency = np.array([row[1] for row in rows], "U3")
        self.known = np.array([epoch_day(row[2] or row[3]) for row in rows], np.int64)
        days = np.array([ahead["days"] for ahead in aheads], float).reshape(len(rows), HORIZON) / UNIT
        self.until = np.concatenate((np.zeros((len(rows), 1)), np.cumsum(days, axis=1)), axis=1)
        self.cv2 = np.array([ahead["cv2"] for ahead in aheads], float)
        self.amount = np.array([_number(ahead["amount"]) for ahead in aheads], float)
        self.spread = np.array([_number(ahead["spread"]) for ahead in aheads], float)

    def orders(self, since: date, until: date) -> np.ndarray:
        """(customers,) expected number of orders of the days from `since` to `until`, as far as they are not known yet."""
        first, last = (
            np.clip(epoch_day(day) - self.known, 0, HORIZON) for day in (since - timedelta(days=1), until)
        )
        rows = np.arange(self.customers)
        return self.until[rows, last] - self.until[rows, first]

    def variance(self, orders) -> np.ndarray:
        """Of those numbers, for each customer: of orders that come or not, and of a rate that is known so well only."""
        return renewal_variance(orders, self.cv2) + self.own * orders**2

    def together(self, since: date, until: date) -> float:
        """Of a sum over those days: what all are wrong by together, relative to it, squared."""
        known = float(np.median(self.known)) if self.customers else 0.0
        first, last = (max(epoch_day(day) - known, 1) for day in (since, until))
        return self.common * wandering(first, last)

    def expected(self, since: date, until: date) -> Expected:
        together = self.together(since, until)
        orders = self.orders(since, until)
        known = ~np.isnan(self.amount)
        mean = np.where(known, orders * self.amount, 0)
        variance = np.where(
            known, orders * np.nan_to_num(self.spread) ** 2 + self.variance(orders) * self.amount**2, 0
        )
        codes, at = np.unique(self.currency, return_inverse=True)
        means, variances = (np.bincount(at, values, minlength=len(codes)) for values in (mean, variance))
        worth = {str(code): self.rates.at(str(code), since) for code in codes}
        totals = [
            _total(str(code), amount, spread, together)
            for code, amount, spread in zip(codes, means, variances, strict=True)
            if amount > 0
        ]
        factor = np.array([float(worth[str(code)] or 0) for code in codes])
        base, base_variance = float(means @ factor), float(variances @ factor**2)
        some = any(worth[total.currency] for total in totals)
        return Expected(
            orders=float(orders.sum()),
            totals=sorted(totals, key=lambda total: -total.amount * float(worth[total.currency] or 0)),
            in_base=_total(self.rates.base, base, base_variance, together) if some else None,
            missing=int((factor[at] == 0).sum()) if len(codes) else 0,
            unpriced=int((~known & (orders > 0)).sum()),
        )

    def of(self, customers, since: date, until: date) -> dict[str, float]:
        """{currency: mean} of the part of that total that is of some customers."""
        mine = np.isin(self.ids, list(customers)) & ~np.isnan(self.amount)
        amounts = self.orders(since, until)[mine] * self.amount[mine]
        codes, at = np.unique(self.currency[mine], return_inverse=True)
        return dict(zip(codes.tolist(), np.bincount(at, amounts, len(codes)).tolist(), strict=True))

    def backtest(self) -> Back | None:
        """What orders expected x mean amount said of the last complete months, and what came."""
        if not self.back:
            return None
        sums, base, missing, ends = {}, np.zeros(3), 0, set()
        for (currency, end), rows in self._by_month().items():
            months = np.array(rows).sum(axis=0)  # said, came, new; by month
            sums[currency] = sums.get(currency, 0) + months.sum(axis=1)
            ends.add(end)
            last = date.fromisoformat(f"{end}-01")
            rates = [self.rates.at(currency, _months_before(last, n)) for n in range(BACK_MONTHS)][::-1]
            if all(rates):
                base += months @ np.array(rates, float)
            else:
                missing += len(rows)
        end = ends.pop() if len(ends) == 1 else None
        return Back(
            months=BACK_MONTHS,
            since=later(end, 1 - BACK_MONTHS) if end else None,
            until=end,
            said=[Said(code, *map(float, values)) for code, values in sorted(sums.items())],
            in_base=Said(self.rates.base, *map(float, base)) if base.any() else None,
            missing=missing,
        )

    def _by_month(self):
        """{(currency, last complete month): [(said, came, new), one a customer]}"""
        found = defaultdict(list)
        for currency, back in self.back:
            found[currency, back["until"]].append((back["amount"], back["came"], back["new"]))
        return found


def _total(currency, mean, variance, together):
    """With what all customers have in common: good months, bad months, and what the rule is wrong by."""
    return Total(currency, float(mean), *range80(float(mean), float(variance + together * mean**2)))


def renewal_variance(orders, cv2) -> np.ndarray:
    """Of a number of orders with mean `orders` (any shape): of one that comes or not, and of more by how irregular they are.

    A count of mean m varies by no less than frac(m) (1 - frac(m)); a renewal process in the long run by m cv2 (Cox 1962,
    ch. 4), and in a short window by no more than m.
    """
    part = orders % 1
    return np.maximum(part * (1 - part), orders * np.minimum(cv2, 1))


def _overdispersion(aheads, rates):
    """(own, common) of `aheads` [(currency, Outlook.ahead)], seen in their last complete months in the base currency."""
    rows = [
        (float(rate), ahead)
        for currency, ahead in aheads
        if ahead["amount"] and (rate := rates.latest(currency))
    ]
    if not rows:
        return overdispersion(*np.zeros((3, 0, BACK_MONTHS)))
    orders, said, came, new = (
        np.array([ahead["back"][name] for _, ahead in rows], float)
        for name in ("orders", "amount", "came", "new")
    )
    rate, cv2, amount, spread = np.array(
        [(rate, ahead["cv2"], ahead["amount"], ahead["spread"]) for rate, ahead in rows]
    ).T[:, :, None]
    variance = orders * spread**2 + renewal_variance(orders, cv2) * amount**2
    return overdispersion(rate * said, rate * (came - new), rate**2 * variance)


def _counts(row):
    overdue, interval, status = row[4:7]
    return status == Customer.Status.ACTIVE and not Outlook.is_lapsed(overdue, interval)


def _number(value):
    return np.nan if value is None else value


def _months_before(month, n):
    index = month.year * 12 + month.month - 1 - n
    return date(index // 12, index % 12 + 1, 1)
