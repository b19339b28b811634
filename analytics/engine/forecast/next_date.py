"""When the next order comes: a point out of the customer's own gaps, and a curve that says how sure that is."""

from dataclasses import dataclass, replace

import numpy as np

from analytics.engine.calendar import weekday
from analytics.engine.forecast import calibration, days_off, hazard, seasons, shape, states
from analytics.engine.forecast.states import MEMORY, RECENT_GAPS, States
from analytics.engine.history import History

HORIZON = 730
NEEDS_ORDERS = 3
# A day with less than so much of its week's mean hazard is none on which one calls an order.
RARE = 0.2
WINDOW_HALF = 7
# The rule for the date in books that have too few orders for a hazard model.
OWN_RHYTHM = "ewma_gap"
# Points of the curve that bound the 80 % window. Days are whole and the window holds both its ends, so that 10 % and
# 90 % points would hold more; docs/forecasting.md has the coverage by tail.
TAIL = 0.125
IRREGULAR = 0.05
# Gaps that vary by less than this coefficient of variation are those of a customer who orders like a clock, or nearly.
CLOCK_CV = 0.3
DAYS = np.arange(HORIZON + 1)


def mean_gap(history: History) -> float:
    return float(np.mean(history.gaps))


def median_gap(history: History) -> float:
    return float(np.median(history.gaps))


def last_gap(history: History) -> float:
    return float(history.gaps[-1])


def ewma_gap(history: History, alpha: float = 0.3) -> float:
    """Exponentially weighted mean of the own gaps, the latest weighing most (Roberts 1959)."""
    gaps = history.gaps[-RECENT_GAPS:]
    weights = alpha * (1 - alpha) ** np.arange(len(gaps))[::-1]
    weights[0] = (1 - alpha) ** (len(gaps) - 1)
    return float(weights @ gaps)


GAPS = {"last_gap": last_gap, "median_gap": median_gap, "mean_gap": mean_gap, "ewma_gap": ewma_gap}


def _recent_gaps(history):
    """The last gaps, and what each weighs: MEMORY of the one after it, 1 the latest."""
    gaps = history.gaps[-RECENT_GAPS:]
    return gaps, MEMORY ** np.arange(len(gaps))[::-1]


def _scale(history, stats):
    """The customer's own gap, days: weighted mean of the last ones and, as one more, the book's median gap."""
    gaps, weights = _recent_gaps(history)
    return float((weights @ gaps + stats.median_gap) / (weights.sum() + 1))


def own_curve(history: History, stats) -> np.ndarray:
    """Each own gap g as a logistic step whose width grows with it: weighted mean of 1 / (1 + exp((t + .5 - g) / (.12 g + .7)))."""
    gaps, weights = _recent_gaps(history)
    steps = 1 / (1 + np.exp(np.clip((DAYS + 0.5 - gaps[:, None]) / (0.12 * gaps[:, None] + 0.7), -50, 50)))
    return weights @ steps / weights.sum()


def book_curve(history: History, stats) -> np.ndarray:
    """The shape of everybody's gaps, stretched to this customer's scale."""
    grid = np.arange(len(stats.shape)) * shape.STEP
    x = DAYS / max(_scale(history, stats), 0.5)
    inside = np.interp(x, grid, stats.shape)
    # Beyond the grid the curve keeps falling at the rate of its end.
    rate = -np.log(max(stats.shape[-1], 1e-12)) / grid[-1]
    return np.where(x <= grid[-1], inside, stats.shape[-1] * np.exp(-rate * (x - grid[-1])))


def memoryless_curve(history: History, stats) -> np.ndarray:
    """As if each day were as good as any other: exp(-t / own scale). The simple rule for how sure a date is."""
    return np.exp(-DAYS / max((history.gaps.sum() + stats.median_gap) / history.rhythm_orders, 0.5))


