"""What the whole book says of its items up to a day, and what customers with similar baskets buy."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.orderbook import OrderBook

LATELY = 90
POPULAR_CANDIDATES = 60
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
    near = np.sort(largest(similarity, NEIGHBOURS))
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


def largest(values, many):
    """Positions of the `many` largest values above 0, in no order."""
    top = np.argpartition(-values, many)[:many] if len(values) > many else np.arange(len(values))
    return top[values[top] > 0]
