"""What is known at an order day of each item that may be in the next order: one row of numbers a candidate.

Candidates are everything the customer bought in his last orders, what customers like him bought, and what the book
bought most lately. The same function serves training and prediction, so that neither sees what the other does not.
"""

from dataclasses import dataclass

import numpy as np

from analytics.engine.orderbook import History, OrderBook

RECENT_ORDERS = 60
LATELY = 90
POPULAR_CANDIDATES = 60
LIKE_MINDED_CANDIDATES = 40
NEIGHBOURS = 100
NEIGHBOUR_ORDERS = 10
PSEUDO = 20


@dataclass(frozen=True)
class ItemTables:
    """What the book of C customers said of its K items at the end of epoch day `through`.

    popular90, popular28, popular7 (K,): share of the order days of the last 90, 28, 7 days that held the item.
    first_day (K,): day of the first purchase. rebought (K,): share of purchases after which the next order of the same
    customer held the item again, shrunk to the mean by PSEUDO purchases. log_price (K,): median log unit price.
    usual_quantity (K, 3): the most frequent quantity, and between which quantities 8 of 10 purchases lie; NaN where none
    is known.
    popular (P,): the most popular items of the last 90 days, best first. Sparse shares of each customer's last
    NEIGHBOUR_ORDERS order days that held an item: by customer (customer_start (C+1,), item, item_share) and by item
    (item_start (K+1,), customer, customer_share). norm (C,): length of each customer's vector.
    """

    through: int
    popular90: np.ndarray
    popular28: np.ndarray
    popular7: np.ndarray
    first_day: np.ndarray
    rebought: np.ndarray
    log_price: np.ndarray
    usual_quantity: np.ndarray
    popular: np.ndarray
    customer_start: np.ndarray
    item: np.ndarray
    item_share: np.ndarray
    item_start: np.ndarray
    customer: np.ndarray
    customer_share: np.ndarray
    norm: np.ndarray


def tables(book: OrderBook, through: int) -> ItemTables:
    """Everything from purchases up to `through`; what comes later is not looked at."""
    customer, day, item, quantity, amount = book.purchases
    events = book.events
    many, kinds = len(book.customers), len(book.items)
    seen = np.flatnonzero(day <= through)
    customer, day, item = customer[seen], day[seen], item[seen]
    order_day = events.day[events.day <= through]

    def popularity(days):
        lately = day > through - days
        return np.bincount(item[lately], minlength=kinds) / max((order_day > through - days).sum(), 1)

    first_day = np.full(kinds, through + 1)
    np.minimum.at(first_day, item, day)
    popular90 = popularity(LATELY)
    popular = np.argsort(-popular90, kind="stable")[:POPULAR_CANDIDATES]
    number, last_number = _order_numbers(customer, day, many)
    owner, thing, share = _shares(customer, item, number, last_number, kinds)
    by_item = np.argsort(thing, kind="stable")
    everyone, everything = np.arange(many + 1), np.arange(kinds + 1)
    return ItemTables(
        through=through,
        popular90=popular90,
        popular28=popularity(28),
        popular7=popularity(7),
        first_day=first_day,
        rebought=_rebought(customer, item, number, last_number, kinds),
        log_price=_log_prices(item, quantity[seen], amount[seen], kinds),
        usual_quantity=_usual_quantities(item, quantity[seen], kinds),
        popular=popular[popular90[popular] > 0],
        customer_start=np.searchsorted(owner, everyone),
        item=thing,
        item_share=share,
        item_start=np.searchsorted(thing[by_item], everything),
        customer=owner[by_item],
        customer_share=share[by_item],
        norm=np.sqrt(np.bincount(owner, share**2, minlength=many)),
    )


def _order_numbers(customer, day, many):
    """Of each purchase, the how-manieth order day of its customer it belongs to; and everybody's last number."""
    if not len(customer):
        return np.zeros(0, np.int64), np.zeros(many, np.int64)
    new = np.ones(len(customer), bool)
    new[1:] = (customer[1:] != customer[:-1]) | (day[1:] != day[:-1])
    running = np.cumsum(new)
    first = np.full(many, len(customer) + 1)
    np.minimum.at(first, customer, running)
    last = np.zeros(many, np.int64)
    np.maximum.at(last, customer, running)
    return running - first[customer], last - first


