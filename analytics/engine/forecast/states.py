"""What a customer's orders said at the end of each order day: one row an order day, all customers at once."""

from dataclasses import dataclass, fields

import numpy as np

from analytics.engine.calendar import weekday
from analytics.engine.orderbook import numbered

RECENT_GAPS = 60
RECENT_DAYS = 90
# Order days that are looked back from at once.
BLOCK = 5_000
# What a gap weighs against the one after it.
MEMORY = 0.8
EWMA = 0.3


@dataclass(frozen=True)
class States:
    """N order days, each with at least one gap before it, as columns of length N.

    row: position in the columns that the states were made of; customer: position; day: epoch day; n: order days up to
    it. gaps (N, W): the last W <= 60 gaps, latest first, NaN where there were fewer. mean, median, ewma, last, longest:
    of those gaps, days, the mean weighing each MEMORY of the one after it; cv and sd_log: their plain coefficient of
    variation and the standard deviation of their logs. recent: order days in the last 90 days. amount_ratio,
    size_ratio: log of the last order's amount and distinct items against the own means, NaN where unknown. weekdays
    (N, 7): own order days by weekday.
    """

    row: np.ndarray
    customer: np.ndarray
    day: np.ndarray
    n: np.ndarray
    gaps: np.ndarray
    mean: np.ndarray
    median: np.ndarray
    ewma: np.ndarray
    last: np.ndarray
    longest: np.ndarray
    cv: np.ndarray
    sd_log: np.ndarray
    recent: np.ndarray
    amount_ratio: np.ndarray
    size_ratio: np.ndarray
    weekdays: np.ndarray

    def __len__(self) -> int:
        return len(self.day)

    def scale(self, median_gap) -> np.ndarray:
        """(N,): the mean of the own gaps and, as one more, the book's median gap."""
        weight = (1 - MEMORY ** np.minimum(self.n - 1, RECENT_GAPS)) / (1 - MEMORY)
        return (weight * self.mean + median_gap) / (weight + 1)

    def take(self, rows) -> "States":
        return States(*(getattr(self, field.name)[rows] for field in fields(self)))


def states(customer, day, amount, size, rows=None) -> States:
    """States at the end of order days, from columns sorted by (customer, day).

    `rows`: positions of those that are wanted, none of them a customer's first; without it all that have a gap before them.
    """
    customer, day = np.asarray(customer), np.asarray(day).astype(np.int64)
    number = numbered(customer)
    rows = np.flatnonzero(number > 1) if rows is None else np.asarray(rows)
    n = number[rows]
    start = rows - n + 1
    width = int(min((n - 1).max(), RECENT_GAPS)) if len(rows) else 1
    blocks = [slice(at, at + BLOCK) for at in range(0, max(len(rows), 1), BLOCK)]
    looked_back = [_looked_back(day, rows[block], n[block], width) for block in blocks]
    return States(
        row=rows,
        customer=customer[rows],
        day=day[rows],
        n=n,
        **{name: np.concatenate([part[name] for part in looked_back]) for name in looked_back[0]},
        amount_ratio=_ratio(np.asarray(amount, float), rows, start),
        size_ratio=_ratio(np.asarray(size, float), rows, start),
        weekdays=_weekdays(day, rows, start),
    )


def of(history) -> States:
    """The one state of a customer's history: that of his last order day."""
    return of_days(history, [history.n - 1])


def of_days(history, rows) -> States:
    """Those of a customer's history at some of its order days, given by position: each knows what came before it."""
    one = np.zeros(history.n, np.int64)
    return states(one, history.days, history.amounts, history.sizes, rows)


def _looked_back(day, rows, n, width):
    """What the gaps before each of the order days say, and the days before it: columns by name."""
    gaps = _gaps(day, rows, n, width)
    known = ~np.isnan(gaps)
    count = known.sum(axis=1)
    plain_mean = np.nansum(gaps, axis=1) / np.maximum(count, 1)
    logs = np.log(gaps)
    log_mean = np.nansum(logs, axis=1) / np.maximum(count, 1)
    deviation = np.sqrt(np.nansum((gaps - plain_mean[:, None]) ** 2, axis=1) / np.maximum(count, 1))
    return {
        "gaps": gaps,
        "mean": _mean(gaps, known),
        "median": _median(gaps, count),
        "ewma": _ewma(gaps, count),
        "last": gaps[:, 0],
        "longest": np.nanmax(gaps, axis=1) if len(rows) else np.zeros(0),
        "cv": deviation / plain_mean,
        "sd_log": np.sqrt(np.nansum((logs - log_mean[:, None]) ** 2, axis=1) / np.maximum(count, 1)),
        "recent": _recent(day, rows, n),
    }


def _gaps(day, rows, n, width):
    back = np.arange(width)
    at = np.maximum(rows[:, None] - back, 1)
    return np.where(back < n[:, None] - 1, (day[at] - day[at - 1]).astype(float), np.nan)


def _mean(gaps, known):
    weights = np.where(known, MEMORY ** np.arange(gaps.shape[1]), 0)
    return (weights * np.nan_to_num(gaps)).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)


def _median(gaps, count):
    """NaNs sort to the end."""
    ordered = np.sort(gaps, axis=1)
    rows = np.arange(len(gaps))
    return (ordered[rows, (count - 1) // 2] + ordered[rows, count // 2]) / 2


def _ewma(gaps, count):
    """Roberts 1959: the oldest gap takes what weight is left."""
    weights = np.tile(EWMA * (1 - EWMA) ** np.arange(gaps.shape[1]), (len(gaps), 1))
    rows = np.arange(len(gaps))
    weights[rows, count - 1] = (1 - EWMA) ** (count - 1)
    return np.nansum(weights * gaps, axis=1)


def _recent(day, rows, n):
    back = np.arange(1, int(min(n.max(), RECENT_DAYS)) if len(rows) else 1)
    at = np.maximum(rows[:, None] - back, 0)
    near = (back < n[:, None]) & (day[rows][:, None] - day[at] < RECENT_DAYS)
    return 1 + near.sum(axis=1)


def _ratio(values, rows, start):
    """Log of a value against the mean of the customer's values so far, which exclude what is unknown."""
    good = np.isfinite(values) & (values > 0)
    sums = np.concatenate(([0.0], np.cumsum(np.where(good, values, 0))))
    counts = np.concatenate(([0], np.cumsum(good)))
    total, known = sums[rows + 1] - sums[start], counts[rows + 1] - counts[start]
    usable = good[rows] & (total > 0)
    return np.where(
        usable, np.log(np.where(usable, values[rows] * known / np.where(usable, total, 1), 1)), np.nan
    )


def _weekdays(day, rows, start):
    so_far = np.zeros((len(day) + 1, 7), np.int32)
    so_far[np.arange(len(day)) + 1, weekday(day)] = 1
    np.cumsum(so_far, axis=0, out=so_far)
    return so_far[rows + 1] - so_far[start]
