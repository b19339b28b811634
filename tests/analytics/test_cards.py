from datetime import date

import pytest
import time_machine

from analytics.cards import _strip, spark, tiles
from analytics.outlook import AsOf

SALES = {
    "status": "ready", "amount_12m": 900.0, "amount_prev_12m": None, "amount": [900.0], "median_amount_12m": 900.0,
    "lines_per_order_12m": 3.0, "order_amounts": [900.0], "order_sizes": [3],
}  # fmt: skip
RHYTHM = {"status": "ready", "interval": 21.0, "spread": 1.0, "orders_12m": 17, "gaps": [21, 20, 22]}


def test_a_rhythm_not_known_yet_is_a_short_figure_and_a_long_note():
    rhythm = tiles(
        {"sales": SALES, "rhythm": {"status": "needs_orders", "needs": 2}}, "EUR", {"year": "/orders/"}
    )[1]
    assert (rhythm.value, rhythm.note, rhythm.url) == ("–", "not enough data: needs 2 more orders", "")


def test_one_day_is_no_days():
    rhythm = tiles({"sales": SALES, "rhythm": RHYTHM}, "EUR", {"year": "/orders/"})[1]
    assert (rhythm.value, rhythm.change) == ("21 days", "± 1 day")


@pytest.mark.parametrize(
    ("before", "said", "up"),
    [
        (750.0, "+20 %", True), (1000.0, "−10 %", False), (901.0, "±0 %", None), (900.0, "±0 %", None),
        (45.0, "20 times as much", True), (0.0, "", None), (None, "", None),
    ],
)  # fmt: skip
def test_how_the_year_went(before, said, up):
    year = tiles({"sales": SALES | {"amount_prev_12m": before}}, "EUR", {"year": "/orders/"})[0]
    assert (year.change, year.up) == (said, up)


def strip(known, low, best, high, last=date(2026, 11, 16)):
    seen = AsOf(known, "waiting", expected_on=best, low_on=low, high_on=high)
    return [mark["text"] for mark in _strip(last, seen)["marks"]]


@time_machine.travel("2026-11-24 09:00Z")
def test_the_strip_says_its_days_where_they_have_room():
    far = strip(date(2026, 11, 23), date(2026, 12, 1), date(2026, 12, 9), date(2026, 12, 17))
    assert far == ["16 Nov", "9 Dec", "20 Dec", "23 Nov"]
    near = strip(date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 18), date(2026, 12, 17))
    assert near == ["16 Nov", "20 Dec"]


def test_a_line_needs_three_values_and_survives_equal_ones():
    assert spark([1, 2]) is None
    assert "nan" not in spark([5, 5, 5]).line
