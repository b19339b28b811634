"""Closures and public holidays move what is due."""

import numpy as np
import pytest

from analytics.engine import bookstats
from analytics.engine.calendar import iso
from analytics.engine.forecast import days_off, next_date
from analytics.engine.forecast.next_order import forecast
from analytics.engine.orderbook import OrderBook
from tests.engine.books import END, book_of, crowd, regular


def with_days_off(rows, closed=(), holidays=()):
    book = book_of(rows)
    count = len(book.customers)
    return OrderBook.from_columns(
        customers=book.customers, known_through=book.known_through, customer=book.customer, day=book.day,
        item=book.items[book.item], quantity=book.quantity, amount=book.amount,
        closed=[np.array(closed, np.int32)] * count, holidays=[np.array(holidays, np.int32)] * count,
    )  # fmt: skip


def test_a_told_closure_moves_the_call_behind_it_and_is_among_the_reasons():
    rows = [*regular("a", 21, noise=1), *crowd(12)]
    away = np.arange(END + 18, END + 29)
    open_book, closed_book = with_days_off(rows), with_days_off(rows, closed=away)
    stats = bookstats.fit(open_book, END)
    as_usual, moved = (forecast(book.history(0), stats, book.items) for book in (open_book, closed_book))
    curve = np.array(moved["curve"])
    assert curve[28] == pytest.approx(curve[17], abs=1e-3)
    assert next_date.outlook(as_usual["curve"], as_usual["point_gap"], 0).point == pytest.approx(21, abs=1)
    assert next_date.outlook(curve, moved["point_gap"], 0).point >= 29
    assert {"code": "closed", "from": iso(END + 18), "to": iso(END + 28)} in moved["reasons"]
    assert not [reason for reason in as_usual["reasons"] if reason["code"] in ("closed", "without")]
    usual = next_date.outlook(as_usual["curve"], as_usual["point_gap"], 0)
    assert moved["reasons"][-1] == {
        "code": "without", "from": iso(END + usual.low), "to": iso(END + usual.high),
    }  # fmt: skip


def test_days_off_that_leave_the_window_where_it_is_are_no_reason_for_it():
    rows = [*regular("a", 21, noise=1), *crowd(12)]
    book = with_days_off(rows, holidays=[END + 2])
    said = forecast(book.history(0), bookstats.fit(book, END), book.items)
    assert "without" not in [reason["code"] for reason in said["reasons"]]


def test_a_book_that_never_orders_on_holidays_expects_nearly_nothing_on_them():
    holidays = np.arange(END - 700, END + 700, 9)
    rows = crowd(40)
    kept = with_days_off([row for row in rows if row[1] not in set(holidays.tolist())], holidays=holidays)
    ignored = with_days_off(rows, holidays=holidays)
    assert bookstats.fit_dates(kept, END, "all").holiday_factor < 0.1
    assert bookstats.fit_dates(ignored, END, "all").holiday_factor > 0.8
    assert bookstats.fit_dates(with_days_off(rows), END, "all").holiday_factor == days_off.USUAL


def test_days_on_end_are_one_span():
    days = np.array([5, 6, 7, 12, 20], np.int32)
    assert days_off.spans(days, 6, 15) == [(6, 7), (12, 12)]
    assert days_off.spans(days, 30, 40) == []
