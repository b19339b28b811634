"""What one customer adds to totals: planted rhythms must come out as numbers of orders, money and quantities."""

import datetime as dt

import numpy as np
import pytest

from analytics.engine import bookstats, judge
from analytics.engine.calendar import epoch_day
from analytics.engine.forecast import next_date, rollup
from tests.engine.books import END, book_of, crowd, regular


def step(gap):
    """A survival curve of somebody who orders every `gap` days to the day."""
    return (np.arange(next_date.HORIZON + 1) < gap).astype(float)


def test_every_ten_days_is_three_orders_in_thirty():
    assert rollup.orders_ahead(step(10), 0)[:30].sum() == pytest.approx(3)
    assert rollup.orders_ahead(step(10), 4)[:30].sum() == pytest.approx(3)
    assert np.flatnonzero(rollup.orders_ahead(step(10), 4, 30)).tolist() == [5, 15, 25]


def test_a_memoryless_customer_sends_as_many_in_any_thirty_days():
    curve = 0.9 ** np.arange(next_date.HORIZON + 1)
    for silence in (0, 25):
        days = rollup.orders_ahead(curve, silence)
        assert days == pytest.approx(0.1)


def test_a_silence_that_was_impossible_is_no_error():
    assert 0 < rollup.orders_ahead(step(10), 400)[:30].sum() < 6


def judged(rows, **options):
    book = book_of(rows, **options)
    ((_, _, forecast),) = judge.judge(book, [0])
    return forecast


def test_a_customer_of_every_ten_days_and_a_hundred():
    """Five days ago the last time: three more fall into the next thirty days, whatever the others in the book do."""
    ahead = judged(regular("A", gap=10, amount=100, end=END - 5) + crowd())["ahead"]
    assert sum(ahead["days"][:30]) / rollup.UNIT == pytest.approx(3, abs=0.2)
    assert sum(ahead["days"][:90]) / rollup.UNIT == pytest.approx(9, abs=0.6)
    assert (ahead["amount"], ahead["spread"]) == (100, 0)
    assert len(ahead["days"]) == rollup.HORIZON


def test_totals_are_made_of_means_where_a_median_would_understate():
    rows = regular("A", gap=20, count=24, amount=100)
    rows = [(*row[:4], 1000.0 if n % 4 == 0 else 100.0) for n, row in enumerate(rows)]
    forecast = judged(rows)
    assert forecast["ahead"]["amount"] == pytest.approx(325, rel=0.2)
    assert forecast["amount"]["point"] < 200


def test_too_few_orders_add_nothing():
    forecast = judged(regular("A", count=2))
    assert forecast["ahead"] is None
    assert forecast["ahead_items"]["item"] == ["A"]


def test_what_the_rule_said_of_months_that_are_over_and_what_came():
    back = judged(regular("A", gap=10, count=60, amount=100) + crowd())["ahead"]["back"]
    assert back["until"] == "2026-06"
    assert sum(back["came"]) == 1800 + 100 * (sum(back["came_orders"]) - 18)
    assert sum(back["amount"]) / sum(back["came"]) == pytest.approx(1, abs=0.15)
    assert sum(back["new"]) == 0


def test_what_came_of_a_customer_too_new_to_be_called_is_told_apart():
    start = epoch_day(dt.date(2026, 4, 1))
    rows = [("A", start + 10 * n, "X", 1.0, 50.0) for n in range(9)]  # April, May and June
    back = judged(rows, known_through=END)["ahead"]["back"]
    assert back["came"][-3:] == [150, 200, 100]
    assert back["new"] == [0, 0, 0, 150, 0, 0]
    assert back["amount"][3] == 0 < back["amount"][4]


def test_who_fell_silent_is_expected_no_more_and_the_eve_knows_it():
    rows = regular("A", gap=10, count=20, end=END - 400) + regular("B", count=30)
    back = judged(rows, known_through=END)["ahead"]["back"]
    assert back["amount"] == [0] * 6


def mixture_curves(histories, _rows, stats):
    return [next_date.mixture_curve(history, stats) for history in histories]


def test_the_backtest_looks_at_nothing_that_came_later():
    stats = bookstats.fit(book_of(regular("B", gap=15, count=40)), END)
    said = []
    for tail in (100.0, 900.0):
        rows = regular("A", gap=15, count=30)
        rows = [(*row[:4], tail if row[1] > END - 29 else row[4]) for row in rows]
        history = book_of(rows).history(0)
        said.append(rollup.backtest(history, stats, mixture_curves)["amount"])
    assert said[0][:6] == said[1][:6]


def test_each_eve_is_called_as_if_that_were_the_end_of_the_book():
    book = book_of(crowd() + regular("A", gap=13, count=40))
    stats = bookstats.fit(book, END)
    assert stats.hazard
    eves = []

    def checked(histories, rows, stats):
        found = next_date.calibrated_curves(histories, rows, stats)
        for history, curve in zip(histories, found, strict=True):
            assert curve == pytest.approx(next_date.calibrated_curve(history, stats))
        eves.extend(history.n for history in histories)
        return found

    rollup.backtest(book.history(list(book.customers).index("A")), stats, checked)
    assert len(set(eves)) >= 6


def test_items_carry_mean_quantities_their_spread_and_their_share():
    rows = regular("A", gap=20, count=30, items=("X", "Y"), amount=75)
    rows = [
        (*row[:3], 10.0 if n % 4 < 2 else 30.0, row[4] / 3 if row[2] == "Y" else row[4])
        for n, row in enumerate(rows)
    ]
    items = judged(rows)["ahead_items"]
    x = items["item"].index("X")
    assert items["p"][x] == 1
    assert items["mean"][x] == pytest.approx(20, abs=1.5)
    assert items["var"][x] == pytest.approx(100, rel=0.6)
    assert items["share"][x] == pytest.approx(0.75, abs=0.01)


def test_an_item_of_every_third_order_is_expected_a_third_as_often():
    rows = regular("A", gap=20, count=24, items=("X",)) + [
        (*row[:2], "Z", 6.0, 5.0) for n, row in enumerate(regular("A", gap=20, count=24)) if n % 3 == 1
    ]
    items = judged(rows)["ahead_items"]
    z = items["item"].index("Z")
    assert items["p"][z] == pytest.approx(1 / 3, abs=0.03)
    assert items["mean"][z] == 6


def test_months_that_are_said_singly_and_those_that_share_the_rest():
    months = {
        "status": "ready", "months": ["2026-07"], "point": [10.0] * 6,
        "totals": {n: {"point": 10.0 * int(n), "low": 5.0 * int(n), "high": 20.0 * int(n)} for n in ("3", "6", "12")},
    }  # fmt: skip
    year = rollup.year(months | {"point": [40.0, *[4.0] * 5]})
    assert year["first"] == "2026-07"
    assert year["point"] == [40, 4, 4, 4, 4, 4, *[10] * 6]
    assert year["down"] == [15, 30, 60]
    assert year["up"] == [30, 60, 120]
    assert rollup.year({"status": "needs_months", "needs": 2}) is None
