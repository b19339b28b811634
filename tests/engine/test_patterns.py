import json

import pytest

from analytics.engine import bookstats
from analytics.engine.calendar import YEAR, month_index
from analytics.engine.forecast.monthly import months_ahead
from analytics.engine.judge import judge
from analytics.engine.patterns import DETECTORS, best_sellers, focus, items, rhythm, sales
from tests.engine.books import END, book_of, crowd, regular


def answer(detector, rows, **options):
    book = book_of(rows, **options)
    return detector.detect(book.history(0), bookstats.fit(book, END), book.items)


def tags_of(rows):
    return {row["item"]: row["tags"] for row in answer(items, rows)["rows"]}


def test_a_three_week_rhythm_is_found():
    found = answer(rhythm, regular("a", 21, noise=3, count=40))
    assert found["interval"] == pytest.approx(21, abs=2)
    assert 1 <= found["spread"] <= 4
    assert found["orders_12m"] in range(15, 20)
    assert len(found["gaps"]) == len(found["gap_ends"]) == 24


@pytest.mark.parametrize(("count", "needs"), [(0, 3), (1, 2), (2, 1)])
def test_too_few_orders_are_said_to_be_too_few(count, needs):
    rows = regular("a", count=count) if count else [("b", END, "A", 1.0, 1.0)]
    found = answer(rhythm, rows, customers=["a", "b"])
    assert (found["status"], found["needs"], found["orders"]) == ("needs_orders", needs, count)


def test_focus_shares_are_of_everything_he_bought():
    rows = [
        ("a", END - 7 * n, item, 1.0, amount)
        for n in range(10)
        for item, amount in (("A", 80), ("B", 15), ("C", 5))
    ]
    found = answer(focus, rows)
    assert [(row["item"], row["share"]) for row in found["items"]] == [("A", 0.8), ("B", 0.15), ("C", 0.05)]
    assert found["top_share"] == 1
    assert found["effective_items"] == pytest.approx(1 / (0.64 + 0.0225 + 0.0025), abs=0.1)
    assert found["level"] == "concentrated"


def test_returns_are_subtracted_from_figures():
    rows = [("a", END - 30, "A", 10.0, 100.0), ("a", END, "A", -4.0, -40.0)]
    assert answer(focus, rows)["items"][0]["amount"] == 60
    assert answer(sales, rows)["amount_12m"] == 60


def test_lines_without_a_rate_are_counted_not_guessed():
    rows = [("a", END - 30, "A", 10.0, 100.0), ("a", END - 3, "A", 10.0, float("nan"))]
    assert answer(focus, rows)["unknown_amount_lines"] == 1
    assert answer(sales, rows)["amount_12m"] == 100


def two_years(item, before, now):
    return [("a", END - 14 * n, item, 1.0, now if 14 * n < YEAR else before) for n in range(56)]


def test_growth_is_against_the_twelve_months_before():
    rows = two_years("up", 10, 30) + two_years("down", 30, 10) + two_years("flat", 20, 21)
    trends = {row["item"]: row["trend"] for row in answer(best_sellers, rows)["items"]}
    assert trends == {"up": "growing", "down": "shrinking", "flat": "level"}
    assert tags_of(rows)["up"] == ["top", "growing"]
    assert "slipping" in tags_of(rows)["down"]


def test_a_short_history_is_compared_with_nothing():
    assert {row["trend"] for row in answer(best_sellers, regular("a", 14, count=20))["items"]} == {None}


def test_new_quiet_and_steady_items_are_told_apart():
    basis = two_years("basis", 500, 500)
    new = [("a", END - 14 * n, "new", 1.0, 20.0) for n in range(4)]
    quiet = [("a", END - 14 * n, "quiet", 1.0, 20.0) for n in range(12, 50)]
    steady = two_years("steady", 5, 5)
    tags = tags_of(basis + new + quiet + steady)
    assert tags["new"] == ["new"]
    assert tags["quiet"] == ["gone_quiet"]
    assert tags["steady"] == ["steady"]


