"""Days on which nobody orders, or hardly anybody: closures that somebody told, public holidays."""

import numpy as np

from analytics.engine.forecast.survival import with_hazard_times
from analytics.engine.history import NO_DAYS, History
from analytics.engine.orderbook import OrderBook

# Before a book has shown how it keeps holidays: every second order is still placed, as after ten days that had one due.
USUAL, PSEUDO_ORDERS = 0.5, 10.0


def holiday_factor(book: OrderBook, customer, day) -> float:
    """How many orders fall on public holidays, as a share of what would fall on as many other days; at most 1.

    customer, day: the order days seen, sorted. Each customer's orders spread evenly over his own span of days would put
    (orders x share of holidays in the span) on them.
    """
    fallen = due = 0.0
    if book.holidays and len(day):
        owners, start, n = np.unique(customer, return_index=True, return_counts=True)
        first, last = day[start], day[start + n - 1]
        # Customers of one country share an array: each is looked at once.
        kinds = {id(book.holidays[owner]): book.holidays[owner] for owner in owners}
        kind = np.array([id(book.holidays[owner]) for owner in owners])
        for key, holidays in kinds.items():
            mine, days = kind == key, np.sort(holidays)
            within = np.searchsorted(days, last[mine], "right") - np.searchsorted(days, first[mine])
            due += (n[mine] * within / (last[mine] - first[mine] + 1)).sum()
            fallen += np.isin(day[np.repeat(mine, n)], holidays).sum()
    return float(min((fallen + USUAL * PSEUDO_ORDERS) / (due + PSEUDO_ORDERS), 1))


def open_share(book: OrderBook, customer, day, factor: float) -> np.ndarray:
    """(R,): how much of a usual day each `day` is to its customer: 1, `factor` on public holidays, 0 while he is closed."""
    share = np.ones(len(day))
    order = np.argsort(customer, kind="stable")
    owners, start = np.unique(customer[order], return_index=True)
    for owner, rows in zip(owners, np.split(order, start[1:]), strict=True):
        for days, left in ((book.holidays, factor), (book.closed, 0.0)):
            if days and len(days[owner]):
                share[rows[np.isin(day[rows], days[owner])]] = left
    return share


def open_on(book: OrderBook, weight, first: int, last: int, factor: float) -> np.ndarray:
    """(last - first + 1,): how much of a usual day each epoch day is to the book's customers on average, each of whom counts
    his `weight` (C,)."""
    lost = np.zeros(last - first + 1)
    for owner in np.flatnonzero(weight):
        closed = book.closed[owner] if book.closed else NO_DAYS
        holidays = book.holidays[owner] if book.holidays else NO_DAYS
        for days, share in ((np.setdiff1d(holidays, closed), 1 - factor), (np.unique(closed), 1.0)):
            inside = days[(days >= first) & (days <= last)] - first
            lost[inside] += weight[owner] * share
    return 1 - lost / max(weight.sum(), 1e-9)


def without(curve: np.ndarray, history: History, factor: float) -> np.ndarray:
    """The curve (T,) with no hazard on closed days and `factor` of it on holidays: what was due then comes later."""
    if not len(history.closed) and not len(history.holidays):
        return curve
    left = np.ones(len(curve))
    left[_ahead(history.holidays, history, len(curve))] = factor
    left[_ahead(history.closed, history, len(curve))] = 0
    return with_hazard_times(curve, left[1:])


def _ahead(days, history, length):
    """Days after the last order, of epoch days."""
    after = days - history.last_day
    return after[(after > 0) & (after < length)]


def spans(days: np.ndarray, first: int, last: int) -> list[tuple[int, int]]:
    """(from, to) of each run of days on end, of those from `first` to `last`."""
    days = np.unique(days[(days >= first) & (days <= last)])
    if not len(days):
        return []
    runs = np.split(days, np.flatnonzero(np.diff(days) > 1) + 1)
    return [(int(run[0]), int(run[-1])) for run in runs]
