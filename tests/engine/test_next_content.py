"""Amount, items and quantities of the next order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine import bookstats
from analytics.engine.forecast import next_amount, next_items
from analytics.engine.orderbook import NO_CURRENCY
from tests.engine.books import END, book_of, crowd, regular


@pytest.fixture(scope="module")
def stats():
    """Of a book whose customers order on very different levels."""
    levels = [0.1, 0.4, 1, 3, 10]
    rows = [(*row[:4], row[4] * levels[int(row[0][1:]) % 5]) for row in crowd()]
    return bookstats.fit(book_of(rows), END)


def test_the_own_median_rules_once_there_are_orders(stats):
    history = book_of(regular("a", amount=500.0, count=30)).history(0)
    point, low, high = next_amount.shrunk_median(history, stats)
    assert point == pytest.approx(500, rel=0.15)
    assert low < 500 < high


def test_few_orders_lean_on_the_book(stats):
    """One customer far above the book: the fewer his orders, the nearer the call is to the book's."""
    few, many = (book_of(regular("a", amount=50_000.0, count=n)).history(0) for n in (2, 30))
    assert next_amount.shrunk_median(few, stats)[0] < next_amount.shrunk_median(many, stats)[0]


def test_amounts_shrink_within_their_currency_alone(stats):
    rows = crowd()
    names = sorted({row[0] for row in rows})
    mixed = bookstats.fit(
        book_of([*rows, *regular("krw", amount=9e6)], currency=[NO_CURRENCY] * len(names) + ["KRW"]), END
    )
    assert mixed.amount(NO_CURRENCY).log_median == pytest.approx(stats.amount(NO_CURRENCY).log_median)
    assert mixed.amount("USD").log_median is None


@pytest.mark.slow
def test_levels_that_lie_apart_are_told_from_the_chance_of_orders():
    """Customers' levels vary by .3 (their logs), orders around them by two-sided exponential chance."""
    random = np.random.default_rng(7)
    levels = np.exp(5 + random.normal(0, 0.3, 300))
    rows = [
        (f"c{n:03d}", END - 7 * back, "A", 1.0, level * np.exp(random.laplace(0, 0.6)))
        for n, level in enumerate(levels)
        for back in range(12)
    ]
    book = book_of(rows)
    fitted = bookstats.fit(book, END)
    assert fitted.amount(NO_CURRENCY).between == pytest.approx(0.09, abs=0.02)
    histories = [book.history(n) for n in range(len(levels))]
    called, own, all_alike = (
        np.abs(np.log(points) - np.log(levels)).mean()
        for points in (
            [next_amount.shrunk_median(history, fitted)[0] for history in histories],
            [next_amount.median(history, fitted)[0] for history in histories],
            np.full(len(levels), np.exp(fitted.amount(NO_CURRENCY).log_median)),
        )
    )
    assert called < min(own, all_alike)


def test_a_giant_order_that_is_not_learned_from_changes_nothing(stats):
    rows = regular("a", amount=100.0)
    giant = [("a", END - 5, "A", 90_000.0, 77_183.6)]
    plain, with_giant = (
        book_of(lines, learn=[True] * len(rows) + [False] * (len(lines) - len(rows))).history(0)
        for lines in (rows, rows + giant)
    )
    assert next_amount.shrunk_median(plain, stats) == next_amount.shrunk_median(with_giant, stats)


def test_unknown_amounts_are_passed_over(stats):
    rows = [*regular("a", amount=100.0, count=9)[:-1], ("a", END, "A", 10.0, np.nan)]
    known = book_of(rows[:-1]).history(0)
    assert next_amount.shrunk_median(book_of(rows).history(0), stats) == next_amount.shrunk_median(
        known, stats
    )
    assert next_amount.shrunk_median(book_of([("a", END, "A", 1.0, np.nan)]).history(0), stats) is None


def test_what_he_always_buys_comes_first_and_what_he_dropped_falls():
    rows = [row for row in regular("a", count=20, items=("always", "dropped", "new")) if keeps(row)]
    book = book_of(rows)
    ranked = next_items.recency_popularity(book.history(0), bookstats.fit(book, END))
    names = [str(book.items[item]) for item, _ in ranked]
    assert names == ["always", "new", "dropped"]
    probabilities = [p for _, p in ranked]
    assert probabilities[0] > 0.8
    assert probabilities[2] < 0.4


def keeps(row):
    recent = row[1] > END - 21 * 5
    return {"always": True, "dropped": not recent, "new": recent}[row[2]]


def test_the_basket_is_about_as_large_as_his_own():
    book = book_of(regular("a", count=20, items=("A", "B", "C", "D")))
    history, stats = book.history(0), bookstats.fit(book, END)
    assert next_items.basket_size(history, next_items.recency_popularity(history, stats)) == 4
    assert next_items.basket_size(history, []) == 0


def test_quantities_follow_the_latest_purchases_and_stay_whole():
    rows = [("a", END - 20 * back, "A", 12.0 if back > 4 else 24.0, 1.0) for back in range(12)]
    book = book_of(rows)
    point, low, high = next_items.quantities(book.history(0), bookstats.fit(book, END), [0, 99])[0]
    assert point == 24
    assert low <= point <= high
    assert low == round(low)
    assert next_items.quantities(book.history(0), bookstats.fit(book, END), [99])[99] is None


@pytest.mark.slow
@settings(max_examples=8)
@given(st.floats(0.01, 10_000))
def test_amounts_scale_with_the_currency_unit(factor):
    rows = crowd(12)
    scaled = [(*row[:4], row[4] * factor) for row in rows]
    one, other = book_of(rows), book_of(scaled)
    mine = next_amount.shrunk_median(one.history(3), bookstats.fit(one, END))
    theirs = next_amount.shrunk_median(other.history(3), bookstats.fit(other, END))
    assert np.allclose(np.array(mine) * factor, theirs, rtol=1e-6)


@pytest.mark.slow
def test_ranges_are_as_wide_as_the_books_own_past_asked_for():
    """Orders that are nearly always the same and seldom far off need less than the normal range."""
    random = np.random.default_rng(4)
    rows = [
        (f"c{n:03d}", END - 9 * back, "A", 1.0, 100.0 * np.exp(0.05 * random.standard_t(1.5)))
        for n in range(120)
        for back in range(14)
    ]
    fitted = bookstats.fit(book_of(rows), END).amount(NO_CURRENCY)
    assert 0.2 < fitted.half_width < 1.1
    few = bookstats.fit(book_of(rows[: 14 * 4]), END).amount(NO_CURRENCY)
    assert fitted.half_width < few.half_width
