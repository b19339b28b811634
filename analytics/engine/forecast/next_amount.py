"""What the next order is worth, in the customer's own currency."""

import math

import numpy as np

from analytics.engine.bookstats import MEDIAN_VARIANCE, BookStats, variance_around
from analytics.engine.history import History

NEEDS_ORDERS = 2
RECENT = 24


def _logs(history):
    amounts = history.amounts[-RECENT:]
    return np.log(amounts[amounts > 0])


def _around(log_point, logs, stats, currency):
    """80 % interval, log-normal around the point, as wide as the book's own past orders asked for."""
    book = stats.amount(currency)
    half = book.half_width * math.sqrt(
        variance_around(len(logs), float(np.var(logs)), book.within) * (1 + 1 / len(logs))
    )
    return tuple(float(math.exp(value)) for value in (log_point, log_point - half, log_point + half))


def median(history: History, stats: BookStats):
    logs = _logs(history)
    return _around(float(np.median(logs)), logs, stats, history.currency) if len(logs) else None


def ewma(history: History, stats: BookStats, alpha: float = 0.3):
    logs = _logs(history)
    if not len(logs):
        return None
    weights = (1 - alpha) ** np.arange(len(logs))[::-1]
    return _around(float(weights @ logs / weights.sum()), logs, stats, history.currency)


def shrunk_median(history: History, stats: BookStats):
    """Geometric mean of the own median and the book's, the own weighing n / (n + k).

    k = s2_within / 2 s2_between in [.3, 20], both of the book: the customer's own variance in its place made a
    wholesaler's year worse.
    """
    logs = _logs(history)
    if not len(logs):
        return None
    return _around(
        _shrunk(float(np.median(logs)), logs, stats, history.currency), logs, stats, history.currency
    )


def _shrunk(own, logs, stats, currency):
    book = stats.amount(currency)
    if book.log_median is None:
        return own
    k = float(np.clip(MEDIAN_VARIANCE * book.within / book.between, 0.3, 20))
    weight = len(logs) / (len(logs) + k)
    return weight * own + (1 - weight) * book.log_median


AMOUNTS = {"median": median, "ewma": ewma, "shrunk_median": shrunk_median}
