"""The next twelve months of many customers, in any grouping: months as stored of each, sums per currency with a range."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from analytics.engine.calendar import from_epoch_day, month_label, month_start
from analytics.expected.spread import Z80
from analytics.expected.totals import ExpectedOrders, Total

MONTHS = 12
# 80 % ranges are stored of so many months; in between they grow with the root of their number.
SPANS = np.sqrt([0, 3, 6, 12])


@dataclass
class Sum:
    """Of one group of customers: a Total a currency, the most first; all of them `in_base`, and by month."""

    totals: list[Total] = field(default_factory=list)
    in_base: Total | None = None
    months: list[float] = field(default_factory=list)
    missing: int = 0


class ExpectedYear:
    """The stored months ahead of `outlooks` (a QuerySet), one row a customer who is still waited for; one query.

    Of the running month counts what is left of it: orders expected x mean amount, from the day his orders are known.
    """

    def __init__(self, outlooks, rates, today, *more):
        self.rates, self.today, self._between = rates, today, {}
        self.outlooks = outlooks.order_by()
        self.orders = ExpectedOrders(self.outlooks, rates, *more)
        years = self.orders.years
        self.ids, self.currency, self.more = self.orders.ids, self.orders.currency, self.orders.more
        self.known = np.array([year is not None for year in years], bool)
        self.first = np.array([_index(year["first"]) if year else 0 for year in years], np.int64)
        self.point = np.array([year["point"] if year else [0.0] * MONTHS for year in years], float).reshape(
            -1, MONTHS
        )
        self.down, self.up = (
            np.array([[0.0, *year[name]] if year else [0.0] * 4 for year in years], float).reshape(-1, 4)
            for name in ("down", "up")
        )
        self.left = self._rest_of_running_month()
        self.codes, self.code = np.unique(self.currency, return_inverse=True)
        worth = [rates.at(str(code), today) for code in self.codes]
        self.worth = np.array([float(rate or 0) for rate in worth])

    @property
    def too_short(self):
        """Customers with too few complete months for months ahead."""
        return int((~self.known).sum())

    def _rest_of_running_month(self):
        """Writes it over the first month's amount; returns which part of the month it is (customers,)."""
        starts = {
            int(first): (month_start(int(first)), month_start(int(first) + 1)) for first in set(self.first)
        }
        start, end = (np.array([starts[int(first)][n] for first in self.first], np.int64) for n in (0, 1))
        days = np.clip(end - 1 - self.orders.known, 0, self.orders.until.shape[1] - 1)
        rows = np.arange(len(days))
        expected = self.orders.until[rows, days] * np.nan_to_num(self.orders.amount)
        self.point[:, :1] = np.where(self.known, expected, 0)[:, None]
        return np.where(self.known, days / np.maximum(end - start, 1), 0)

    def between(self, first: int, last: int):
        """(customers,) mean, and how far the 80 % range reaches below and above it, of the months with these indices."""
        if (first, last) not in self._between:
            self._between[first, last] = self._sum_between(first, last)
        return self._between[first, last]

    def _sum_between(self, first, last):
        months = self.first[:, None] + np.arange(MONTHS)
        # What was expected in months that are over, but is not known yet, is expected in the running one.
        months = np.maximum(months, month_index_of(self.today))
        inside = (months >= first) & (months <= last) & self.known[:, None]
        mean = (self.point * inside).sum(axis=1)
        length = inside[:, 1:].sum(axis=1) + inside[:, 0] * self.left
        root = np.sqrt(length)
        return mean, *(_between_spans(root, reach) for reach in (self.down, self.up))

    def by_month(self):
        """(customers, MONTHS): what is expected in the running month and in the eleven after it."""
        current = month_index_of(self.today)
        found = np.zeros((len(self.first), MONTHS))
        at = np.maximum(self.first[:, None] + np.arange(MONTHS) - current, 0)
        rows = np.repeat(np.arange(len(self.first)), MONTHS)
        keep = (at < MONTHS).ravel()
        np.add.at(found, (rows[keep], at.ravel()[keep]), self.point.ravel()[keep])
        return found * self.known[:, None]

    def sums(self, group, weight=None, rows=None) -> dict[object, Sum]:
        """{group: Sum} of the next twelve months. `group`: one key a row; `rows`: which customer a row is of, else all
        in turn; `weight`: which part of him."""
        rows = np.arange(len(self.ids)) if rows is None else rows
        weight = np.ones(len(rows)) if weight is None else weight
        keys, at = np.unique(np.asarray(group), return_inverse=True)
        first = month_index_of(self.today)
        mean, down, up = (values[rows] * weight for values in self.between(first, first + MONTHS - 1))
        width = len(self.codes)
        cell, size = at * width + self.code[rows], len(keys) * width
        means, downs, ups = (
            np.bincount(cell, values, minlength=size).reshape(len(keys), width)
            for values in (mean, down**2, up**2)
        )
        base = [means @ self.worth, downs @ self.worth**2, ups @ self.worth**2]
        many = np.bincount(at, minlength=len(keys)) > 1
        months = np.zeros((len(keys), MONTHS))
        np.add.at(months, at, self.by_month()[rows] * (weight * self.worth[self.code[rows]])[:, None])
        missing = np.bincount(at, (self.worth[self.code[rows]] == 0) & (mean > 0), minlength=len(keys))
        found = defaultdict(Sum)
        for row, key in enumerate(keys):
            inside = np.flatnonzero(means[row] > 0)
            inside = inside[np.argsort(-means[row, inside] * self.worth[inside], kind="stable")]
            totals = [
                self._total(str(self.codes[n]), means[row, n], downs[row, n], ups[row, n], many[row])
                for n in inside
            ]
            some = self.worth[inside].any()
            found[key.item()] = Sum(
                totals,
                self._total(self.rates.base, *(values[row] for values in base), many[row]) if some else None,
                [float(value) for value in months[row]],
                int(missing[row]),
            )
        return found

    def whole(self) -> Sum:
        """All of them together."""
        return self.sums(np.zeros(len(self.ids), int)).get(0, Sum())

    def months_in_base(self) -> list[tuple[str, Total]]:
        """[(label, Total in the base currency)] of the running month and the eleven after it."""
        worth = self.worth[self.code]
        first = month_index_of(self.today)
        found = []
        for month in range(first, first + MONTHS):
            mean, down, up = (values * worth for values in self.between(month, month))
            found.append(
                (
                    month_label(month),
                    self._total(
                        self.rates.base, mean.sum(), (down**2).sum(), (up**2).sum(), len(self.ids) > 1
                    ),
                )
            )
        return found

    def _total(self, currency, mean, down, up, many):
        low, high = self.reach(mean, down, up, many)
        return Total(currency, float(mean), max(float(mean) - low, 0.0), float(mean) + high)

    def reach(self, mean, down, up, many) -> tuple[float, float]:
        """How far the range of a sum goes down and up. `down`, `up`: squared, of its customers as if each erred by himself; to them
        comes what all are wrong by together, where there are `many`: the range of one holds that already, as on his page."""
        # Of each customer the range is that of a year already, which has held: nothing more is added for its distance.
        together = self.orders.common * (Z80 * mean) ** 2 if many else 0
        return float(np.sqrt(down + together)), float(np.sqrt(up + together))

    def labels(self):
        current = month_index_of(self.today)
        return [month_label(current + n) for n in range(MONTHS)]


def month_index_of(day: date) -> int:
    return (day.year - 1970) * 12 + day.month - 1


def last_day(month: int) -> date:
    return from_epoch_day(month_start(month + 1)) - timedelta(days=1)


def _index(label):
    return (int(label[:4]) - 1970) * 12 + int(label[5:]) - 1


def _between_spans(root, reach):
    """Reach of the range of a total of root**2 months: piecewise linear in the root between the stored spans."""
    at = np.clip(np.searchsorted(SPANS, root), 1, len(SPANS) - 1)
    rows = np.arange(len(root))
    share = (root - SPANS[at - 1]) / (SPANS[at] - SPANS[at - 1])
    return reach[rows, at - 1] + share * (reach[rows, at] - reach[rows, at - 1])
