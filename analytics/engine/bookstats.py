"""What the whole book says, for customers whose own orders say little yet."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from analytics.engine.calendar import month_index, month_start, weekday
from analytics.engine.forecast import (
    alive,
    calibration,
    days_off,
    hazard,
    item_ranker,
    item_seasons,
    monthly,
    next_date,
    season_orders,
    seasons,
    shape,
)
from analytics.engine.forecast.alive import Purchasing
from analytics.engine.forecast.calibration import Calls, Judged
from analytics.engine.forecast.hazard import ALL_TRADES, Hazard
from analytics.engine.forecast.item_ranker import ItemRanker, Past
from analytics.engine.forecast.item_seasons import NONE as NO_ITEM_SEASONS
from analytics.engine.forecast.item_seasons import ItemSeasons
from analytics.engine.forecast.seasons import NONE as NO_SEASONS
from analytics.engine.forecast.seasons import Seasons
from analytics.engine.forecast.states import states
from analytics.engine.orderbook import OrderBook

FALLBACK_GAP = 21.0
# So many months of past calls are looked at when curves are calibrated and the point is chosen.
CALLED_MONTHS = 6
# Of each month, at most so many calls.
CALLS_A_MONTH = 300
# The variance of a median against a mean's: 1/2 of double exponential values (Laplace), where it is pi / 2 of normal ones.
# Logs of amounts lie like the former, many near the usual one and a few far off: .44 on a wholesaler's year.
MEDIAN_VARIANCE = 0.5
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

    shape: survival of gap / own scale on a grid of shape.STEP. median_gap: days. weekday_shares (7,). amounts: per
    currency. quantity_variance: of log quantity around the customer's own median. popularity (K,): share of the
    order days of the last 90 days that held the item. hazard: None in a book with too few orders. holiday_factor:
    share of the usual orders that public holidays see. curve_slope: what past calls stretch the curves by. point: the
    rule for the date, with the number of past calls that it was chosen on.
    order_seasons: what the months and fiscal years of the book's past change in its hazards.
    item_ranker, alive: None where the book is too small for one. seasons: of money, per currency (12,), see monthly.
    item_seasons: of items that two years say are bought at certain times.
    """

    through: int
    shape: np.ndarray
    median_gap: float
    weekday_shares: np.ndarray
    order_days: int
    amounts: dict[str, AmountStats] = field(default_factory=dict)
    quantity_variance: float = 0.3
    popularity: np.ndarray = field(default_factory=lambda: np.zeros(0))
    hazard: Hazard | None = None
    order_seasons: Seasons = NO_SEASONS
    holiday_factor: float = days_off.USUAL
    curve_slope: float = 1.0
    point: str = next_date.OWN_RHYTHM
    point_calls: int = 0
    item_ranker: ItemRanker | None = None
    alive: Purchasing | None = None
    seasons: dict[str, np.ndarray] = field(default_factory=dict)
    item_seasons: ItemSeasons = NO_ITEM_SEASONS

    def amount(self, currency: str) -> AmountStats:
        return self.amounts.get(currency) or AmountStats(None, *UNKNOWN_VARIANCES)


def fit(book: OrderBook, through: int, prior: str = ALL_TRADES, refits: "Refits | None" = None) -> BookStats:
    """Everything from order days up to `through`; what comes later is not looked at.

    prior: the set of hazard.PRIORS that the book's hazard model is centred on. refits: of the same book and prior,
    whose monthly models and calls are used again.
    """
    # Nobody asks what would have been said of the months ahead: who is still alive then is not worked out.
    replaying = refits is not None
    refits = refits or Refits(book, prior)
    events = book.events
    seen = events.day <= through
    dates = refits.dates_at(through)
    calls = refits.calls(through) if dates.hazard else None
    point, judged = calibration.best_point(calls) if dates.hazard else (next_date.OWN_RHYTHM, 0)
    return replace(
        dates,
        amounts=_amounts(events.customer[seen], events.amount[seen], book.currency),
        quantity_variance=_quantity_variance(book, through),
        popularity=_popularity(book, through),
        curve_slope=calibration.slope(calls),
        point=point,
        point_calls=judged,
        item_ranker=item_ranker.fit(book, through, refits.past),
        alive=None if replaying else alive.fit(alive.counts(book, through)),
        seasons={} if replaying else monthly.seasons(book, through),
        item_seasons=NO_ITEM_SEASONS if replaying else item_seasons.fit(book, through),
    )