def mixture_curve(history: History, stats) -> np.ndarray:
    """Own curve and book curve, mixed by how many gaps speak: w = m / (m + 10); then weekdays.

    Each day's hazard is multiplied by 7 (c + 5 q) / (n + 5), c the own orders and q the book's share on its weekday,
    and is 0 on weekdays on which a book of at least 40 order days never had one. One gap in twenty is taken to follow
    no pattern at all (a mean of four own scales): without it a long silence would make the next day near certain.
    """
    own_weight = len(history.gaps) / (len(history.gaps) + 10)
    curve = (1 - own_weight) * book_curve(history, stats)
    if own_weight:
        curve += own_weight * own_curve(history, stats)
    curve = np.minimum.accumulate(np.clip(curve, 1e-9, 1))
    hazard = 1 - curve[1:] / np.concatenate(([1.0], curve[1:-1]))
    patternless = np.full(HORIZON, 1 - np.exp(-1 / (4 * _scale(history, stats))))
    factor = _weekday_factor(history, stats)
    return (1 - IRREGULAR) * _survival(hazard * factor) + IRREGULAR * _survival(patternless * factor)


def _survival(hazard):
    return np.concatenate(([1.0], np.cumprod(1 - np.clip(hazard, 0, 1))))


def hazard_curve(history: History, stats) -> np.ndarray:
    """The book's hazard model; where the book has too few orders for one, the mixture."""
    if stats.hazard is None:
        return mixture_curve(history, stats)
    state = replace(states.of(history), day=np.array([history.last_day], np.int64))
    return hazard.curve(stats.hazard, state, stats.weekday_shares, stats.median_gap, HORIZON)[0]


def combined_curve(history: History, stats) -> np.ndarray:
    """Geometric mean of mixture and hazard model, which err in different ways."""
    return curves([history], states.of(history), stats, HORIZON)[0]


def calibrated_curve(history: History, stats) -> np.ndarray:
    """The combined curve, stretched by what the book's past calls say of it; then seasons, his closures and holidays."""
    return calibrated_curves([history], states.of(history), stats)[0]


def calibrated_curves(histories: list[History], rows: States, stats) -> list[np.ndarray]:
    """The same of N histories and of their last order days, `rows`."""
    return [
        days_off.without(curve, history, stats.holiday_factor)
        for curve, history in zip(uninterrupted_curves(histories, rows, stats), histories, strict=True)
    ]


def uninterrupted_curves(histories: list[History], rows: States, stats) -> list[np.ndarray]:
    """The same as though no closure and no holiday were to come."""
    rhythms = curves(histories, rows, stats, HORIZON)
    stretched = np.stack([calibration.stretched(curve, stats.curve_slope) for curve in rhythms])
    return list(seasons.applied(stretched, histories, stats.order_seasons))


def curves(histories: list[History], rows: States, stats, horizon: int) -> np.ndarray:
    """(N, horizon + 1): the combined curves of N histories and of their last order days, `rows`; not calibrated, and as
    though all months were alike."""
    mixture = np.stack([mixture_curve(history, stats)[: horizon + 1] for history in histories])
    if stats.hazard is None:
        return mixture
    # An order that is left out of learning ends a silence too: from its day on the days are counted.
    rows = replace(rows, day=np.array([history.last_day for history in histories], np.int64))
    modelled = hazard.curve(stats.hazard, rows, stats.weekday_shares, stats.median_gap, horizon)
    return np.sqrt(mixture * np.maximum(modelled, 1e-12))


def points(rows: States, curve: np.ndarray) -> dict[str, np.ndarray]:
    """The rules that a book may choose from for the date, each (N,) days.

    Own rhythm; the middle of the curve; and the middle of the curve for all but those who order like a clock, who are
    called by it: their median gap weighs 1 - cv / CLOCK_CV. Two gaps may be alike by chance.
    """
    middle = calibration.first_day(curve, 0.5).astype(float)
    weight = np.clip(1 - rows.cv / CLOCK_CV, 0, 1)
    return {
        OWN_RHYTHM: rows.ewma,
        "median_of_curve": middle,
        "blend": weight * rows.median + (1 - weight) * middle,
    }


