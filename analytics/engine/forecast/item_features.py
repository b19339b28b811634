"""What is known at an order day of each item that may be in the next order: one row of numbers a candidate.

Candidates are everything the customer bought in his last orders, what customers like him bought, and what the book
bought most lately. The same function serves training and prediction, so that neither sees what the other does not.
"""

import numpy as np

from analytics.engine.forecast.item_tables import NEIGHBOUR_ORDERS, ItemTables, largest, like_minded
from analytics.engine.history import History

RECENT_ORDERS = 60
LIKE_MINDED_CANDIDATES = 40


OWN = (
    "log_count", "share", "share_since_first", "decay60", "decay80", "decay90", "half30", "half90",
    "log_days_since", "log_orders_since", "silence_in_gaps", "log_due", "has_interval", "over_due",
    "in_last", "in_last2", "in_last3", "once", "log_last_quantity", "quantity_ratio", "log_spend_share",
    "log_first_age", "logit_decay80", "logit_decay90", "own_rebought",
)  # fmt: skip
BOOK = (
    "log_pop90", "log_pop28", "log_pop7", "trend", "log_item_age", "young", "logit_rebought", "log_price",
    "price_ratio", "log_like", "like_known",
)  # fmt: skip
CUSTOMER = ("log_n", "log_size", "log_variety", "repeats", "log_mean_gap", "size_trend")
NAMES = (
    *(f"own:{name}" for name in OWN),
    *(f"own:{name}" for name in BOOK + CUSTOMER),
    *(f"new:{name}" for name in BOOK + CUSTOMER),
    "new",
    "rule",
)


def _logit(p):
    p = np.clip(p, 1e-4, 1 - 1e-4)
    return np.log(p / (1 - p))


def rows(history: History, book: ItemTables, me: int | None):
    """(items (m,), X (m, len(NAMES))) at the last order day of `history`.

    `me`: its position among the customers of `book`, so that he is not his own neighbour; None if he is not there.
    Own candidates use the columns own:*, those he never bought lately the columns new:*. rule: logit of the simple rule.
    """
    day0 = int(history.days[-1])
    first = history.days[-RECENT_ORDERS] if history.n > RECENT_ORDERS else history.days[0]
    days = history.days[np.searchsorted(history.days, first) :]
    cut = np.searchsorted(history.day, first)
    day, item, quantity, amount = (
        column[cut:] for column in (history.day, history.item, history.quantity, history.amount)
    )
    number = np.searchsorted(days, day)
    order = np.argsort(item, kind="stable")
    day, item, quantity, amount, number = (c[order] for c in (day, item, quantity, amount, number))
    starts = np.flatnonzero(np.append(True, item[1:] != item[:-1]))
    own = item[starts]
    count = np.diff(np.append(starts, len(item)))
    last = starts + count - 1
    lately = np.add.reduceat((number > len(days) - 1 - NEIGHBOUR_ORDERS).astype(float), starts)
    recent = lately > 0
    liked = like_minded(own[recent], lately[recent] / min(len(days), NEIGHBOUR_ORDERS), book, me)
    new = _new_items(own, liked, book)
    items = np.concatenate((own, new))
    mine = _own_columns(history, days, day0, day, number, quantity, amount, starts, count, last)
    known = _book_columns(items, liked, book, day0, _price_level(item, book))
    person = _customer_columns(history, days, item, number, len(own))
    k, m = len(own), len(items)
    X = np.zeros((m, len(NAMES)))
    a, b = len(OWN), len(BOOK) + len(CUSTOMER)
    X[:k, :a] = mine
    X[:k, a : a + len(BOOK)] = known[:k]
    X[:k, a + len(BOOK) : a + b] = person
    X[k:, a + b : a + b + len(BOOK)] = known[k:]
    X[k:, a + b + len(BOOK) : a + 2 * b] = person
    X[k:, -2] = 1
    X[:, -1] = _logit(_rule(days, number, starts, known_popularity(book, items)))
    return items, X


def _rule(days, number, starts, popularity):
    """The simple rule next_items.recency_popularity, towards which the ranker shrinks."""
    n = len(days)
    score = 0.3 / (n + 1) * popularity
    for rate in (0.94, 0.7):
        total = (1 - rate**n) / (1 - rate) + 1
        score[: len(starts)] += np.add.reduceat(rate ** (n - 1 - number), starts) / total / 2
    return score


def known_popularity(book, items):
    return _of(book.popular90, items, 0.0)


def _of(table, items, otherwise):
    """`table` at `items`; `otherwise` for those that came into the book after the table was made."""
    found = np.full(len(items), otherwise, float)
    known = items < len(table)
    found[known] = table[items[known]]
    return found