def fit_dates(book: OrderBook, through: int, prior: str) -> BookStats:
    """What dates are called with, before past calls are asked: amounts and items are left out."""
    events = book.events
    seen = events.day <= through
    customer, day = events.customer[seen], events.day[seen]
    median_gap = _median_gap(events, through)
    counts = np.bincount(weekday(day), minlength=7).astype(float)
    # A few order days say little about weekdays: one pseudo-order on each keeps all of them possible.
    pseudo = 1 if len(day) < MIN_ORDERS_FOR_CLOSED_WEEKDAYS else 0
    shares = (counts + pseudo) / (counts + pseudo).sum()
    rows, following, known = _states(book, through)
    stats = BookStats(
        through=through,
        shape=shape.fit(rows, following, known, median_gap),
        median_gap=median_gap,
        weekday_shares=shares,
        order_days=len(day),
        holiday_factor=days_off.holiday_factor(book, customer, day),
    )
    days = hazard.person_days(rows, following, known, shares, median_gap, prior)
    if days is None:
        return stats
    model = hazard.fit(days)
    seen = season_orders.person_days(book, rows.customer[days.row], days, model, stats.holiday_factor)
    orders = season_orders.by_month(book, through, shares, stats.holiday_factor)
    return replace(stats, hazard=model, order_seasons=seasons.fit(orders, seen))


def _states(book, through):
    """(states, epoch day of the order that followed each, that up to which it was waited for); of a book beyond what a
    fit looks at, sampled customers'."""
    events = book.events
    seen = events.day <= through
    if seen.sum() > hazard.MAX_STATES:
        taken = np.random.default_rng(0).random(len(book.customers)) < hazard.MAX_STATES / seen.sum()
        seen = seen & taken[events.customer]
    columns = (events.customer, events.day, events.amount, events.size)
    rows = states(*(column[seen] for column in columns), whole=events.whole[seen])
    return rows, events.following[seen][rows.row], book.waited_through(through)[seen][rows.row]


class Refits:
    """The book's statistics as a monthly refit would have known them: of the days before the 1st of a day's month.

    What the ranker of items looks up in the book, without learning from it, is of the days before the week's Monday.
    """

    def __init__(self, book: OrderBook, prior: str = ALL_TRADES):
        self.book = book
        self.prior = prior
        self.by_month = {}
        self.past = Past(book)
        self.dates_by_day = {}
        self.calls_by_month = {}

    def at(self, day: int) -> BookStats:
        month = month_index(day)
        if month not in self.by_month:
            self.by_month[month] = fit(self.book, month_start(month) - 1, self.prior, self)
        stats = self.by_month[month]
        if stats.item_ranker is None:
            return stats
        return replace(stats, item_ranker=replace(stats.item_ranker, tables=self.past.tables(day)))

    def forget_before(self, day: int):
        """Lets go of what days from `day` on never ask for, where they are asked for in ascending order.

        Kept are then the models of one month, the calls of CALLED_MONTHS, and what Past.forget_before keeps.
        """
        month = month_index(day)
        self.by_month = _from(self.by_month, month)
        self.calls_by_month = _from(self.calls_by_month, month - CALLED_MONTHS)
        self.dates_by_day = _from(self.dates_by_day, month_start(month) - 1)
        self.past.forget_before(day)

    def dates_at(self, through: int) -> BookStats:
        if through not in self.dates_by_day:
            self.dates_by_day[through] = fit_dates(self.book, through, self.prior)
        return self.dates_by_day[through]

    def calls(self, through: int) -> Judged | None:
        """The calls of the last CALLED_MONTHS complete months, each by the model of its month, as of `through`."""
        months = range(month_index(through + 1) - CALLED_MONTHS, month_index(through + 1))
        made = [self._calls_of(month) for month in months if month_start(month) >= self.start]
        known_through = np.minimum(self.book.known_through, through)
        return calibration.judged([part for part in made if part], known_through)

    @cached_property
    def start(self) -> int:
        """The first day whose month can have been called: orders were known before it."""
        return int(self.book.events.day.min()) + 1 if len(self.book.events.day) else 0

    def _calls_of(self, month):
        if month not in self.calls_by_month:
            self.calls_by_month[month] = self._call(month)
        return self.calls_by_month[month]

    def _call(self, month):
        start, end = month_start(month), month_start(month + 1)
        events = self.book.events
        called = (events.day >= start) & (events.day < end)
        called = np.flatnonzero(called & (events.rhythm_number >= next_date.NEEDS_ORDERS))
        if not len(called):
            return None
        if len(called) > CALLS_A_MONTH:
            sample = np.random.default_rng(month).choice(len(called), CALLS_A_MONTH, replace=False)
            called = called[np.sort(sample)]
        # Of everything but these customers nothing is looked at.
        theirs = np.flatnonzero(np.isin(events.customer, events.customer[called]))
        columns = (column[theirs] for column in (events.customer, events.day, events.amount, events.size))
        rows = states(*columns, np.searchsorted(theirs, called), events.whole[theirs])
        histories = [
            self.book.history(int(customer)).until(int(day))
            for customer, day in zip(rows.customer, rows.day, strict=True)
        ]
        stats = self.dates_at(start - 1)
        curve = next_date.curves(histories, rows, stats, calibration.HORIZON)
        return Calls(
            customer=rows.customer,
            day=rows.day,
            following=events.following[called],
            waited_until=events.waited_until[called],
            curve=curve.astype(np.float32),
            points=next_date.points(rows, curve),
        )


