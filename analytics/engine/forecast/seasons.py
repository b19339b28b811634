"""Months in which more or fewer orders come than each customer's rhythm says: the book's season, and fiscal years."""

from dataclasses import dataclass, fields

import numpy as np

from analytics.engine.calendar import month_of
from analytics.engine.history import History

YEAR = 12
# Of so many months the same one is known a year before: without them growth and season look alike.
NEEDS_TWICE = 3
# How much of the book's season its customers with a rhythm of their own follow: those who order often hardly do.
FOLLOWED = 0.5
# A place of the fiscal year at which fewer orders were expected says nothing.
LEAST_EXPECTED = 5.0
# As many orders as the level of a whole book counts when that of its last year is taken.
PSEUDO_ORDERS = 100.0
# A book that grows or shrinks by more than this in a year shows its growth, not a season.
FASTEST = 1.5
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
class Expected:
    """R person-days as a model without seasons saw them: customer (R,) position, month (R,) index, fiscal_start (R,) as
    in History, orders (R,) to be expected, came (R,) orders that came."""

    customer: np.ndarray
    month: np.ndarray
    fiscal_start: np.ndarray
    orders: np.ndarray
    came: np.ndarray


def fit(customer, month, days: Expected, end: int) -> Seasons:
    """Of the months before `end`, which is the first that is not over. customer (N,), month (N,): position and index of
    every order day of the book, first orders too, which no rhythm expects."""
    over = days.month < end
    days = Expected(*(getattr(days, one.name)[over] for one in fields(Expected)))
    over = month < end
    return Seasons(_calendar(customer[over], month[over], days, end), _fiscal(days, end))


def _calendar(customer, month, days, end):
    """(book's last 12 months / their mean, growth taken out)^FOLLOWED, on the level of the last 12 months.

    Growth is that of the months known twice. Ones where it is too fast to tell it from a season, or where those months a
    year before do not bear the season out.
    """
    # Of the book's first month nobody knows whether all of it is here.
    first = month.min() + 1 if len(month) else end
    if end - first < YEAR + NEEDS_TWICE:
        return np.ones(YEAR)
    kept = month >= first
    counts = _counted(customer[kept] % 2, month[kept] - first, (2, end - first))
    year, before = counts[:, -YEAR:], counts[:, -2 * YEAR : -YEAR].sum(axis=0)
    growth = (year[:, -len(before) :].sum() + 0.5) / (before.sum() + 0.5)
    if not 1 / FASTEST <= growth <= FASTEST:
        return np.ones(YEAR)
    trend = growth ** ((np.arange(YEAR) - (YEAR - 1) / 2) / YEAR)
    due = year.sum(axis=1, keepdims=True) * trend / trend.sum()
    ratio = _shrunk(_log_ratio(year.sum(axis=0), due.sum(axis=0)), due.sum(axis=0), _log_ratio(year, due))
    if not _borne_out(before, (ratio * trend)[-len(before) :], trend[-len(before) :]):
        return np.ones(YEAR)
    factor = np.ones(YEAR)
    factor[np.arange(end - YEAR, end) % YEAR] = ratio**FOLLOWED
    last = days.month >= end - YEAR
    due = (days.orders * factor[days.month % YEAR])[last].sum()
    return factor * (days.came[last].sum() + PSEUDO_ORDERS) / (due + PSEUDO_ORDERS)


def _borne_out(before, season, flat):
    """Whether months of the year before were nearer to the season than to none."""
    off = [np.abs(before - shape * before.sum() / shape.sum()).sum() for shape in (season, flat)]
    return off[0] < off[1]


def _fiscal(days, end):
    """How many orders each month of a customer's fiscal year brings, as a multiple of what the book had in the same
    calendar month: told by customers whose years begin at different times, so that no season of the book shows in it.

    It has to show in both halves of the customers, and in both halves of the years.
    """
    told = days.fiscal_start > 0
    if not told.any():
        return np.ones(YEAR)
    month = days.month - days.month.min()
    # Where nobody knows it, the thirteenth place: always as usual.
    place = np.where(told, (days.month - (days.fiscal_start - 1)) % YEAR, YEAR)
    years_ago = (end - 1 - days.month) // YEAR

    def effect(rows):
        shape = (month.max() + 1, YEAR + 1)
        return _beside_months(
            *(_counted(month[rows], place[rows], shape, values[rows]) for values in (days.came, days.orders))
        )

    everything = np.ones(len(month), bool)
    due = np.bincount(place, days.orders, minlength=YEAR + 1)[:YEAR]
    halves = [[effect(split == half) for half in (0, 1)] for split in (days.customer % 2, years_ago % 2)]
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
    return _times(curves, np.stack([_after(history, seasons, curves.shape[1] - 1) for history in histories]))


def removed(curve, history: History, seasons: Seasons) -> np.ndarray:
    """The curve (T,) as it was before its hazard was multiplied."""
    curve = np.asarray(curve, float)
    return _times(curve[None], 1 / _after(history, seasons, len(curve) - 1))[0] if seasons.told else curve


def _times(curves, factor):
    hazard = 1 - curves[:, 1:] / np.maximum(curves[:, :-1], 1e-12)
    left = np.cumprod(1 - np.clip(hazard * factor, 0, 1), axis=1)
    return np.concatenate((curves[:, :1], curves[:, :1] * left), axis=1)


def _after(history, seasons, days):
    return factors(history, seasons, history.last_day + np.arange(1, days + 1))


def factors(history: History, seasons: Seasons, day: np.ndarray) -> np.ndarray:
    """(T,): how many times as likely an order of his is on each of these epoch days as his rhythm alone says."""
    month = month_of(day)
    return calendar_factor(seasons, month) * fiscal_factor(seasons, month, history.fiscal_start)


def calendar_factor(seasons: Seasons, month):
    """How many times as likely an order is in a month (index) of the book's year as the rhythm of its customer says."""
    return seasons.calendar[month % YEAR]


def fiscal_factor(seasons: Seasons, month, fiscal_start: int):
    """The same in a month of a year of his own; 1 where nobody knows when that begins."""
    return seasons.fiscal[(month - (fiscal_start - 1)) % YEAR] if fiscal_start else 1.0
