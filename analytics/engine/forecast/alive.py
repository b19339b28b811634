"""Whether a customer still buys, and how many order days are to be expected of him.

MBG/CNBD-k (Platzer and Reutterer 2016; k = 1: Batislam, Denizel and Filiztekin 2007, after Fader, Hardie and Lee 2005): while he
is alive his gaps are Erlang-k with rate lambda; after each order, the first one included, he leaves with probability p;
over customers lambda is Gamma(r, alpha) and p is Beta(a, b). Time is counted in weeks. Everything below is exact under
that model: the phase in which a gap stands is summed out.
"""

import math
from dataclasses import dataclass

import numpy as np

from analytics.engine.history import History
from analytics.engine.orderbook import NEVER, OrderBook

WEEK = 7.0
YEAR = 365
NEEDS_CUSTOMERS = 20
NEEDS_REPEATS = 20
# Four parameters need no more: of a larger book a sample is fitted.
MAX_CUSTOMERS = 5000
# Of so few values the library's own logarithm of Gamma takes less than the series does.
FEW = 32
SHAPES = (1, 2, 3)
# Weak normal prior on the logarithms of r, alpha (weeks), a, b: it only matters where a book says nothing.
PRIOR = np.log([1.0, 8.0, 0.8, 3.0])
PRIOR_SD = 2.0
MOST_ORDERS = 400


@dataclass(frozen=True)
class Purchasing:
    """The fitted model: shape k of the gaps, Gamma(r, alpha) of the rates per week, Beta(a, b) of leaving."""

    k: int
    r: float
    alpha: float
    a: float
    b: float
    customers: int


@dataclass(frozen=True)
class Counts:
    """Of each customer (C,): repeat order days x, weeks from the first to the last order day, weeks from the first order
    to the day orders are known through, and the sum of the logarithms of the gaps in weeks.

    A gap with an order in it that is left out of learning is no gap: it is taken out with its days and the order at its end.
    """

    x: np.ndarray
    last: np.ndarray
    known: np.ndarray
    log_gaps: np.ndarray


def counts(book: OrderBook, through: int) -> Counts:
    events = book.events
    seen = events.day <= through
    customer, day = events.customer[seen], events.day[seen].astype(float)
    owner, begin, n = np.unique(customer, return_index=True, return_counts=True)
    gaps, mine = np.diff(day), np.diff(customer) == 0
    whole = mine & (events.following[seen][:-1] < NEVER)
    place = np.searchsorted(owner, customer[1:])
    logs = _sums(place, np.log(np.maximum(gaps, 1) / WEEK) * whole, len(owner))
    cut = mine & ~whole
    taken_out, days_out = (_sums(place, values * cut, len(owner)) for values in (np.ones(len(gaps)), gaps))
    known = book.waited_through(through)[seen][begin + n - 1]
    first, last = day[begin], day[begin + n - 1]
    last_after, known_after = last - first - days_out, np.maximum(known - first, last - first) - days_out
    return Counts(n - 1 - taken_out, last_after / WEEK, known_after / WEEK, logs)


def _sums(place, values, length):
    return np.bincount(place, values, length) if len(values) else np.zeros(length)


def fit(data: Counts) -> Purchasing | None:
    """Maximum likelihood, with a weak prior, of the four parameters, k growing as long as that makes the orders more likely.

    None where the book has fewer than NEEDS_CUSTOMERS customers or NEEDS_REPEATS repeat order days.
    """
    customers = len(data.x)
    if customers < NEEDS_CUSTOMERS or data.x.sum() < NEEDS_REPEATS:
        return None
    if customers > MAX_CUSTOMERS:
        sample = np.random.default_rng(0).choice(customers, MAX_CUSTOMERS, replace=False)
        data = Counts(data.x[sample], data.last[sample], data.known[sample], data.log_gaps[sample])
    best = None
    for k in SHAPES:

        def loss(theta, k=k):
            misfit = -log_likelihood(data, k, *np.exp(theta)).sum()
            return misfit + float((((theta - PRIOR) / PRIOR_SD) ** 2).sum()) / 2

        start = PRIOR + np.array([0, np.log(k), 0, 0])
        theta, value = nelder_mead(loss, start if best is None else best[1] + np.array([0, 0.5, 0, 0]))
        if best is not None and value >= best[0]:
            break
        best = (value, theta, k)
    _, theta, k = best
    return Purchasing(k, *(float(value) for value in np.exp(theta)), customers)