def _from(kept, first):
    return {key: value for key, value in kept.items() if key >= first}


def _median_gap(events, through) -> float:
    own = (events.following - events.day)[events.following <= through]
    return float(np.median(own)) if len(own) >= 5 else FALLBACK_GAP


def _amounts(customer, amount, currency) -> dict[str, AmountStats]:
    """Per currency, so that no two currencies are ever put on one scale.

    What the medians vary by chance, MEDIAN_VARIANCE s2_within / n, is taken off their variance between customers.
    """
    stats = {}
    good = amount > 0
    for code in np.unique(currency):
        mine = good & (currency[customer] == code)
        if not mine.any():
            continue
        _, index = np.unique(customer[mine], return_inverse=True)
        logs = np.log(amount[mine])
        n, medians, variance = _each(index, logs)
        enough = n >= 3
        medians = medians[enough]
        if len(medians) < 3:
            stats[str(code)] = AmountStats(float(np.median(logs)), *UNKNOWN_VARIANCES)
            continue
        within = float(np.mean(variance[enough] * n[enough] / (n[enough] - 1)))
        between = max(float(np.var(medians)) - MEDIAN_VARIANCE * within / float(n[enough].mean()), 0.02)
        within = max(within, 1e-4)
        half_width = _half_width(index, logs, within)
        stats[str(code)] = AmountStats(float(np.median(medians)), between, within, half_width)
    return stats


def _each(owner, values):
    """(number, median, variance) of the values of each owner; owners are numbered from 0 and sorted."""
    n = np.bincount(owner)
    mean = np.bincount(owner, values) / n
    variance = np.bincount(owner, (values - mean[owner]) ** 2) / n
    ordered = values[np.lexsort((values, owner))]
    first = np.cumsum(n) - n
    return n, (ordered[first + (n - 1) // 2] + ordered[first + n // 2]) / 2, variance


def variance_around(n, variance, within):
    """Of a customer's n orders around his own level, shrunk to the book's by five pseudo-orders."""
    return (n * variance + 5 * within) / (n + 5)


def _half_width(owner, logs, within):
    """Split conformal (Vovk 2005): what held 80 % of the latest orders, each seen from the orders before it."""
    number = np.bincount(owner)[owner]
    # Of each order, the how-manieth from the customer's end it is: 1 his last.
    left = np.searchsorted(owner, owner, "right") - np.arange(len(owner))
    off = []
    for back in range(1, RANGE_ORDERS + 1):
        judged = number - back >= 3
        if not judged.any():
            continue
        before, latest = judged & (left > back), logs[judged & (left == back)]
        _, index = np.unique(owner[before], return_inverse=True)
        n, medians, variance = _each(index, logs[before])
        spread = np.sqrt(variance_around(n, variance, within) * (1 + 1 / n))
        off.append(np.abs(latest - medians) / spread)
    if not off:
        return Z80
    off = np.concatenate(off)
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