def _new_items(own, liked, book):
    value, taken = liked.copy(), np.zeros(len(liked), bool)
    taken[own[own < len(taken)]] = True
    value[taken] = 0
    best = np.sort(largest(value, LIKE_MINDED_CANDIDATES))
    taken[best] = True
    return np.concatenate((best, book.popular[~taken[book.popular]]))


def _own_columns(history, days, day0, day, number, quantity, amount, starts, count, last):
    n = len(days)
    ago = n - 1 - number
    age = day0 - day
    mean_gap = max((days[-1] - days[0]) / max(n - 1, 1), 1.0) if n > 1 else 30.0

    def summed(values):
        return np.add.reduceat(values, starts)

    def decayed(rate):
        return summed(rate**ago) / ((1 - rate**n) / (1 - rate) + 0.5)

    since, first_ago = age[last], ago[starts]
    since_orders = ago[last]
    decay60, decay80, decay90 = decayed(0.6), decayed(0.8), decayed(0.9)
    interval = (day[last] - day[starts]) / np.maximum(count - 1, 1)
    has = count > 1
    due = np.where(has, np.log((since + mean_gap) / np.maximum(interval, 1.0)), 0.0)
    logs = np.log(np.maximum(quantity, 1e-6))
    mean_log = summed(logs) / count
    spend = summed(np.nan_to_num(amount))
    # How often he bought it right again in the following order, of the times he could have.
    again = np.zeros(len(number))
    again[1:] = (number[1:] == number[:-1] + 1) & (np.diff(np.repeat(np.arange(len(count)), count)) == 0)
    own_rebought = (summed(again) + 0.4) / (summed((ago > 0).astype(float)) + 2)
    return np.column_stack(
        (
            np.log(count),
            count / (n + 0.5),
            count / (first_ago + 1.5),
            decay60,
            decay80,
            decay90,
            np.log(summed(0.5 ** (age / 30)) + 0.01),
            np.log(summed(0.5 ** (age / 90)) + 0.01),
            np.log1p(since),
            np.log1p(since_orders),
            np.minimum(since / mean_gap, 10),
            np.clip(due, -2, 2),
            has,
            np.maximum(np.clip(due, -2, 3), 0),
            since_orders == 0,
            since_orders <= 1,
            since_orders <= 2,
            count == 1,
            logs[last],
            np.clip(logs[last] - mean_log, -2, 2),
            np.log(np.maximum(spend, 0) / max(spend.sum(), 1e-9) + 1e-3),
            np.log1p(age[starts]),
            _logit(decay80),
            _logit(decay90),
            _logit(own_rebought),
        )
    )


def _price_level(item, book):
    known = item[item < len(book.log_price)]
    return float(book.log_price[known].mean()) if len(known) else 0.0


def _book_columns(items, liked, book, day0, price_level):
    pop90, pop28, pop7 = (_of(t, items, 0.0) for t in (book.popular90, book.popular28, book.popular7))
    item_age = np.maximum(day0 - _of(book.first_day, items, day0), 0)
    rebought = _of(book.rebought, items, float(book.rebought.mean()) if len(book.rebought) else 0.1)
    price = _of(book.log_price, items, price_level)
    liked = _of(liked, items, 0.0)
    return np.column_stack(
        (
            np.log(pop90 + 1e-3),
            np.log(pop28 + 1e-3),
            np.log(pop7 + 2e-3),
            np.log((pop28 + 2e-3) / (pop90 + 2e-3)),
            np.log1p(item_age),
            item_age < 60,
            _logit(rebought),
            price,
            price - price_level,
            np.log(liked + 3e-3),
            liked > 0,
        )
    )


def _customer_columns(history, days, item, number, variety):
    """n, usual basket, variety, how much of recent baskets he had bought before (shrunk to .5 by 20 lines)."""
    n = len(days)
    sizes = history.sizes[-n:]
    usual = float(np.median(sizes[-10:]))
    # `item` is sorted by item and then by day: whatever is not the first of its item was bought before.
    again = np.append(False, item[1:] == item[:-1])
    lately = (number > n - 1 - 5) & (number > 0)
    repeats = (again[lately].sum() + 10) / (lately.sum() + 20)
    gap = (days[-1] - days[0]) / max(n - 1, 1) if n > 1 else 30.0
    return np.array(
        [
            np.log(n),
            np.log(usual),
            np.log(variety),
            _logit(repeats),
            np.log1p(gap),
            np.log(max(float(np.mean(sizes[-2:])), 1.0) / max(float(sizes.mean()), 1.0)),
        ]
    )
