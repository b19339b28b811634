"""What a book's own past calls say about its curves: whether they are too wide or too narrow, and which point errs least.

Everything here is judged on calls that were made with what was known before their month, and on what came since.
"""

from dataclasses import dataclass

import numpy as np

# Gaps are cut here when points are compared, so that orders still open need not be guessed.
CAP = 60
# Curves of past calls reach so many days.
HORIZON = 365
LEVELS = np.arange(1, 10) / 10
# As many calls of the past as the identity weighs: a book with fewer keeps most of its curves as they are.
PSEUDO_CALLS = 50
NEEDS_CALLS = 30
DEFAULT_POINT = "blend"
ROUNDS = 20


@dataclass(frozen=True)
class Calls:
    """N calls of the past: customer (position), day (epoch day of the order they were made after), following (epoch day
    of the next order, as far as it is known at all), waited_until (N,) as in orderbook.Events, curve (N, T) before
    calibration, points by name, each (N,): days.
    """

    customer: np.ndarray
    day: np.ndarray
    following: np.ndarray
    waited_until: np.ndarray
    curve: np.ndarray
    points: dict[str, np.ndarray]


@dataclass(frozen=True)
class Judged:
    """Calls as of a day: silence (N,) days known after them, gap (N,) to the next order, infinite while it is open."""

    curve: np.ndarray
    points: dict[str, np.ndarray]
    silence: np.ndarray
    gap: np.ndarray


def judged(parts: list[Calls], known_through: np.ndarray) -> Judged | None:
    """All calls, as of the day up to which each customer's orders are known (C,)."""
    if not parts:
        return None
    customer, day, following, waited_until, curve = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("customer", "day", "following", "waited_until", "curve")
    )
    through = np.minimum(known_through[customer], waited_until)
    return Judged(
        curve=curve,
        points={name: np.concatenate([part.points[name] for part in parts]) for name in parts[0].points},
        silence=np.maximum(through - day, 0),
        gap=np.where(following <= through, following - day, np.inf),
    )


def slope(calls: Judged | None) -> float:
    """b of logit S' = b logit S: above 1 the curves were too wide, below 1 too narrow.

    At the days on which each curve passes 90, 80 .. 10 % one asks whether the order was still to come: a logistic
    regression on logit S (Cox 1958) through the point .5, so that medians stay. The nine answers of a call count as
    one. A quadratic penalty worth PSEUDO_CALLS calls holds b at 1. A level of shift a was tried beside it: it follows
    the season of the months before and made the next month's Brier score worse.
    """
    if calls is None:
        return 1.0
    at = np.stack([first_day(calls.curve, level) for level in LEVELS], axis=1)
    told = (at <= calls.silence[:, None]) & (at < calls.curve.shape[1] - 1)
    x = _logit(np.take_along_axis(calls.curve, at, axis=1)[told])
    y = (calls.gap[:, None] > at)[told]
    b, hold = 1.0, 0.25 * PSEUDO_CALLS
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-b * x))
        step = ((x * (y - p)).sum() / len(LEVELS) - hold * (b - 1)) / (
            (x**2 * p * (1 - p)).sum() / len(LEVELS) + hold
        )
        b += step
        if abs(step) < 1e-6:
            break
    return float(np.clip(b, 0.5, 2))


def stretched(curve: np.ndarray, slope: float) -> np.ndarray:
    """The curve (T,) with logit S' = slope x logit S; 1 stays 1."""
    if slope == 1:
        return curve
    return np.where(curve >= 1, 1.0, 1 / (1 + np.exp(-slope * _logit(curve))))


def best_point(calls: Judged | None) -> tuple[str, int]:
    """(name of the point that erred least, number of calls compared).

    Mean absolute error, both cut at 60 days, on calls with 60 known days after them. Another than the blend is taken only where its
    advantage is larger than its standard error; under 30 calls nobody is asked.
    """
    if calls is None:
        return DEFAULT_POINT, 0
    settled = calls.silence >= CAP
    if settled.sum() < NEEDS_CALLS:
        return DEFAULT_POINT, int(settled.sum())
    gap = np.minimum(calls.gap[settled], CAP)
    errors = {name: np.abs(np.minimum(p[settled], CAP) - gap) for name, p in calls.points.items()}
    gains = {}
    for name, error in errors.items():
        better = errors[DEFAULT_POINT] - error
        gains[name] = better.mean() - better.std() / np.sqrt(len(better))
    best = max(gains, key=lambda name: (gains[name], name == DEFAULT_POINT))
    return (best if gains[best] > 0 else DEFAULT_POINT), int(settled.sum())


def first_day(curve: np.ndarray, level: float) -> np.ndarray:
    """(N,): the first day on which each curve of (N, T) is at most `level`; the last one where none is. At least 1."""
    below = curve <= level
    return np.maximum(np.where(below[:, -1], np.argmax(below, axis=1), curve.shape[1] - 1), 1)


def _logit(p):
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return np.log(p / (1 - p))
