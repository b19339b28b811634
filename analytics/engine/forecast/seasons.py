"""Months in which more or fewer orders come than each customer's rhythm says: the book's season, and fiscal years."""

from dataclasses import dataclass, fields

import numpy as np

from analytics.engine.calendar import month_of
from analytics.engine.forecast.survival import with_hazard_times
from analytics.engine.history import History

YEAR = 12
# Of so many months the same one is known a year before: without them growth and season look alike.
NEEDS_TWICE = 3
# How much of the book's season its customers with a rhythm of their own follow: those who order often hardly do.
FOLLOWED = 0.5
# A place of the fiscal year at which fewer orders were expected says nothing.
LEAST_EXPECTED = 5.0
# A book that grows or shrinks by more than this in a year shows its growth, not a season.
FASTEST = 1.5
# How much of the error that months have without a season may be left with it.
BORNE_OUT = 0.75
NEEDS_PLACES = 6
SURE = 2
SMALLEST, LARGEST = 1 / 3, 3.0
ROUNDS = 20


@dataclass(frozen=True)
class Seasons:
    """Factors of the daily hazard, both (12,): in January to December, and in the first to twelfth month of a customer's
    fiscal year. Ones where the book has not shown any."""

    calendar: np.ndarray
    fiscal: np.ndarray

    @property
    def told(self) -> bool:
        return bool((self.calendar != 1).any() or (self.fiscal != 1).any())


NONE = Seasons(np.ones(YEAR), np.ones(YEAR))


@dataclass(frozen=True)
class Days:
    """R person-days as the customers' rhythms alone saw them: half (R,), 0 or 1, of the customers that it belongs to,
    month (R,) index, fiscal_start (R,) as in History, expected (R,) orders, came (R,) orders."""

    half: np.ndarray
    month: np.ndarray
    fiscal_start: np.ndarray
    expected: np.ndarray
    came: np.ndarray


@dataclass(frozen=True)
class Orders:
    """All orders of customers who are known through the end of the last month: by_month (2, M) of each half of them, first
    orders too, which no rhythm expects; open_days (M,) on which they could order, on average. The last of the M months
    has the index `last`."""

    by_month: np.ndarray
    open_days: np.ndarray
    last: int


def fit(orders: Orders, days: Days) -> Seasons:
    """The book's season without what fiscal years bring, and that; of the months up to `orders.last`."""
    over = days.month <= orders.last
    days = Days(*(getattr(days, one.name)[over] for one in fields(Days)))
    fiscal = _fiscal(days, orders.last)
    return Seasons(_calendar(orders, days, fiscal), fiscal)


def _calendar(orders, days, fiscal):
    """(12,): (orders of the last 12 months / what their open days and growth let expect)^FOLLOWED; of a usual year 1.

    Growth is that of the months known twice. Ones where it is too fast to tell it from a season, or where those months a
    year before do not bear the season out.
    """
    # Of the book's first month nobody knows whether all of it is here.
    by_month, open_days = orders.by_month[:, 1:], orders.open_days[1:]
    if by_month.shape[1] < YEAR + NEEDS_TWICE:
        return np.ones(YEAR)
    year, before = by_month[:, -YEAR:], by_month[:, -2 * YEAR : -YEAR].sum(axis=0)
    growth = (year[:, -len(before) :].sum() + 0.5) / (before.sum() + 0.5)
    if not 1 / FASTEST <= growth <= FASTEST:
        return np.ones(YEAR)
    flat = growth ** ((np.arange(YEAR) - (YEAR - 1) / 2) / YEAR) * open_days[-YEAR:]
    due = year.sum(axis=1, keepdims=True) * flat / flat.sum()
    ratio = _shrunk(_log_ratio(year.sum(axis=0), due.sum(axis=0)), due.sum(axis=0), _log_ratio(year, due))
    twice = len(before)
    usual = flat[-twice:] / open_days[-YEAR:][-twice:] * open_days[-YEAR - twice : -YEAR]
    if not _borne_out(before, ratio[-twice:] * usual, usual):
        return np.ones(YEAR)
    by_rhythm = ratio / _mean_fiscal(days, fiscal, orders.last)
    factor = np.ones(YEAR)
    factor[np.arange(orders.last - YEAR + 1, orders.last + 1) % YEAR] = by_rhythm**FOLLOWED
    return factor / _weighted_mean(factor, days, orders.last)


def _borne_out(before, season, flat):
    """Whether months of the year before were clearly nearer to the season than to none."""
    off = [np.abs(before - shape * before.sum() / shape.sum()).sum() for shape in (season, flat)]
    return off[0] < BORNE_OUT * off[1]


def _mean_fiscal(days, fiscal, last):
    """(12,): what fiscal years make of each of the last 12 months, on average over the customers: no season of the book."""
    mine = days.month > last - YEAR
    place = days.month[mine] - (last - YEAR + 1)
    factor = np.where(
        days.fiscal_start[mine] > 0, fiscal[_place(days.month[mine], days.fiscal_start[mine])], 1
    )
    due, with_fiscal = (
        np.bincount(place, values, minlength=YEAR)
        for values in (days.expected[mine], days.expected[mine] * factor)
    )
    return np.where(due > 0, with_fiscal / np.maximum(due, 1e-9), 1)


