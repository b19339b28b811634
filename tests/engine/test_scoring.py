"""Metrics against values worked out by hand, and a backtest that looks at nothing later than its origins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine import scoring
from analytics.engine.forecast import next_amount, next_date, next_items
from tests.engine.books import END, book_of, crowd, regular

days = st.floats(0, 200)


def test_gaps_are_judged_up_to_sixty_days():
    assert scoring.capped_error(np.array([10, 50, 90]), np.array([14, 75, np.inf])).tolist() == [4, 10, 0]


def test_an_interval_is_charged_for_its_width_and_ten_days_for_each_it_missed_by():
    low, high, gap = np.array([10, 10, 10]), np.array([20, 20, 20]), np.array([15, 8, 23])
    assert scoring.interval_score(low, high, gap) == pytest.approx([10, 30, 40])
    assert scoring.covered(low, high, gap).tolist() == [True, False, False]


def test_an_interval_that_ends_beyond_the_cap_covers_what_has_not_come():
    assert scoring.covered(np.array([40]), np.array([70]), np.array([np.inf])).all()
    assert not scoring.covered(np.array([40]), np.array([50]), np.array([np.inf])).any()


@given(days, days, days)
def test_a_missed_interval_never_scores_better_than_its_width(one, other, gap):
    low, high = sorted((one, other))
    width = min(high, scoring.CAP) - min(low, scoring.CAP)
    assert scoring.interval_score(low, high, gap) >= width - 1e-9


def test_probabilities_and_amounts():
    assert scoring.brier(np.array([0.5, 1.0]), np.array([True, False])) == pytest.approx([0.25, 0.9801])
    assert scoring.wape([90, 30], np.array([100, 20])) == pytest.approx(20 / 120)


def test_items_in_the_right_order_score_higher():
    assert scoring.ndcg(["A", "B", "x"], {"A", "B"}) == 1
    assert scoring.ndcg(["x", "A", "B"], {"A", "B"}) < 1
    assert scoring.ndcg(["x", "y"], {"A"}) == 0
    assert scoring.f1(["A", "x"], {"A", "B", "C"}) == pytest.approx(0.4)


@pytest.mark.slow
def test_every_registered_method_is_compared():
    found = scoring.compare(book_of(crowd(20)), since=END - 400)
    for kind, methods in (
        ("gaps", next_date.GAPS),
        ("curves", next_date.CURVES),
        ("amounts", next_amount.AMOUNTS),
        ("items", next_items.ITEMS),
    ):
        assert found[kind].keys() >= methods.keys()
        assert all(score["origins"] >= 30 for score in found[kind].values())


def test_a_customer_who_repeats_himself_is_called_without_error():
    found = scoring.compare(book_of(regular("a", 21, count=30, items=("A", "B"))))
    assert found["gaps"]["ewma_gap"]["rmae60"] == pytest.approx(0, abs=1e-9)
    assert found["curves"]["mixture"]["coverage"] == 1
    assert found["amounts"]["median"]["wape"] == pytest.approx(0, abs=1e-9)
    assert found["items"]["recency_popularity"]["ndcg10"] == 1


def test_a_book_without_origins_is_compared_on_nothing():
    assert scoring.compare(book_of(regular("a", count=3))) == {}


def test_gaps_are_judged_only_where_sixty_days_after_them_are_known():
    book = book_of(crowd(10))
    dates, _ = scoring.origins(book, since=END - 200)
    anchors = [origin.history.known_through for origin in dates]
    assert min(anchors) >= END - 200
    assert max(anchors) <= END - scoring.CAP


def test_an_origin_knows_nothing_of_what_followed():
    book = book_of(crowd(10))
    for group in scoring.origins(book):
        for origin in group:
            anchor = origin.history.known_through
            assert origin.history.day.max() <= anchor
            assert origin.stats.through < anchor
