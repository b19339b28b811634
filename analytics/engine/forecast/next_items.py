"""What is in the next order: items with probabilities, how many of them, and how much of each."""

import numpy as np

from analytics.engine.bookstats import BookStats
from analytics.engine.forecast import item_ranker
from analytics.engine.history import History

RECENT_ORDERS = 40
COLD_CANDIDATES = 40
QUANTITY_MEMORY = 0.7
Z80 = 1.2816


def frequency(history: History, stats: BookStats):
    """Share of the own last 40 order days that held the item."""
    return _ranked(history, stats, decay=1.0)


def recency(history: History, stats: BookStats):
    """Own frequency, an order weighing .9 of the one after it, and the book's popularity for what is left over."""
    return _ranked(history, stats, decay=0.9)


def recency_popularity(history: History, stats: BookStats):
    """Two memories, a long one (.94 per order) and a short one (.7), plus a little of the book's popularity.

    The mean of the two is how often a basket like the recent ones held the item; one pseudo-order at the book's
    popularity keeps a single purchase from being called certain.
    """
    return _ranked(history, stats, decay=(0.94, 0.7))


def learned(history: History, stats: BookStats):
    """The book's own ranker where it has one (see item_ranker), else the rule of two memories."""
    if stats.item_ranker is None:
        return recency_popularity(history, stats)
    return item_ranker.rank(history, stats.item_ranker)


def method(stats: BookStats) -> str:
    """The name of what `learned` comes down to in this book."""
    return "recency_popularity" if stats.item_ranker is None else "learned"


ITEMS = {
    "frequency": frequency,
    "recency": recency,
    "recency_popularity": recency_popularity,
    "learned": learned,
}


def _ranked(history, stats, decay):
    days = history.days[-RECENT_ORDERS:]
    if not len(days):
        return []
    recent = history.day >= days[0]
    item = history.item[recent]
    age = len(days) - 1 - np.searchsorted(days, history.day[recent])
    own, index = np.unique(item, return_inverse=True)
    score = np.zeros(len(own))
    decays = decay if isinstance(decay, tuple) else (decay,)
    for rate in decays:
        total = (rate ** np.arange(len(days))).sum() + 1
        score += np.bincount(index, rate**age, minlength=len(own)) / total / len(decays)
    prior = 1 / (len(days) + 1)
    popularity = stats.popularity
    score += 0.3 * prior * _at(popularity, own) + 1e-3 * _at(popularity, own)
    cold = _cold(popularity, own)
    items = np.concatenate((own, cold))
    scores = np.concatenate((score, 0.3 * prior * popularity[cold] + 1e-3 * popularity[cold]))
    order = np.lexsort((items, -np.round(scores, 12)))
    return [(int(items[i]), float(min(scores[i], 0.99))) for i in order]


def _at(popularity, items):
    known = items < len(popularity)
    return (
        np.where(known, popularity[np.minimum(items, max(len(popularity) - 1, 0))], 0)
        if len(popularity)
        else 0
    )


def _cold(popularity, own):
    """The book's most popular items that this customer has not bought lately."""
    if not len(popularity):
        return np.zeros(0, np.int64)
    top = np.argsort(-popularity, kind="stable")[: COLD_CANDIDATES + len(own)]
    return top[(popularity[top] > 0) & ~np.isin(top, own)][:COLD_CANDIDATES]


def basket_size(history: History, ranked, calibrated: bool = False) -> int:
    """The k that makes the expected F1 of the first k items largest: 2 sum p_i / (k + E), E the basket expected.

    Of the simple rules E is the mean of the customer's median basket and of sum p, and k at most 1.5 such baskets: the
    probabilities of rare items are too rough to add up. Where probabilities are `calibrated` E is .75 of the mean of
    his last 8 baskets and .25 of sum p, and k at most 2.5 such baskets.
    """
    if not ranked:
        return 0
    p = np.array([probability for _, probability in ranked])
    if calibrated:
        usual, share, most = float(np.mean(history.sizes[-8:])), 0.75, 2.5
    else:
        usual, share, most = float(np.median(history.sizes[-RECENT_ORDERS:])), 0.5, 1.5
    k = np.arange(1, min(len(p), max(round(most * usual), 1)) + 1)
    expected = share * usual + (1 - share) * p.sum()
    return int(np.argmax(2 * np.cumsum(p)[: len(k)] / (k + expected))) + 1


def quantities(history: History, stats: BookStats, items, decay: float = QUANTITY_MEMORY):
    """item -> (quantity, low, high): median of own past quantities, each weighing .7 of the one after it.

    A median of past quantities is itself one of them, so pack sizes are kept. The 80 % interval is log-normal around it,
    own variance shrunk to the book's by three pseudo-purchases. Items that this customer never bought get what the
    book buys of them most often, if its ranker knows, else None.
    """
    wanted = np.isin(history.item, items)
    found = {}
    item, quantity = history.item[wanted][::-1], history.quantity[wanted][::-1]
    order = np.argsort(item, kind="stable")
    item, quantity = item[order], quantity[order]
    starts = np.flatnonzero(np.concatenate(([len(item) > 0], item[1:] != item[:-1])))
    for start, stop in zip(starts, np.append(starts, len(item))[1:], strict=True):
        own = quantity[start:stop][:20]
        weights = decay ** np.arange(len(own))
        by_size = np.argsort(own, kind="stable")
        middle = np.searchsorted(np.cumsum(weights[by_size]), weights.sum() / 2)
        point = float(own[by_size[middle]])
        variance = (len(own) * np.var(np.log(own)) + 3 * stats.quantity_variance) / (len(own) + 3)
        spread = np.exp(Z80 * np.sqrt(variance))
        found[int(item[start])] = (point, *_range(point, spread, own))
    return {int(wanted): found.get(int(wanted)) or _book_quantity(stats, int(wanted)) for wanted in items}


def _book_quantity(stats, item):
    usual = stats.item_ranker.tables.usual_quantity if stats.item_ranker else ()
    if item >= len(usual) or np.isnan(usual[item, 0]):
        return None
    point, low, high = (float(value) for value in usual[item])
    return point, min(low, point), max(high, point)


# What a purchase weighs against the one after it; none: the last one says it all.
QUANTITIES = {"last": 0.0, "median": 1.0, "weighted_median": QUANTITY_MEMORY}


def _range(point, spread, own):
    """In whole units where the customer orders whole units."""
    low, high = point / spread, point * spread
    if np.all(own == np.round(own)):
        low, high = max(round(low), 1), max(round(high), 1)
    return float(min(low, point)), float(max(high, point))
