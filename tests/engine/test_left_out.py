"""An order that is left out of learning came all the same: it ends the silence and teaches nothing."""

import numpy as np
import pytest

from analytics.engine import bookstats
from analytics.engine.calendar import iso
from analytics.engine.forecast import rollup
from analytics.engine.forecast.next_order import forecast
from analytics.engine.judge import judge
from tests.engine.books import END, book_of, crowd, regular

TENDER = END - 2


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
    assert book.waited_through[0] == TENDER - 1
    assert (book.waited_through[1:] == book.known_through[1:]).all()


def test_a_book_without_one_says_what_it_said(rows):
    book = book_of(rows)
    assert book.ordered is book.purchases
    assert (book.waited_through == book.known_through).all()