def _weighted_mean(factor, days, last):
    """Of the factors over the orders expected in the last 12 months: their level is the rhythms' business."""
    expected, month = days.expected[days.month > last - YEAR], days.month[days.month > last - YEAR]
    return (expected * factor[month % YEAR]).sum() / expected.sum() if expected.sum() else 1.0


def _place(month, fiscal_start):
    """The how-manieth month of his fiscal year a month (index) is, from 0."""
    return (month - (fiscal_start - 1)) % YEAR


def _fiscal(days, last):
    """How many orders each month of a customer's fiscal year brings, as a multiple of what the book had in the same
    calendar month: told by customers whose years begin at different times, so that no season of the book shows in it.

    It has to show in both halves of the customers, and in both halves of the years.
    """
    told = days.fiscal_start > 0
    if not told.any():
        return np.ones(YEAR)
    month = days.month - days.month.min()
    # Where nobody knows it, the thirteenth place: always as usual.
    place = np.where(told, _place(days.month, days.fiscal_start), YEAR)

    def effect(rows):
        shape = (month.max() + 1, YEAR + 1)
        return _beside_months(
            *(
                _counted(month[rows], place[rows], shape, values[rows])
                for values in (days.came, days.expected)
            )
        )

    everything = np.ones(len(month), bool)
    due = np.bincount(place, days.expected, minlength=YEAR + 1)[:YEAR]
    years_ago = (last - days.month) // YEAR
    halves = [[effect(split == half) for half in (0, 1)] for split in (days.half, years_ago % 2)]
    return _shrunk(effect(everything), due, *halves)


def _beside_months(came, due):
    """(12,): log of came / due at each place, of (M, 13) months and places, beside what its months had at all places.

    Levels of months and of places are fitted in turn, each to what the other leaves (iterative proportional fitting, the
    likelihood's maximum: Deming and Stephan 1940).
    """
    factor = np.ones(YEAR + 1)
    for _ in range(ROUNDS):
        level = came.sum(axis=1) / np.maximum((due * factor).sum(axis=1), 1e-9)
        log_ratio = _log_ratio(came.sum(axis=0), (due * level[:, None]).sum(axis=0))[:YEAR]
        factor[:YEAR] = np.exp(log_ratio)
    return log_ratio


def _counted(one, other, shape, values=None):
    return np.bincount(one * shape[1] + other, values, minlength=shape[0] * shape[1]).reshape(shape)


def _log_ratio(came, due):
    """Kept off extremes, which few orders bring about."""
    return np.log(np.clip((came + 0.5) / (due + 0.5), SMALLEST, LARGEST))


def _shrunk(log_ratio, due, *splits):
    """(12,): factors out of log ratios at each place, as far as both halves of each split, (2, 12), tell the same.

    What the halves have in common, their covariance over the places, is the variance tau2 that is no chance; the ratio is
    shrunk by tau2 / (tau2 + the rest of its own variance).
    """
    known = due >= LEAST_EXPECTED
    if known.sum() < NEEDS_PLACES:
        return np.ones(YEAR)
    weight = due[known] / due[known].sum()
    tau2 = min(_in_common(one[known], other[known], weight) for one, other in splits)
    log_ratio = _centred(log_ratio[known], weight)
    rest = max(weight @ log_ratio**2 - tau2, 0)
    found = np.ones(YEAR)
    found[known] = np.exp(log_ratio * tau2 / (tau2 + np.maximum(rest, 1 / due[known])))
    return found


def _in_common(one, other, weight):
    """Covariance of two halves; 0 where it is less than SURE standard errors of what chance has in common."""
    one, other = _centred(one, weight), _centred(other, weight)
    covariance = weight @ (one * other)
    error = np.sqrt((weight @ one**2) * (weight @ other**2) / len(weight))
    return float(covariance) if covariance > SURE * error else 0.0


def _centred(values, weight):
    return values - weight @ values


def applied(curves: np.ndarray, histories: list[History], seasons: Seasons) -> np.ndarray:
    """Survival curves (N, T), each day's hazard times the factors of its month."""
    if not seasons.told:
        return curves
    factor = np.stack([_after(history, seasons, curves.shape[1] - 1) for history in histories])
    return with_hazard_times(curves, factor)


def removed(curve, history: History, seasons: Seasons) -> np.ndarray:
    """The curve (T,) as it was before its hazard was multiplied."""
    curve = np.asarray(curve, float)
    if not seasons.told:
        return curve
    return with_hazard_times(curve, 1 / _after(history, seasons, len(curve) - 1))


def _after(history, seasons, days):
    return factors(history, seasons, history.last_day + np.arange(1, days + 1))


def factors(history: History, seasons: Seasons, day: np.ndarray) -> np.ndarray:
    """(T,): how many times as likely an order of his is on each of these epoch days as his rhythm alone says."""
    month = month_of(day)
    found = seasons.calendar[month % YEAR]
    return found * seasons.fiscal[_place(month, history.fiscal_start)] if history.fiscal_start else found
