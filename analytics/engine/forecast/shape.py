"""The shape of everybody's gaps, each measured in its customer's own scale."""

import numpy as np

from analytics.engine.forecast.states import States

STEP = 0.05
END = 12.0
MIN_EVENTS = 15


def fit(rows: States, following, known_through, median_gap) -> np.ndarray:
    """Kaplan-Meier survival of gap / own scale on a grid of STEP, over all states with at least two gaps.

    following (N,): epoch day of each state's next order; one later than known_through (N,) is open and counts as
    censored on that day (Kaplan and Meier 1958). Under 15 finished gaps: exponential.
    """
    grid = np.arange(0, END + STEP, STEP)
    use = rows.known >= 2
    finished = following <= known_through
    gap = np.where(finished, following, np.maximum(known_through, rows.day)) - rows.day
    x, finished = gap[use] / rows.scale(median_gap)[use], finished[use]
    if finished.sum() < MIN_EVENTS:
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
    rate = max(-np.log(shape[reliable]) / max(grid[reliable], STEP), 1.0)
    tail = grid > grid[reliable]
    shape[tail] = shape[reliable] * np.exp(-rate * (grid[tail] - grid[reliable]))
    return shape
