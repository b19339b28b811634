"""An order that is left out of learning came all the same: it ends the silence and teaches nothing."""

from dataclasses import fields, is_dataclass, replace
from itertools import pairwise

import numpy as np
import pytest

from analytics.engine import bookstats
from analytics.engine.calendar import iso
from analytics.engine.forecast import alive, next_date, rollup, states
from analytics.engine.forecast.next_order import forecast
from analytics.engine.judge import judge
from analytics.engine.orderbook import NEVER
from analytics.engine.patterns import rhythm
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


@pytest.mark.slow
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


# The own rhythm ------------------------------------------------------------------------------------------------------


def without(rows, day):
    """A book in which customer a's orders of a day are left out of learning."""
    return book_of(rows, learn=[not (row[0] == "a" and row[1] == day) for row in rows])


@pytest.fixture(scope="module")
def monthly_clock():
    """Twenty gaps of 30 days, and others; what is fitted on all of them."""
    rows = [*regular("a", 30, count=21), *crowd(24)]
    return rows, bookstats.fit(book_of(rows), END)


@pytest.mark.parametrize("back", [1, 2, 10, 19])
def test_the_gap_across_one_that_is_left_out_is_none_of_his(monthly_clock, back):
    rows, stats = monthly_clock
    whole, left_out = book_of(rows), without(rows, END - 30 * back)
    history = left_out.history(0)
    assert (history.n, history.gaps.tolist()) == (20, [30.0] * 18)
    state = states.of(history)
    assert (state.known[0], state.gaps[0, :18].tolist()) == (18, [30.0] * 18)
    assert [state.mean[0], state.median[0], state.ewma[0], state.longest[0]] == pytest.approx([30] * 4)
    assert (state.last[0], state.cv[0]) == (30, 0)
    for rule in next_date.GAPS.values():
        assert rule(history) == pytest.approx(30)
    answer, told = (forecast(book.history(0), stats, book.items) for book in (whole, left_out))
    assert told["point_gap"] == answer["point_gap"] == 30
    high = [next_date.outlook(one["curve"], one["point_gap"], 0).high for one in (answer, told)]
    assert high[1] <= high[0] + 1, "no wider for the sixty days that were none"
    assert told["reasons"][0] == {"code": "rhythm", "interval": 30, "close": 14, "of": 14, "within": 6}
    assert told["hit_rate"]["right"] == told["hit_rate"]["of"] == 14
    found = rhythm.detect(history, stats, left_out.items)
    assert (found["interval"], found["mean_interval"], found["spread"], found["of"]) == (30, 30, 0, 18)
    assert len(found["gap_ends"]) == len(found["gaps"]) == 18
    assert iso(END - 30 * (back - 1)) not in found["gap_ends"]


def test_the_books_own_part_of_it_is_fitted_on_no_such_gap(monthly_clock):
    """Were it one of 60 days, the customer's own states would say so to the hazard model and to the shape of all."""
    rows, _ = monthly_clock
    book = without(rows, END - 30 * 5)
    mine = book.events.customer == 0
    assert book.events.whole[mine].sum() == book.events.rhythm_number[mine].max() - 1 == 18
    columns = (book.events.customer, book.events.day, book.events.amount, book.events.size)
    found = states.states(*columns, whole=book.events.whole)
    assert set(found.longest[found.customer == 0]) == {30}


def test_history_and_book_read_the_same_gaps():
    """Orders of every other customer left out at random, several in a row, the first, the last, and on days with others."""
    rows, luck = crowd(20), np.random.default_rng(3)
    learn = [int(row[0][1:]) % 2 == 0 or luck.random() > 0.4 for row in rows]
    book = book_of(rows, learn=learn)
    columns = (book.events.customer, book.events.day, book.events.amount, book.events.size)
    found = states.states(*columns, whole=book.events.whole)
    for place in range(len(book.customers)):
        history = book.history(place)
        mine = np.flatnonzero(found.customer == place)
        assert np.array_equal(history.gaps_until[history.gaps_until > 0], found.known[mine])
        last = states.of(history)
        assert np.array_equal(last.gaps[0], found.gaps[mine[-1], : last.gaps.shape[1]])
        assert last.gaps[0].tolist() == history.gaps[::-1][:60].tolist()
        days = [int(day) for day in history.order_days]
        learned = set(history.days.tolist())
        by_hand = [b - a for a, b in pairwise(days) if {a, b} <= learned]
        assert history.gaps.tolist() == by_hand


def test_under_two_whole_gaps_there_is_not_enough_data():
    """Of four orders one in the middle is left out: a single gap is left, and one more order gives a second."""
    rows = [*regular("a", 30, count=4), *crowd(24)]
    book = without(rows, END - 60)
    stats = bookstats.fit(book, END)
    (_, answers, told), *_ = judge(book, [0], stats)
    assert (told["status"], told["needs"], told["orders"]) == ("needs_orders", 1, 3)
    assert (answers["rhythm"]["status"], answers["rhythm"]["needs"]) == ("needs_orders", 1)
    assert told["amount"] is not None
    both = book_of(rows, learn=[not (row[0] == "a" and row[1] in (END - 30, END - 60)) for row in rows])
    (_, _, told), *_ = judge(both, [0], stats)
    assert (told["status"], told["needs"]) == ("needs_orders", 2)
    more = without([*regular("a", 30, count=5), *crowd(24)], END - 90)
    (_, _, told), *_ = judge(more, [0], stats)
    assert (told["status"], told["point_gap"]) == ("ready", 30)


def test_a_silence_is_called_long_by_the_gaps_that_were(monthly_clock):
    """After 55 days of silence a customer of 30 days is late, though an order was once left out."""
    rows, stats = monthly_clock
    book = without(rows, END - 30 * 5)
    late = replace(book.history(0), known_through=END + 55)
    answer = forecast(late, stats, book.items)
    assert answer["overdue_after"] < 55