def log_likelihood(data: Counts, k, r, alpha, a, b) -> np.ndarray:
    """(C,), each customer's."""
    left, phases = _states(data.x, data.last, data.known, k, r, alpha, a, b)
    gaps = (k - 1) * data.log_gaps - data.x * log_gamma(np.array(float(k)))
    return np.logaddexp(left, _log_sum(phases)) + gaps


def _states(x, last, known, k, r, alpha, a, b):
    """Log weight of having left after the last order (C,), and of being alive in each phase of a gap (C, k)."""
    x, last, known = (np.asarray(values, float) for values in (x, last, known))
    s = r + k * x
    common = r * np.log(alpha) - log_gamma(r)
    left = _log_beta(a + 1, b + x) - _log_beta(a, b) + common + log_gamma(s) - s * np.log(alpha + last)
    j = np.arange(k)
    silence = np.log(np.maximum(known - last, 1e-12))[:, None]
    phases = (
        (_log_beta(a, b + x + 1) - _log_beta(a, b) + common)[:, None]
        + log_gamma(s[:, None] + j)
        - (s[:, None] + j) * np.log(alpha + known)[:, None]
        + np.where(j > 0, j * silence, 0.0)
        - log_gamma(j + 1.0)
    )
    return left, phases


def at_least(model: Purchasing, data: Counts, weeks: float, most: int) -> np.ndarray:
    """(C, most): P(at least 1, 2, .. `most` order days within the next `weeks`)."""
    k, s = model.k, model.r + model.k * np.asarray(data.x, float)
    left, phases = _states(data.x, data.last, data.known, k, model.r, model.alpha, model.a, model.b)
    total = np.logaddexp(left, _log_sum(phases))
    in_phase = np.exp(phases - total[:, None])
    events = np.arange(most * k - 1)
    reached = np.zeros((len(s), most))
    log_q = np.log(weeks) - np.log(model.alpha + data.known + weeks)
    log_rest = np.log(model.alpha + data.known) - np.log(model.alpha + data.known + weeks)
    for j in range(k):
        shape = (s + j)[:, None]
        # Negative binomial: Gamma(shape + e) / (Gamma(shape) e!) of e events, each out of the one before.
        steps = np.log((shape + events) / (events + 1)) + log_q[:, None]
        below = np.cumsum(np.exp(_sums_from_nothing(steps) + shape * log_rest[:, None]), axis=1)
        # The n-th order comes with the (n k - j)-th event from phase j on.
        reached += in_phase[:, j : j + 1] * np.maximum(1 - below[:, np.arange(1, most + 1) * k - j - 1], 0)
    # B(a, b + n - 1) / B(a, b), likewise.
    b = (model.b + np.asarray(data.x, float) + 1)[:, None] + np.arange(most - 1)
    return reached * np.exp(_sums_from_nothing(np.log(b / (model.a + b))))


def _sums_from_nothing(steps):
    """(C, n + 1): 0, and the sums of the first 1, 2, .. n columns."""
    return np.concatenate((np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)), axis=1)


def p_alive(model: Purchasing, data: Counts) -> np.ndarray:
    """(C,): posterior probability of not having left."""
    left, phases = _states(data.x, data.last, data.known, model.k, model.r, model.alpha, model.a, model.b)
    return 1 / (1 + np.exp(np.clip(left - _log_sum(phases), -50, 50)))


