"""A part of the book, with what was fitted on the whole: what is said of its customers is the same."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.engine import bookstats, fitted
from analytics.engine.judge import judge
from analytics.engine.orderbook import OrderBook
from tests.engine.books import END, book_of, crowd


@pytest.fixture(scope="module")
def book():
    whole = book_of(crowd(60))
    # As out of a database, where identifiers are numbers: objects are never stored.
    return replace(whole, customers=np.arange(100, 160))


def part_of(book, customers, items, also=()):
    """The book of some customers (positions); also: (position among them, item) that is bought on the last day."""
    mine = np.isin(book.customer, customers)
    return OrderBook.from_columns(
        customers=book.customers[customers],
        known_through=book.known_through[customers],
        customer=[*np.searchsorted(customers, book.customer[mine]), *(row[0] for row in also)],
        day=[*book.day[mine], *(END for _ in also)],
        item=np.array([*book.items[book.item[mine]], *(row[1] for row in also)]),
        quantity=[*book.quantity[mine], *(6.0 for _ in also)],
        amount=[*book.amount[mine], *(30.0 for _ in also)],
        items=items,
    )


@pytest.mark.slow
def test_a_part_says_what_the_whole_says(book):
    stats = fitted.load(fitted.dump(bookstats.fit(book, END)))
    some = [3, 17, 41, 59]
    part = part_of(book, some, book.items)
    told = [answer for _, *answer in judge(part, stats=stats)]
    assert told == [answer for _, *answer in judge(book, some)]


def test_items_newer_than_the_fit_come_behind_its_own_and_are_expected(book):
    stats = bookstats.fit(book, END)
    part = part_of(book, [3, 17], book.items, also=[(0, "A new one"), (1, "Z new")])
    assert part.items.tolist() == [*book.items, "A new one", "Z new"]
    for (_, answers, forecast), new in zip(judge(part, stats=stats), ("A new one", "Z new"), strict=True):
        assert new in [row["item"] for row in forecast["items"]]
        assert new in [row["item"] for row in answers["items"]["rows"]]
