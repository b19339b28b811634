import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine import bookstats
from analytics.engine.calendar import weekday
from analytics.engine.forecast import next_date, states
from tests.engine.books import END, book_of, crowd, regular


@pytest.fixture(scope="module")
def stats():
    return bookstats.fit(book_of(crowd()), END)


def history_of(rows, **options):
    return book_of(rows, **options).history(0)


def test_a_regular_customer_is_called_on_the_day(stats):
    history = history_of(regular("a", 21, noise=0))
    window = next_date.outlook(next_date.mixture_curve(history, stats), next_date.ewma_gap(history), 0)
    assert window.point == pytest.approx(21, abs=0.5)
    assert window.window_from <= 21 <= window.window_to
    assert window.confidence > 0.8


def test_a_clock_is_called_by_his_clock_and_whoever_varies_by_his_curve():
    """In a book whose curves fall early a clock of 45 days stays one of 45; with gaps of 20 to 70 the curve decides."""
    clock = states.of(history_of(regular("a", 45, noise=0)))
    varied = states.of(history_of([("a", END - day, "A", 1.0, 10.0) for day in (0, 20, 90, 112, 180, 205)]))
    early = np.exp(-next_date.DAYS / 40)[None]
    assert next_date.points(clock, early)["median_of_curve"][0] < 30
    assert next_date.points(clock, early)["blend"][0] == 45
    points = next_date.points(varied, early)
    assert points["blend"][0] == points["median_of_curve"][0]


def test_one_odd_gap_does_not_move_a_clock(stats):
    """Thirty gaps of 21 days or one more, and one of 28 just now: a mean that forgets would be moved by it."""
    days = END - np.cumsum([0, 28, *([21, 22] * 15)])
    history = history_of([("a", int(day), "A", 1.0, 10.0) for day in days])
    curve = next_date.mixture_curve(history, stats)
    assert next_date.ewma_gap(history) > 23
    assert next_date.called_point(history, curve, "blend") == pytest.approx(22, abs=0.5)


@pytest.mark.parametrize("method", next_date.GAPS.values(), ids=next_date.GAPS)
def test_each_simple_rule_recovers_the_gap(method):
    assert method(history_of(regular("a", 21, noise=2, seed=4))) == pytest.approx(21, abs=4)


def test_eight_in_ten_orders_fall_into_the_windows(stats):
    inside = total = 0
    for seed in range(60):
        history = history_of(regular("a", 14 + seed % 30, noise=3 + seed % 5, count=26, seed=seed))
        for n in range(12, 25):
            known = history.until(int(history.days[n]))
            window = next_date.outlook(next_date.mixture_curve(known, stats), next_date.ewma_gap(known), 0)
            inside += window.low <= history.days[n + 1] - history.days[n] <= window.high
            total += 1
    assert 0.75 <= inside / total <= 0.97


@pytest.mark.slow
def test_a_book_without_weekend_orders_expects_none():
    monday_to_friday = [row for row in crowd(60) if weekday(row[1]) < 5]
    stats = bookstats.fit(book_of(monday_to_friday), END)
    history = book_of(monday_to_friday).history(0)
    curve = next_date.mixture_curve(history, stats)
    hazard = 1 - curve[1:] / curve[:-1]
    weekend = weekday(int(history.days[-1]) + np.arange(1, len(curve))) >= 5
    assert hazard[weekend].max() == 0
    assert hazard[~weekend].max() > 0
    for gap in range(5, 40):
        point = next_date.outlook(curve, float(gap), 0).point
        assert weekday(int(history.days[-1]) + round(point)) < 5


@pytest.mark.parametrize("weekend", [0.0, 0.003])
@pytest.mark.parametrize(("called", "moved"), [(18, 18), (20, 22), (21, 22)])
def test_nobody_is_called_for_a_day_off_on_which_an_order_came_once(weekend, called, moved):
    """Days 20 and 21, 27 and 28 ... are weekends: an order there is rare or has never been."""
    days = np.arange(1, next_date.HORIZON + 1)
    hazard = np.where(np.isin(days % 7, (6, 0)), weekend, 0.06)
    curve = np.concatenate(([1.0], np.cumprod(1 - hazard)))
    assert next_date.outlook(curve, called, 0).point == moved


def test_a_long_silence_makes_it_unsure_not_certain_of_tomorrow(stats):
    history = history_of(regular("a", 21, noise=1))
    curve = next_date.mixture_curve(history, stats)
    late = next_date.outlook(curve, 21, 70)
    assert late.confidence < 0.5
    assert late.high - late.low > 30
    assert late.point >= 70


def test_overdue_begins_when_the_window_has_ended(stats):
    curve = next_date.mixture_curve(history_of(regular("a", 21, noise=3)), stats)
    assert 22 <= next_date.overdue_after(curve) <= 40


def test_an_outlook_beyond_the_horizon_says_so(stats):
    history = history_of(regular("a", 900, noise=0, count=4))
    assert next_date.outlook(next_date.mixture_curve(history, stats), 900, 0).beyond_horizon


gaps = st.lists(st.integers(1, 200), min_size=2, max_size=30)


@settings(max_examples=60)
@given(gaps, st.integers(0, 400))
def test_curves_fall_and_intervals_hold_their_point(stats, own, silence):
    days = END - np.cumsum([0, *own])
    history = history_of([("a", int(day), "A", 1.0, 10.0) for day in days])
    for method in next_date.CURVES.values():
        curve = method(history, stats)
        assert curve[0] == pytest.approx(1, abs=0.01) or method is next_date.own_curve
        assert np.all(np.diff(curve) <= 1e-9)
        assert curve.min() >= 0
    window = next_date.outlook(next_date.mixture_curve(history, stats), next_date.ewma_gap(history), silence)
    assert window.low <= window.point <= window.high
    assert min(silence, next_date.HORIZON) <= window.low
    assert 0 <= window.confidence <= 1
    assert 0 <= window.p30 <= 1


def test_silence_of_others_counts_only_up_to_the_day_their_orders_are_known_through():
    """A second source that was read months ago does not make everybody look as if he had stopped."""
    fresh = [row for n in range(12) for row in regular(f"a{n:02d}", 21, 4, 25, END - n, seed=n)]
    stale = [row for n in range(12) for row in regular(f"b{n:02d}", 21, 4, 25, END - 200 - n, seed=40 + n)]
    names = sorted({row[0] for row in fresh + stale})
    known = [END if name.startswith("a") else END - 200 for name in names]
    as_read, as_if_complete = (
        bookstats.fit(book_of(fresh + stale, names, through), END).shape for through in (known, END)
    )
    shifted = [(*row[:1], row[1] + 200, *row[2:]) if row[0].startswith("b") else row for row in fresh + stale]
    all_fresh = bookstats.fit(book_of(shifted, names), END).shape
    assert np.allclose(as_read, all_fresh)
    assert as_if_complete[60] > as_read[60]
