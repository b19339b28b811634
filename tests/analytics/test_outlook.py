from datetime import date, timedelta

import pytest

from analytics.engine import bookstats
from analytics.engine.forecast.next_order import forecast
from analytics.outlook import as_of
from tests.engine.books import END, book_of, crowd, regular

LAST = date(2026, 6, 30)


@pytest.fixture(scope="module")
def stored():
    """curve, point_gap and the overdue day of a customer who orders every three weeks, as refresh stores them."""
    book = book_of([*regular("a", 21, noise=2), *crowd()])
    answer = forecast(book.history(0), bookstats.fit(book, END), book.items)
    return answer["curve"], answer["point_gap"], LAST + timedelta(days=answer["overdue_after"])


def seen(stored, days):
    return as_of(*stored, LAST, LAST + timedelta(days=days))


def test_states_follow_the_silence(stored):
    states = [seen(stored, days).state for days in (0, 10, 21, 60)]
    assert states == ["waiting", "waiting", "due", "overdue"]


def test_overdue_days_count_from_the_end_of_the_window(stored):
    overdue_after_on = stored[2]
    assert seen(stored, (overdue_after_on - LAST).days).overdue_days == 0
    assert seen(stored, (overdue_after_on - LAST).days + 5).overdue_days == 5


def test_the_expected_day_is_never_behind_the_day_orders_are_known_through(stored):
    for days in range(0, 120, 7):
        found = seen(stored, days)
        assert found.as_of < found.low_on <= found.expected_on <= found.high_on
        assert found.days_away(found.as_of) >= 1


def test_too_few_orders_have_no_window():
    found = as_of(None, None, None, LAST, LAST + timedelta(days=9), needs_orders=2)
    assert (found.state, found.needs_orders, found.silence_days, found.expected_on) == (
        "not_enough",
        2,
        9,
        None,
    )
    assert as_of(None, None, None, None, LAST).state == "not_enough"
