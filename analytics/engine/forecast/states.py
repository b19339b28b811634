"""What a customer's orders said at the end of each order day: one row an order day, all customers at once."""

from dataclasses import dataclass, fields

import numpy as np

from analytics.engine.calendar import weekday
from analytics.engine.orderbook import counted, numbered

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
    it; known: gaps up to it, n - 1 where none was left out of learning (see History.whole). gaps (N, W): the last
    W <= 60 of them, latest first, NaN where there were fewer. mean, median, ewma, last, longest: of those gaps, days, the
    mean weighing each MEMORY of the one after it; cv and sd_log: their plain coefficient of variation and the standard
    deviation of their logs. recent: order days in the last 90 days. amount_ratio, size_ratio: log of the last order's
    amount and distinct items against the own means, NaN where unknown. weekdays (N, 7): own order days by weekday.
    """

    row: np.ndarray
    customer: np.ndarray
    day: np.ndarray
    n: np.ndarray
    known: np.ndarray
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
        weight = (1 - MEMORY ** np.minimum(self.known, RECENT_GAPS)) / (1 - MEMORY)
        return (weight * self.mean + median_gap) / (weight + 1)

    def take(self, rows) -> "States":
        return States(*(getattr(self, field.name)[rows] for field in fields(self)))


def states(customer, day, amount, size, rows=None, whole=None) -> States:
    """States at the end of order days, from columns sorted by (customer, day).

    `rows`: positions of those that are wanted, each with a gap before it; without it all that have one. `whole` (bool, as
    long as the columns): whether a gap ends on each order day, as in Events; without it on all but a customer's first.
    """
    customer, day = np.asarray(customer), np.asarray(day).astype(np.int64)
    number = numbered(customer)
    whole = number > 1 if whole is None else np.asarray(whole)
    if rows is None:
        rows = np.flatnonzero(counted(whole, np.arange(len(day)), number) > 0)
    rows = np.asarray(rows)
    n = number[rows]
    known, start = counted(whole, rows, n), rows - n + 1
    width = int(min(known.max(), RECENT_GAPS)) if len(rows) else 1
    ends, upto = np.flatnonzero(whole), np.cumsum(whole)[rows]
    blocks = [slice(at, at + BLOCK) for at in range(0, max(len(rows), 1), BLOCK)]
    looked_back = [
        _looked_back(day, rows[block], n[block], _gaps(day, ends, upto[block], known[block], width))
        for block in blocks
    ]
    return States(
        row=rows,
        customer=customer[rows],
        day=day[rows],
        n=n,
        known=known,
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
    whole = np.concatenate(([False], history.whole))
    return states(one, history.days, history.amounts, history.sizes, rows, whole)


def _looked_back(day, rows, n, gaps):
    """What the gaps before each of the order days say, and the days before it: columns by name."""
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


def _gaps(day, ends, upto, known, width):
    """(R, width): the last gaps, latest first, of `known` (R,) each. ends: where gaps end; upto (R,): how many of all customers'
    had ended by then."""
    back = np.arange(width)
    at = ends[np.maximum(upto[:, None] - 1 - back, 0)]
    return np.where(back < known[:, None], (day[at] - day[at - 1]).astype(float), np.nan)


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
