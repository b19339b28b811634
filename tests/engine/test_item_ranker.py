"""The learned ranking of items: it finds what was planted, knows nothing of what follows, and steps aside in small books."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.engine import bookstats
from analytics.engine.forecast import item_features, item_ranker, item_reasons, item_tables, next_items
from tests.engine.books import END, book_of

SEASONS = ("spring", "summer")


def alternating(customers=40, orders=14):
    """Everybody buys `staple` always, and two items in turn: what was in the last order is not in the next one."""
    rows = []
    for number in range(customers):
        for back in range(orders):
            day = END - number % 5 - 14 * back
            turn = SEASONS[(back + number) % 2]
            rows += [(f"c{number:02d}", day, item, 12.0, 30.0) for item in ("staple", turn)]
    return rows


@pytest.fixture(scope="module")
def book():
    return book_of(alternating())


@pytest.fixture(scope="module")
def stats(book):
    return bookstats.fit(book, END)


@pytest.mark.slow
def test_it_learns_that_two_items_take_turns(book, stats):
    """The simple rules call what was bought last; only the book's own past says that the other one comes."""
    for index in range(6):
        history = book.history(index)
        last = set(history.item[history.day == history.days[-1]].tolist())
        ranked = dict(next_items.learned(history, stats))
        coming, gone = ({str(book.items[i]): i for i in ranked}[name] for name in _turns(book, last))
        assert ranked[coming] > 0.6
        assert ranked[gone] < 0.4
        assert ranked[list(book.items).index("staple")] > 0.8


def _turns(book, last):
    gone = next(name for name in SEASONS if list(book.items).index(name) in last)
    return [name for name in SEASONS if name != gone] + [gone]


def test_what_comes_later_changes_nothing(book):
    day = END - 60
    full, cut = (item_ranker.fit(lines, day) for lines in (book, book.until(day)))
    assert np.array_equal(full.weight, cut.weight)
    assert (full.slope, full.intercept, full.origins) == (cut.slope, cut.intercept, cut.origins)


def test_of_a_larger_book_a_fixed_number_teaches_and_it_learns_the_same(monkeypatch):
    monkeypatch.setattr(item_ranker, "MAX_ORIGINS", 60)
    monkeypatch.setattr(item_ranker, "MAX_ORIGINS_A_DAY", 4)
    monkeypatch.setattr(item_ranker, "MAX_CUSTOMERS", 25)
    monkeypatch.setattr(item_ranker, "BLOCK", 100)
    book, day = book_of(alternating(customers=120)), END - 40
    found = item_ranker.fit(book, day)
    # A month of them may come on top of those that are wanted.
    assert 60 <= found.origins <= 60 + 4 * 31
    assert (found.tables.norm > 0).sum() == 25
    assert np.array_equal(found.weight, item_ranker.fit(book.until(day), day).weight)
    history = book.history(0).until(day)
    last = set(history.item[history.day == history.days[-1]].tolist())
    ranked = dict(item_ranker.rank(history, found))
    coming, gone = ({str(book.items[i]): i for i in ranked}[name] for name in _turns(book, last))
    assert ranked[coming] > 0.6
    assert ranked[gone] < 0.4


def test_refits_that_share_their_past_say_what_a_fit_alone_says(book):
    past = item_ranker.Past(book)
    item_ranker.fit(book, END - 90, past)
    assert np.array_equal(item_ranker.fit(book, END, past).weight, item_ranker.fit(book, END).weight)


def test_a_small_book_keeps_the_simple_rule():
    book = book_of(alternating(customers=item_ranker.NEEDS_CUSTOMERS - 1))
    stats = bookstats.fit(book, END)
    assert stats.item_ranker is None
    assert next_items.method(stats) == "recency_popularity"
    history = book.history(0)
    assert next_items.learned(history, stats) == next_items.recency_popularity(history, stats)


def test_a_book_of_few_customers_is_averaged_with_the_simple_rule(book, stats):
    found, history = stats.item_ranker, book.history(0)
    _, X = item_features.rows(history, found.tables, 0)
    alone = replace(found, share=1.0).probabilities(X)
    between = 0.6 * _logit(alone) + 0.4 * X[:, item_features.NAMES.index("rule")]
    assert _logit(found.probabilities(X)) == pytest.approx(between)
    assert found.slope == 1


def test_the_more_customers_the_less_the_simple_rule_says():
    shares, slopes = [], []
    for customers in (60, 120, 200):
        found = item_ranker.fit(book_of(alternating(customers, orders=6)), END)
        shares.append(found.share)
        slopes.append(found.slope)
    assert shares[0] == 0.6 < shares[1] < shares[2] == 1
    assert slopes[0] == 1 != slopes[2]


def _logit(p):
    return np.log(p / (1 - p))


def test_customers_alike_suggest_what_one_of_them_never_bought():
    rows = [
        (f"c{n}", END - 7 * back, item, 1.0, 5.0)
        for n in range(6)
        for back in range(4)
        for item in (("A", "B", "C") if n else ("A", "B"))
    ]
    book = book_of([*rows, ("other", END, "Z", 1.0, 5.0)])
    tables = item_tables.tables(book, END)
    items, X = item_features.rows(book.history(0), tables, 0)
    liked = dict(zip(items.tolist(), X[:, item_features.NAMES.index("new:log_like")], strict=True))
    assert liked[2] > liked[3]


@pytest.mark.slow
def test_items_that_came_into_the_book_after_the_fit_are_ranked_all_the_same(stats):
    book = book_of([*alternating(), *[("c00", END - 14 * back, "zzz-new", 6.0, 1.0) for back in range(3)]])
    ranked = dict(next_items.learned(book.history(0), stats))
    assert 0 < ranked[len(book.items) - 1] < 1


def test_a_new_item_comes_in_the_quantity_the_book_buys_most_often(stats):
    history = book_of([("x", END, "spring", 1.0, 1.0)]).history(0)
    assert next_items.quantities(history, stats, [1])[1] == (12.0, 12.0, 12.0)


def test_reasons_are_counts_of_his_own_orders():
    days = [END - 10 * back for back in range(12)]
    rows = [("a", day, "often", 1.0, 1.0) for day in days[1:]]
    rows += [("a", days[0], "other", 1.0, 1.0), ("a", days[11], "old", 1.0, 1.0)]
    book = book_of(rows)
    stats = bookstats.fit(book, END)
    places = {str(name): place for place, name in enumerate(book.items)}
    why = item_reasons.reasons(book.history(0), stats, list(places.values()))
    assert why[places["often"]] == [
        {"code": "in_orders", "n": 9, "of": 10},
        {"code": "skipped", "orders": 1},
        {"code": "due", "interval": 10, "since": 10},
    ]
    assert why[places["other"]] == [{"code": "in_orders", "n": 1, "of": 10}, {"code": "in_last"}]
    assert why[places["old"]] == [{"code": "long_ago", "days": 110}]
