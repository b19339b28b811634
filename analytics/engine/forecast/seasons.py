"""Months in which more or fewer orders come than each customer's rhythm says: the book's season, and fiscal years."""

from dataclasses import dataclass

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
    """R person-days as a model without seasons saw them: month (R,) index, fiscal_start (R,) as in History, orders (R,)
    to be expected, came (R,) orders that came."""

    month: np.ndarray
    fiscal_start: np.ndarray
    orders: np.ndarray
    came: np.ndarray


def fit(month, days: Expected, end: int) -> Seasons:
    """Of the months before `end`, which is the first that is not over. month (N,): index of every order day of the book,
    first orders too, which no rhythm expects."""
    over = days.month < end
    days = Expected(*(column[over] for column in (days.month, days.fiscal_start, days.orders, days.came)))
    return Seasons(_calendar(month[month < end], days, end), _fiscal(days))


def _calendar(month, days, end):
    """(book's last 12 months / their mean, growth taken out)^FOLLOWED, on the level of the last 12 months.

    The months differ by chance too: their log ratio is shrunk by tau2 / (tau2 + 1 / orders), tau2 being what they
    differ by beyond that (Poisson counts; Clayton and Kaldor 1987). Growth is that of the months known twice. Ones where
    it is too fast to tell it from a season, or where those months a year before do not bear the season out.
    """
    # Of the book's first month nobody knows whether all of it is here.
    first = month.min() + 1 if len(month) else end
    if end - first < YEAR + NEEDS_TWICE:
        return np.ones(YEAR)
    counts = np.bincount(month[month >= first] - first, minlength=end - first).astype(float)
    year, before = counts[-YEAR:], counts[-2 * YEAR : -YEAR]
    twice = year[-len(before) :]
    growth = (twice.sum() + 0.5) / (before.sum() + 0.5)
    if not 1 / FASTEST <= growth <= FASTEST:
        return np.ones(YEAR)
    trend = growth ** ((np.arange(YEAR) - (YEAR - 1) / 2) / YEAR)
    ratio = _shrunk(year, trend * year.sum() / trend.sum())
    expected = (ratio * trend)[-len(before) :]
    if not _borne_out(before, expected, trend[-len(before) :]):
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


def _fiscal(days):
    """How many orders each month of a customer's fiscal year brings, as a multiple of what the book had in the same
    calendar month: told by customers whose years begin at different times, so that no season of the book shows in it.

    Levels of calendar months and of places in the fiscal year are fitted in turn, each to what the other leaves
    (iterative proportional fitting, the likelihood's maximum: Deming and Stephan 1940).
    """
    told = days.fiscal_start > 0
    if not told.any():
        return np.ones(YEAR)
    month = days.month - days.month.min()
    # Where nobody knows it, the thirteenth place: always as usual.
    place = np.where(told, (days.month - (days.fiscal_start - 1)) % YEAR, YEAR)
    cell = month * (YEAR + 1) + place
    came, due = (
        np.bincount(cell, values, minlength=(month.max() + 1) * (YEAR + 1)).reshape(-1, YEAR + 1)
        for values in (days.came, days.orders)
    )
    factor = np.ones(YEAR + 1)
    for _ in range(ROUNDS):
        level = came.sum(axis=1) / np.maximum((due * factor).sum(axis=1), 1e-9)
        of_month = due * level[:, None]
        factor[:YEAR] = _ratio(came.sum(axis=0), of_month.sum(axis=0))[:YEAR]
    return _shrunk(came.sum(axis=0)[:YEAR], of_month.sum(axis=0)[:YEAR])


def _ratio(came, due):
    """Kept off extremes, which few orders bring about."""
    return np.clip((came + 0.5) / (due + 0.5), SMALLEST, LARGEST)


def _shrunk(came, due):
    """(12,): came / due, in proportion to how much it differs between the places beyond chance."""
    known = due >= LEAST_EXPECTED
    if known.sum() < 2:
        return np.ones(YEAR)
    log_ratio = np.log(_ratio(came, due))[known]
    chance = 1 / (due[known] + 0.5)
    weight = 1 / chance
    mean = (weight * log_ratio).sum() / weight.sum()
    # DerSimonian and Laird's estimator of the variance between places, less the standard error it has by chance alone.
    between = (weight * (log_ratio - mean) ** 2).sum() - (known.sum() - 1) - np.sqrt(2 * (known.sum() - 1))
    tau2 = max(between, 0) / (weight.sum() - (weight**2).sum() / weight.sum())
    found = np.ones(YEAR)
    found[known] = np.exp(log_ratio * tau2 / (tau2 + chance))
    return found


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
