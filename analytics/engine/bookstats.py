"""What the whole book says, for customers whose own orders say little yet."""

from dataclasses import dataclass, field, replace

import numpy as np

from analytics.engine.calendar import month_index, month_start, weekday
from analytics.engine.forecast import alive, item_ranker, monthly
from analytics.engine.forecast.alive import Purchasing
from analytics.engine.forecast.item_ranker import ItemRanker, Past
from analytics.engine.orderbook import OrderBook

SHAPE_STEP = 0.05
SHAPE_END = 12.0
FALLBACK_GAP = 21.0
MIN_SHAPE_EVENTS = 15
# The variance of a median against a mean's, of normal values.
MEDIAN_VARIANCE = np.pi / 2
# Half the width of a normal 80 % range. The book's own past orders move it, RANGE_PSEUDO of them by half.
Z80 = 1.2816
RANGE_PSEUDO = 200
RANGE_ORDERS = 3
# A little above .8: customers drift, so the next orders lie further off than the past ones did.
RANGE_SHARE = 0.82
# Between and within, as long as fewer than three customers have three orders in a currency.
UNKNOWN_VARIANCES = (0.37, 0.35)
MIN_ORDERS_FOR_CLOSED_WEEKDAYS = 40


@dataclass(frozen=True)
class AmountStats:
    """Of one currency, in log amounts: the median of the customers' medians, their variance between customers, and
    the mean variance of a customer's orders around his own. half_width: of 80 % ranges, in standard deviations."""

    log_median: float | None
    between: float
    within: float
    half_width: float = Z80


@dataclass(frozen=True)
class BookStats:
    """Fitted on order days up to `through` (epoch day).

    shape: survival of gap / own scale on a grid of SHAPE_STEP. median_gap: days. weekday_shares (7,). amounts: per
    currency. quantity_variance: of log quantity around the customer's own median. popularity (K,): share of the
    order days of the last 90 days that held the item. item_ranker, alive: None where the book is too small for one.
    seasons: per currency (12,), see monthly.
    """

    through: int
    shape: np.ndarray
    median_gap: float
    weekday_shares: np.ndarray
    order_days: int
    amounts: dict[str, AmountStats]
    quantity_variance: float
    popularity: np.ndarray
    item_ranker: ItemRanker | None = None
    alive: Purchasing | None = None
    seasons: dict[str, np.ndarray] = field(default_factory=dict)

    def amount(self, currency: str) -> AmountStats:
        return self.amounts.get(currency) or AmountStats(None, *UNKNOWN_VARIANCES)


def fit(book: OrderBook, through: int, past: Past | None = None) -> BookStats:
    """Everything from order days up to `through`; what comes later is not looked at.

    `past`: the book's examples for the ranker of items, if earlier refits worked some out already.
    """
    events = book.events
    seen = events.day <= through
    customer, day, amount = events.customer[seen], events.day[seen], events.amount[seen]
    median_gap = _median_gap(customer, day)
    counts = np.bincount(weekday(day), minlength=7).astype(float)
    # A few order days say little about weekdays: one pseudo-order on each keeps all of them possible.
    pseudo = 1 if len(day) < MIN_ORDERS_FOR_CLOSED_WEEKDAYS else 0
    shares = (counts + pseudo) / (counts + pseudo).sum()
    return BookStats(
        through=through,
        shape=_shape(customer, day, median_gap, np.minimum(book.known_through, through)),
        median_gap=median_gap,
        weekday_shares=shares,
        order_days=len(day),
        amounts=_amounts(customer, amount, book.currency),
        quantity_variance=_quantity_variance(book, through),
        popularity=_popularity(book, through),
        item_ranker=item_ranker.fit(book, through, past),
        alive=alive.fit(alive.counts(book, through)),
        seasons=monthly.seasons(book, through),
    )


class Refits:
    """The book's statistics as a monthly refit would have known them: of the days before the 1st of a day's month.

    What the ranker of items looks up in the book, without learning from it, is of the days before the week's Monday.
    """

    def __init__(self, book: OrderBook):
        self.book = book
        self.by_month = {}
        self.by_week = {}
        self.past = Past(book)

    def at(self, day: int) -> BookStats:
        month = month_index(day)
        if month not in self.by_month:
            self.by_month[month] = fit(self.book, month_start(month) - 1, self.past)
        stats = self.by_month[month]
        if stats.item_ranker is None:
            return stats
        week = (month, day - weekday(day))
        if week not in self.by_week:
            fresh = replace(stats.item_ranker, tables=self.past.tables(day))
            self.by_week[week] = replace(stats, item_ranker=fresh)
        return self.by_week[week]


def _median_gap(customer, day) -> float:
    own = np.diff(day)[np.diff(customer) == 0]
    return float(np.median(own)) if len(own) >= 5 else FALLBACK_GAP