def expected(model: Purchasing, data: Counts, weeks: float) -> tuple[np.ndarray, np.ndarray]:
    """(mean, median) number of order days within the next `weeks`, (C,) each; means are for sums."""
    reached = at_least(model, data, weeks, _most(data, weeks))
    return reached.sum(axis=1), (reached >= 0.5).sum(axis=1)


def _most(data, weeks):
    """More orders than anybody is likely to place."""
    pace = float(np.max((data.x + 1) / (data.known + 4), initial=0))
    return int(np.clip(3 * weeks * pace + 20, 20, MOST_ORDERS))


def outlook(history: History, model: Purchasing) -> dict:
    """alive: P(he still buys); orders_12m: expected order days of the next year; orders_12m_median."""
    ahead = tail(history, model, YEAR / WEEK)
    return {
        "alive": round(float(p_alive(model, _own_counts(history))[0]), 4),
        "orders_12m": round(float(ahead.sum()), 2),
        "orders_12m_median": int((ahead >= 0.5).sum()),
    }


def tail(history: History, model: Purchasing, weeks: float) -> np.ndarray:
    """(most,): P(at least 1, 2, .. order days within the next `weeks`) of one customer; its sum is their mean."""
    data = _own_counts(history)
    return at_least(model, data, weeks, _most(data, weeks))[0]


def _own_counts(history):
    days, whole = history.days.astype(float), history.whole
    gaps = np.diff(days)
    last = days[-1] - days[0] - gaps[~whole].sum()
    log_gaps = np.log(np.maximum(gaps[whole], 1) / WEEK).sum()
    known = last + history.silence
    return Counts(*(np.array([value]) for value in (whole.sum(), last / WEEK, known / WEEK, log_gaps)))


def log_gamma(x):
    """Logarithm of the Gamma function for x > 0: Stirling's series after a shift by 8 (error below 1e-12)."""
    x = np.asarray(x, float)
    if x.size <= FEW:
        return np.array([math.lgamma(value) for value in x.ravel().tolist()]).reshape(x.shape)
    product = np.ones_like(x)
    for step in range(8):
        product = product * (x + step)
    y = x + 8
    series = 1 / (12 * y) - 1 / (360 * y**3) + 1 / (1260 * y**5) - 1 / (1680 * y**7)
    return (y - 0.5) * np.log(y) - y + 0.5 * np.log(2 * np.pi) + series - np.log(product)


def _log_beta(a, b):
    return log_gamma(a) + log_gamma(b) - log_gamma(np.add(a, b))


def _log_sum(rows):
    top = rows.max(axis=1)
    return top + np.log(np.exp(rows - top[:, None]).sum(axis=1))


def nelder_mead(loss, start, size=0.5, steps=300, tolerance=1e-2):
    """Minimum without derivatives (Nelder and Mead 1965): (place, value)."""
    points = np.vstack([start, start + size * np.eye(len(start))])
    values = np.array([loss(point) for point in points])
    for _ in range(steps):
        order = np.argsort(values, kind="stable")
        points, values = points[order], values[order]
        if values[-1] - values[0] < tolerance:
            break
        centre = points[:-1].mean(axis=0)
        mirrored = centre + (centre - points[-1])
        value = loss(mirrored)
        if value < values[0]:
            far = centre + 2 * (centre - points[-1])
            far_value = loss(far)
            mirrored, value = (far, far_value) if far_value < value else (mirrored, value)
        elif value >= values[-2]:
            towards = mirrored if value < values[-1] else points[-1]
            mirrored = centre + 0.5 * (towards - centre)
            value = loss(mirrored)
            if value >= values[-1]:
                points[1:] = points[0] + 0.5 * (points[1:] - points[0])
                values[1:] = [loss(point) for point in points[1:]]
                continue
        points[-1], values[-1] = mirrored, value
    best = int(np.argmin(values))
    return points[best], float(values[best])