def test_a_winter_item_is_not_missed_in_summer():
    """Silent since spring, as it was the summer before."""
    winter = [
        ("a", END - 100 - YEAR * year - 14 * n, "wax", 1.0, 20.0) for year in range(3) for n in range(10)
    ]
    assert "gone_quiet" not in tags_of(two_years("basis", 500, 500) + winter)["wax"]


def test_what_was_dropped_long_ago_is_no_longer_listed():
    old = [("a", END - 600 - 14 * n, "old", 1.0, 20.0) for n in range(8)]
    assert "old" not in tags_of(two_years("basis", 500, 500) + old)


def test_months_add_up_to_the_orders():
    rows = regular("a", 21, noise=3, count=20, amount=100.0)
    found = answer(sales, rows)
    assert sum(found["amount"]) == 2000
    assert sum(found["orders_by_month"]) == 20
    assert found["months"][-1] == "2026-06"
    assert sum(sum(row) for row in found["heat"]["amount"]) == 2000


def test_a_level_customer_is_expected_to_stay_level():
    ahead = months_ahead(book_of(regular("a", 10, count=140, amount=100.0)).history(0))
    assert ahead["show_months"]
    assert ahead["totals"]["12"]["point"] == pytest.approx(3650, rel=0.1)
    assert ahead["totals"]["3"]["low"] <= ahead["totals"]["3"]["point"] <= ahead["totals"]["3"]["high"]


def test_the_running_month_is_at_least_what_came_in_it():
    day = END - 5
    rows = [row for row in regular("a", 10, count=140, amount=100.0) if row[1] <= day]
    level = months_ahead(book_of(rows, known_through=day).history(0))
    book = book_of([*rows, ("a", day, "X", 1.0, 5000.0)], known_through=day)
    ahead = months_ahead(book.history(0))
    came = 5000 + sum(row[4] for row in rows if month_index(row[1]) == month_index(day))
    assert (ahead["point"][0], ahead["low"][0]) == (came, came)
    assert ahead["high"][0] >= came
    assert ahead["totals"]["3"]["low"] >= came
    assert ahead["point"][1:] == level["point"][1:]
    assert ahead["low"][1:] == level["low"][1:]


def test_a_silence_longer_than_ever_damps_the_months_ahead():
    rows = regular("a", 10, count=140, amount=100.0)
    book = book_of([row for row in rows if row[1] < END - 60])
    assert months_ahead(book.history(0))["totals"]["12"]["point"] < 1500


def test_a_young_customer_has_no_months_ahead():
    assert months_ahead(book_of(regular("a", 10, count=6)).history(0))["status"] == "needs_months"


def test_silence_counts_only_up_to_the_day_orders_are_known_through():
    rows = regular("a", 21, noise=0, end=END - 90)
    late, unknown = (answer_of(rows, through) for through in (END, END - 90))
    assert late["hit_rate"] == unknown["hit_rate"]
    book = book_of(rows, known_through=END - 90)
    assert book.history(0).silence == 0
    assert book_of(rows).history(0).silence == 90


def answer_of(rows, through):
    return next(forecast for _, _, forecast in judge(book_of(rows, known_through=through)))


def test_every_answer_can_be_stored_as_json_and_says_its_status():
    rows = [*crowd(8), *regular("one", count=1), *regular("two", count=2)]
    book = book_of(rows, customers=[*sorted({row[0] for row in rows}), "none"])
    for _, answers, forecast in judge(book):
        json.dumps([answers, forecast], allow_nan=False)
        assert set(answers) == {detector.NAME for detector in DETECTORS}
        assert all("status" in found for found in answers.values())
        assert forecast["status"] in ("ready", "needs_orders")


def test_the_hit_rate_of_a_regular_customer_is_full_and_of_a_random_one_is_not():
    steady = answer_of(regular("a", 21, noise=2), END)
    wild = answer_of(regular("a", 60, noise=40, seed=3), END)
    assert steady["hit_rate"] == {"right": 14, "of": 14}
    assert wild["hit_rate"]["right"] < 8
