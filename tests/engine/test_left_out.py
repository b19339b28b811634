"""An order that is left out of learning came all the same: it ends the silence and teaches nothing."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from analytics.engine import bookstats
from analytics.engine.calendar import iso
from analytics.engine.forecast import alive, rollup
from analytics.engine.forecast.next_order import forecast
from analytics.engine.judge import judge
from analytics.engine.orderbook import NEVER
from tests.engine.books import END, book_of, crowd, regular

TENDER = END - 2
START = END - 170


@pytest.fixture
def rows():
    """Every 20 days, the last time 22 days before the end."""
    return [*regular("a", 20, count=20, end=END - 22), *crowd(12)]


def with_tender(rows):
    learn = [True] * len(rows) + [False]
    return book_of([*rows, ("a", TENDER, "TENDER", 5000.0, 90_000.0)], learn=learn)


def test_it_teaches_neither_rhythm_nor_amount_nor_items(rows):
    quiet, book = book_of(rows), with_tender(rows)
    stats = bookstats.fit(quiet, END)
    (_, _, without), *_ = judge(quiet, [0], stats)
    (_, _, told), *_ = judge(book, [0], stats)
    assert told["point_gap"] == without["point_gap"] == 20
    assert told["amount"] == without["amount"]
    assert [row["item"] for row in told["items"]] == [row["item"] for row in without["items"]]
    assert told["hit_rate"] == without["hit_rate"]


def test_the_clock_starts_at_it(rows):
    quiet, book = book_of(rows), with_tender(rows)
    stats = bookstats.fit(quiet, END)
    late, fresh = quiet.history(0), book.history(0)
    assert (late.silence, fresh.silence) == (22, 2)
    answer = forecast(fresh, stats, book.items)
    assert answer["last_on"] == iso(TENDER)
    assert [reason["code"] for reason in answer["reasons"]][:3] == ["rhythm", "last_order", "left_out"]
    days = [
        rollup.days_ahead(history, forecast(history, stats, book.items)["curve"]) for history in (late, fresh)
    ]
    assert int(np.argmax(days[1])) == pytest.approx(18, abs=2)
    assert days[0][:5].sum() > 5 * days[1][:5].sum()


def test_of_the_past_it_is_known_from_its_day_on(rows):
    history = with_tender(rows).history(0)
    assert history.until(TENDER - 1).last_day == END - 22
    assert history.until(TENDER).last_day == TENDER
    assert list(history.order_days) == [*history.days, TENDER]


def test_the_book_does_not_take_the_days_after_it_for_silence(rows):
    book = with_tender(rows)
    tendered = (book.events.customer == 0) & (book.events.following == NEVER)
    assert book.waited_through(END)[tendered] == TENDER - 1
    assert (book.waited_through(END)[~tendered & (book.events.customer == 0)] == END).all()
    assert (book.waited_through(END)[book.events.customer > 0] == END).all()


@pytest.fixture
def tendered():
    """Orders on days 0, 50 and 150 of a customer, and one in between, on day 100, that is left out of learning."""
    rows = [("a", START + day, "A", 10.0, 100.0) for day in (0, 50, 150)] + [
        ("a", START + 100, "T", 1.0, 9000.0)
    ]
    others = crowd(12)
    return book_of([*rows, *others], learn=[True] * 3 + [False] + [True] * len(others))


def test_what_was_waited_for_does_not_depend_on_what_came_later(tendered):
    for day in (60, 99, 100, 120, 149, 150, 170):
        at = START + day
        waited, seen = tendered.waited_through(at), tendered.events.day <= at
        assert (waited[seen] == tendered.until(at).waited_through(at)).all()
    *_, second, last = tendered.waited_through(START + 170)[tendered.events.customer == 0]
    assert (second, last) == (START + 99, START + 170)


def test_a_gap_with_one_inside_is_not_learned_as_one_long_gap(tendered):
    book = tendered
    assert list(book.events.following[book.events.customer == 0]) == [START + 50, NEVER, NEVER]
    counts = alive.counts(book, START + 170)
    # The gap of 50 days, and the silence of 20 since the last order.
    assert (counts.x[0], counts.last[0], counts.known[0]) == (1, 50 / 7, 70 / 7)
    assert counts.log_gaps[0] == pytest.approx(np.log(50 / 7))
    # Up to the eve of the other one nothing had come.
    before = alive.counts(book, START + 120)
    assert (before.x[0], before.last[0], before.known[0]) == (1, 50 / 7, 99 / 7)


def test_a_past_is_fitted_on_what_was_known_then():
    """Every third order of every second customer is left out; on the first days after one it matters most."""
    rows = crowd(24)
    learn = [row[1] % 3 > 0 or int(row[0][1:]) % 2 == 0 for row in rows]
    book = book_of(rows, learn=learn)
    days = book.day[~book.learn]
    for day in (int(days[len(days) // 2]), int(days.max()) - 1, END - 100):
        then, replayed = bookstats.fit(book.until(day), day), bookstats.fit(book, day)
        assert same(then, replayed)
        assert same(bookstats.Refits(book).at(day), bookstats.Refits(book.until(day)).at(day))


def same(one, other):
    if is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return np.array_equal(one, other)


def test_a_book_without_one_says_what_it_said(rows):
    book = book_of(rows)
    assert book.ordered is book.purchases
    assert (book.events.waited_until == NEVER).all()
    assert (book.waited_through(END) == book.known_through[book.events.customer]).all()
