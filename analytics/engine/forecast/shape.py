"""The shape of everybody's gaps, each measured in its customer's own scale."""

import numpy as np

STEP = 0.05
END = 12.0
MIN_EVENTS = 15


def fit(customer, day, median_gap, known_through) -> np.ndarray:
    """Kaplan-Meier survival of gap / own scale on a grid of STEP, over all states with at least three order days.

    The scale of a state is (sum of the gaps before it + the book's median gap) / n; gaps that are still open count as
    censored (Kaplan and Meier 1958) on the day each customer's orders are known through (C,). Under 15 finished gaps:
    exponential.
    """
    grid = np.arange(0, END + STEP, STEP)
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