def _shape(customer, day, median_gap, known_through) -> np.ndarray:
    """Kaplan-Meier survival of gap / own scale, over all states with at least three order days.

    The scale of a state is (sum of the gaps before it + the book's median gap) / n; gaps that are still open count as
    censored (Kaplan and Meier 1958) on the day each customer's orders are known through (C,). Under 15 finished gaps:
    exponential.
    """
    grid = np.arange(0, SHAPE_END + SHAPE_STEP, SHAPE_STEP)
    if not len(day):
        return np.exp(-grid)
    first = np.concatenate(([True], np.diff(customer) != 0))
    start = np.maximum.accumulate(np.where(first, np.arange(len(day)), 0))
    n = np.arange(len(day)) - start + 1
    scale = (day - day[start] + median_gap) / n
    last = np.append(first[1:], True)
    silence = np.maximum(known_through[customer] - day, 0)
    gap = np.where(last, silence, np.append(day[1:], 0) - day)
    use = n >= 3
    x, finished = gap[use] / scale[use], ~last[use]
    if finished.sum() < MIN_SHAPE_EVENTS:
        return np.exp(-grid)
    order = np.argsort(x, kind="stable")
    x, finished = x[order], finished[order]
    at_risk = len(x) - np.arange(len(x))
    survival = np.cumprod(1 - finished / at_risk)
    at = np.searchsorted(x, grid, side="right") - 1
    shape = np.where(at >= 0, survival[at], 1.0)
    return _with_tail(grid, shape)


def _with_tail(grid, shape):
    """Where the data end the curve goes on falling at its mean rate, and at least as fast as a memoryless one would."""
    reliable = np.flatnonzero(shape > 0.02)[-1]
    rate = max(-np.log(shape[reliable]) / max(grid[reliable], SHAPE_STEP), 1.0)
    tail = grid > grid[reliable]
    shape[tail] = shape[reliable] * np.exp(-rate * (grid[tail] - grid[reliable]))
    return shape


def _amounts(customer, amount, currency) -> dict[str, AmountStats]:
    """Per currency, so that no two currencies are ever put on one scale.

    What the medians vary by chance, pi / 2 s2_within / n, is taken off their variance between customers.
    """
    stats = {}
    good = amount > 0
    for code in np.unique(currency):
        mine = good & (currency[customer] == code)
        if not mine.any():
            continue
        owners, index = np.unique(customer[mine], return_inverse=True)
        logs = np.log(amount[mine])
        n = np.bincount(index)
        sums = np.bincount(index, logs)
        variance = np.bincount(index, logs**2) / n - (sums / n) ** 2
        enough = n >= 3
        # Events are sorted by customer, so each customer's are one stretch.
        stretches = np.split(logs, np.cumsum(n)[:-1])
        medians = np.array([np.median(own) for own, many in zip(stretches, enough, strict=True) if many])
        if len(medians) < 3:
            stats[str(code)] = AmountStats(float(np.median(logs)), *UNKNOWN_VARIANCES)
            continue
        within = float(np.mean(variance[enough] * n[enough] / (n[enough] - 1)))
        between = max(float(np.var(medians)) - MEDIAN_VARIANCE * within / float(n[enough].mean()), 0.02)
        within = max(within, 1e-4)
        half_width = _half_width(stretches, within)
        stats[str(code)] = AmountStats(float(np.median(medians)), between, within, half_width)
    return stats


def variance_around(logs, within) -> float:
    """Of a customer's orders around his own level, shrunk to the book's by five pseudo-orders."""
    return (len(logs) * float(np.var(logs)) + 5 * within) / (len(logs) + 5)


def _half_width(stretches, within):
    """Split conformal (Vovk 2005): what held 80 % of the latest orders, each seen from the orders before it."""
    off = [
        abs(own[n] - np.median(own[:n])) / np.sqrt(variance_around(own[:n], within) * (1 + 1 / n))
        for own in stretches
        for n in range(max(3, len(own) - RANGE_ORDERS), len(own))
    ]
    if not off:
        return Z80
    return float((len(off) * np.quantile(off, RANGE_SHARE) + RANGE_PSEUDO * Z80) / (len(off) + RANGE_PSEUDO))


def _quantity_variance(book, through) -> float:
    customer, day, item, quantity, _ = book.purchases
    seen = (day <= through) & (quantity > 0)
    if seen.sum() < 10:
        return 0.3
    pair = customer[seen].astype(np.int64) * (len(book.items) + 1) + item[seen]
    _, index, n = np.unique(pair, return_inverse=True, return_counts=True)
    logs = np.log(quantity[seen])
    variance = np.bincount(index, logs**2) / n - (np.bincount(index, logs) / n) ** 2
    often = n >= 3
    return max(float(np.mean(variance[often])), 1e-4) if often.any() else 0.3


def _popularity(book, through) -> np.ndarray:
    _, day, item, _, _ = book.purchases
    recent = (day <= through) & (day > through - 90)
    events = book.events
    days = ((events.day <= through) & (events.day > through - 90)).sum()
    return np.bincount(item[recent], minlength=len(book.items)) / max(days, 1)