def called_point(history: History, curve: np.ndarray, rule: str) -> float:
    """Days from the last order to the next, by the rule that the book has chosen."""
    return float(points(states.of(history), curve[None])[rule][0])


CURVES = {
    "memoryless": memoryless_curve,
    "own": own_curve,
    "book": book_curve,
    "mixture": mixture_curve,
    "hazard": hazard_curve,
    "combined": combined_curve,
    "calibrated": calibrated_curve,
}


def _weekday_factor(history, stats):
    """A factor for each day t = 1..HORIZON after the last order day."""
    own = np.bincount(weekday(history.days), minlength=7)
    factor = 7 * (own + 5 * stats.weekday_shares) / (history.n + 5)
    return factor[weekday(history.last_day + DAYS[1:])]


@dataclass(frozen=True)
class Window:
    """Days after the last order day, given that `silence` days passed without one.

    point, low, high: forecast and 80 % interval. window_from..window_to: the 15 days most likely to hold the order,
    confidence: their probability. p30: probability of an order within the next 30 days.
    """

    point: float
    low: int
    high: int
    window_from: int
    window_to: int
    confidence: float
    p30: float
    beyond_horizon: bool


def outlook(curve: np.ndarray, point_gap: float, silence: int) -> Window:
    """The window as of the day that ends `silence` days without an order: S(silence + t) / S(silence).

    A pure function of the stored curve, so that nothing need be computed anew when only time passes. Once the called
    day has passed in silence the point becomes the median of what is left.
    """
    curve = np.asarray(curve, float)
    silence = int(np.clip(silence, 0, len(curve) - 2))
    # A silence that the curve holds impossible leaves nothing to divide: then any day may come, the nearest first.
    left = (
        curve[silence:] / curve[silence]
        if curve[silence] > 1e-6
        else np.exp(-np.arange(len(curve) - silence) / 30)
    )
    low, median, high = (
        int(np.argmax(left <= q)) if left[-1] <= q else len(left) - 1 for q in (1 - TAIL, 0.5, TAIL)
    )
    low, median, high = max(low, 1), max(median, 1), max(high, 1)
    point = point_gap - silence if point_gap > silence else median
    point = _open_day(left, float(np.clip(point, low, high)), high)
    before = np.concatenate((np.ones(WINDOW_HALF + 1), left))[: len(left)]
    after = np.concatenate((left[WINDOW_HALF:], np.full(WINDOW_HALF, left[-1])))
    centre = int(np.argmax(np.round(before - after, 6)[1:])) + 1
    return Window(
        point=silence + point,
        low=silence + low,
        high=silence + high,
        window_from=silence + max(centre - WINDOW_HALF, 1),
        window_to=silence + centre + WINDOW_HALF,
        confidence=float((before - after)[centre]),
        p30=float(1 - left[min(30, len(left) - 1)]),
        beyond_horizon=bool(left[-1] > TAIL),
    )


def _open_day(left, point, high):
    """`point`, or the first day after it that is a day of orders: nobody is called for a Sunday off, whoever once ordered on one."""
    day = round(point)
    hazard = 1 - left[1:] / np.maximum(left[:-1], 1e-12)
    week = hazard[max(day - 4, 0) : day + 3]
    while day < high and hazard[day - 1] <= RARE * week.mean() + 1e-9:
        day += 1
    return point if day == round(point) else float(day)


def overdue_after(curve: np.ndarray) -> int | None:
    """Days after which the 80 % interval of the curve has ended, or None where that lies beyond the horizon."""
    curve = np.asarray(curve)
    return int(np.argmax(curve <= TAIL)) if curve[-1] <= TAIL else None