def _shares(customer, item, number, last_number, kinds):
    """(customer, item, share of his last order days that held it), sorted by customer and item."""
    lately = number > last_number[customer] - NEIGHBOUR_ORDERS
    pair = customer[lately].astype(np.int64) * kinds + item[lately]
    pairs, count = np.unique(pair, return_counts=True)
    owner = pairs // max(kinds, 1)
    share = count / np.minimum(last_number[owner] + 1, NEIGHBOUR_ORDERS)
    return owner.astype(np.int32), (pairs % max(kinds, 1)).astype(np.int32), share.astype(np.float32)


def _rebought(customer, item, number, last_number, kinds):
    order = np.lexsort((number, item, customer))
    c, i, n = customer[order], item[order], number[order]
    again = np.zeros(len(c), bool)
    again[:-1] = (c[1:] == c[:-1]) & (i[1:] == i[:-1]) & (n[1:] == n[:-1] + 1)
    followed = n < last_number[c]
    tried = np.bincount(i[followed], minlength=kinds)
    kept = np.bincount(i[followed], again[followed], minlength=kinds)
    mean = kept.sum() / max(tried.sum(), 1)
    return (kept + PSEUDO * mean) / (tried + PSEUDO)


def _log_prices(item, quantity, amount, kinds):
    """Median log unit price; the book's median where none is known."""
    known = (amount > 0) & (quantity > 0)
    logs, thing = np.log(amount[known] / quantity[known]), item[known]
    prices = np.full(kinds, np.median(logs) if len(logs) else 0.0)
    order = np.lexsort((logs, thing))
    logs, thing = logs[order], thing[order]
    starts = np.flatnonzero(np.append(True, thing[1:] != thing[:-1])) if len(thing) else np.zeros(0, int)
    middle = starts + np.diff(np.append(starts, len(thing))) // 2
    prices[thing[starts]] = logs[middle]
    return prices


def _usual_quantities(item, quantity, kinds):
    usual = np.full((kinds, 3), np.nan)
    order = np.lexsort((quantity, item))
    item, quantity = item[order], quantity[order]
    new = np.ones(len(item), bool)
    new[1:] = (item[1:] != item[:-1]) | (quantity[1:] != quantity[:-1])
    starts = np.flatnonzero(new)
    count = np.diff(np.append(starts, len(item)))
    # Sorted by how often, so that the most frequent one is written last; of equals the smallest.
    by_count = starts[np.lexsort((-quantity[starts], count))]
    usual[item[by_count], 0] = quantity[by_count]
    first = np.searchsorted(item, np.arange(kinds))
    many = np.searchsorted(item, np.arange(kinds), side="right") - first
    sold = many > 0
    for column, share in ((1, 0.1), (2, 0.9)):
        usual[sold, column] = quantity[(first + np.round(share * (many - 1)).astype(int))[sold]]
    return usual


def like_minded(own, share, book: ItemTables, me: int | None) -> np.ndarray:
    """What customers with similar baskets buy: (K,) sum of similarity^3 x share of the neighbour's last order days.

    User-based collaborative filtering: cosine of the shares of the last orders, the NEIGHBOURS nearest other than
    `me`, normed by their weights (Faggioli, Polato and Aiolli 2020).
    """
    kinds, many = len(book.popular90), len(book.norm)
    known = own < kinds
    own, share = own[known], share[known]
    parts, counts = _stretches(book.item_start, own)
    product = np.bincount(book.customer[parts], book.customer_share[parts] * np.repeat(share, counts), many)
    similarity = product / (np.maximum(book.norm, 1e-9) * max(np.sqrt(share @ share), 1e-9))
    if me is not None:
        similarity[me] = 0
    near = np.sort(_largest(similarity, NEIGHBOURS))
    if not len(near):
        return np.zeros(kinds)
    weight = similarity[near] ** 3
    parts, counts = _stretches(book.customer_start, near)
    return (
        np.bincount(book.item[parts], book.item_share[parts] * np.repeat(weight, counts), kinds)
        / weight.sum()
    )


def _stretches(start, rows):
    """Positions of all entries of `rows` in a sparse table, and how many each has."""
    counts = start[rows + 1] - start[rows]
    shift = np.repeat(start[rows] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
    return np.arange(counts.sum()) + shift, counts


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
    best = np.sort(_largest(value, LIKE_MINDED_CANDIDATES))
    taken[best] = True
    return np.concatenate((best, book.popular[~taken[book.popular]]))


def _largest(values, many):
    """Positions of the `many` largest values above 0, in no order."""
    top = np.argpartition(-values, many)[:many] if len(values) > many else np.arange(len(values))
    return top[values[top] > 0]


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
