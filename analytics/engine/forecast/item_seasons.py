"""Items that are bought at certain times of the year: skis, sun caps; only where two years say the same.

One year is not enough to tell a season from an item that was new, or went: each year has to be told better by the other
one's months than by none (cross-validated likelihood).
"""

from dataclasses import dataclass

import numpy as np

from analytics.engine.calendar import month_index, month_of
from analytics.engine.history import History
from analytics.engine.orderbook import OrderBook

YEAR = 12
# Purchases of an item in each of the two years, at least.
NEEDS_PURCHASES = 12
# As many purchases as a month that is like all others counts.
PSEUDO_PURCHASES = 4.0
# By how many nats both years together must be told better than by none.
TOLD = 3.0
SMALLEST, LARGEST = 0.1, 6.0
# A customer's own purchases that can say that an item's season is not his: he lives on the other half of the earth.
OWN_PURCHASES = 4


@dataclass(frozen=True)
class ItemSeasons:
    """items (S,): positions, ascending; factor (S, 12): how much of the item an order held in January to December, as a
    multiple of the year's mean."""

    items: np.ndarray
    factor: np.ndarray

    def of(self, items) -> np.ndarray:
        """(K, 12) of K positions; ones where an item has no season."""
        found = np.ones((len(items), YEAR))
        if len(self.items):
            at = np.minimum(np.searchsorted(self.items, items), len(self.items) - 1)
            seasonal = self.items[at] == items
            found[seasonal] = self.factor[at[seasonal]]
        return found


NONE = ItemSeasons(np.zeros(0, np.int64), np.ones((0, YEAR)))


def fit(book: OrderBook, through: int) -> ItemSeasons:
    """Of the last 24 months that were over by `through`; none where the book has fewer."""
    end = month_index(through + 1)
    orders = month_of(book.events.day)
    if not len(orders) or orders.min() > end - 2 * YEAR:
        return NONE
    customer, day, item, quantity, _ = book.purchases
    orders = _by_year(np.zeros(len(orders), np.int64), orders, end, 1)
    where = (item.astype(np.int64), month_of(day), end, len(book.items))
    often = np.flatnonzero((_by_year(*where).sum(axis=2) >= NEEDS_PURCHASES).all(axis=0))
    bought = _by_year(*where, _beside_usual(customer, item, quantity, day <= through))
    bought, orders = bought[:, often], orders + 1e-9
    gains = [_gain(told, by, orders_told, orders_by) for told, by, orders_told, orders_by in (
        (bought[0], bought[1], orders[0], orders[1]), (bought[1], bought[0], orders[1], orders[0]))]  # fmt: skip
    seasonal = (gains[0] > 0) & (gains[1] > 0) & (gains[0] + gains[1] > TOLD)
    factor = _profile(bought.sum(axis=0)[seasonal], orders.sum(axis=0))
    return ItemSeasons(often[seasonal], factor)


def _beside_usual(customer, item, quantity, seen):
    """(M,): each purchase as a multiple of what the customer has bought of the item on average: one of his usual size is 1."""
    pair = customer.astype(np.int64) * (item.max() + 1 if len(item) else 1) + item
    _, at = np.unique(pair, return_inverse=True)
    usual = np.bincount(at, quantity * seen) / np.maximum(np.bincount(at, seen), 1)
    return np.where(seen, quantity / np.maximum(usual, 1e-9)[at], 0)


def _by_year(row, month, end, rows, values=None):
    """(2, rows, 12): how many there were, or the sum of `values`, in January to December of the last and the year before."""
    ago = end - 1 - month
    seen = (ago >= 0) & (ago < 2 * YEAR)
    cell = (ago[seen] // YEAR * rows + row[seen]) * YEAR + month[seen] % YEAR
    values = None if values is None else values[seen]
    return np.bincount(cell, values, minlength=2 * rows * YEAR).reshape(2, rows, YEAR).astype(float)


def _profile(bought, orders):
    """(K, 12): purchases over what the orders of the months let expect, each month with half of both its neighbours."""
    due = orders * bought.sum(axis=1, keepdims=True) / orders.sum()
    smooth = [
        values + (np.roll(values, 1, axis=1) + np.roll(values, -1, axis=1)) / 2 for values in (bought, due)
    ]
    factor = (smooth[0] + PSEUDO_PURCHASES) / (smooth[1] + PSEUDO_PURCHASES)
    factor = factor / ((factor * orders).sum(axis=1, keepdims=True) / orders.sum())
    return np.clip(factor, SMALLEST, LARGEST)


def _gain(told, by, orders_told, orders_by):
    """(K,): log likelihood of one year's purchases by the other's months, less that by the orders alone."""
    expected = _profile(by, orders_by) * orders_told
    share = expected / expected.sum(axis=1, keepdims=True)
    return (told * np.log(share / (orders_told / orders_told.sum()))).sum(axis=1)


def beside_recent(history: History, items, days, weights, seasons: ItemSeasons) -> np.ndarray:
    """(K, 12): what a month of the year makes of how much this customer's recent orders held of each of K items.

    days, weights (n,): those orders, which met seasons of their own. Where his own purchases speak against the season of
    an item, it is not his.
    """
    factor = seasons.of(items)
    if not len(seasons.items):
        return factor
    usual = factor[:, month_of(days) % YEAR] @ weights / weights.sum()
    rows = np.flatnonzero((factor != 1).any(axis=1))
    whole_year = factor[:, month_of(history.days) % YEAR].mean(axis=1)
    for row in rows:
        months = month_of(history.day[history.item == items[row]]) % YEAR
        if len(months) >= OWN_PURCHASES and np.log(factor[row, months] / whole_year[row]).sum() < 0:
            factor[row], usual[row] = 1, 1
    return factor / usual[:, None]
