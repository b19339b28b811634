"""The hazard model against books whose true hazards are planted."""

import numpy as np
import pytest

from analytics.engine import bookstats
from analytics.engine.calendar import weekday
from analytics.engine.forecast import hazard, next_date, states
from analytics.engine.forecast.hazard import PRIORS
from tests.engine.books import END, book_of, crowd, regular


def memoryless(count=60, seed=3, open_on=range(7)):
    """Customers who order on each open day with a probability of their own, whatever the silence; and those."""
    random = np.random.default_rng(seed)
    chances = random.uniform(0.03, 0.12, count)
    days = np.arange(END - 300, END + 1)
    days = days[np.isin(weekday(days), open_on)]
    rows = [
        (f"c{number:02d}", int(day), "A", 1.0, 10.0)
        for number, chance in enumerate(chances)
        for day in days[random.random(len(days)) < chance]
    ]
    return rows, chances


@pytest.mark.parametrize("prior", PRIORS)
def test_a_memoryless_book_is_recovered_whatever_the_prior_says(prior):
    rows, chances = memoryless()
    stats = bookstats.fit_dates(book_of(rows), END, prior)
    book = book_of(rows)
    t = np.array([7, 14, 30, 60])
    curves = np.array([next_date.hazard_curve(book.history(c), stats)[t] for c in range(60)])
    truth = (1 - chances[:, None]) ** t
    assert stats.hazard.events > 900
    assert np.abs((curves - truth).mean(axis=0)).max() < 0.04
    assert np.abs(curves - truth).mean() < 0.08


def test_block_by_block_says_what_all_at_once_says(monkeypatch):
    events = book_of(crowd(20)).events
    columns = (events.customer, events.day, events.amount, events.size)
    shares, rows = np.full(7, 1 / 7), np.arange(0, 60, 3)
    whole = states.states(*columns)
    whole_x = hazard.features(whole, rows, rows + 1, shares, 21.0, "all")
    monkeypatch.setattr(states, "BLOCK", 7)
    monkeypatch.setattr(hazard, "BLOCK", 6)
    parts = states.states(*columns)
    for name in ("row", "gaps", "mean", "ewma", "longest", "recent", "weekdays"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name), equal_nan=True)
    assert np.array_equal(whole_x, hazard.features(parts, rows, rows + 1, shares, 21.0, "all"))


def test_own_gaps_near_a_day_and_those_that_lasted_so_long():
    days = END + np.cumsum([0, 20, 10, 12, 9])
    state = states.states(np.zeros(5, int), days, np.ones(5), np.ones(5), [4])
    # 20 days: 17 to 23; 11 days: 9 to 13; 2 days: 1 to 3.
    near, at_risk, width = hazard._own_gaps(state, np.zeros(3, int), np.array([20, 11, 2]))
    assert near.tolist() == [1, 3, 0]
    assert at_risk.tolist() == [1, 4, 4]
    assert width.tolist() == [7, 5, 3]


def test_a_rhythm_is_recovered_and_the_silence_before_it():
    book = book_of([row for n in range(40) for row in regular(f"c{n:02d}", 28, 2, 14, END - n, seed=n)])
    stats = bookstats.fit_dates(book, END, "all")
    curve = next_date.hazard_curve(book.history(5), stats)
    assert curve[21] > 0.9
    assert curve[35] < 0.15


def test_days_on_which_nobody_ever_orders_teach_nothing_and_hold_nothing():
    rows, chances = memoryless(open_on=range(5))
    book = book_of(rows)
    stats = bookstats.fit_dates(book, END, "all")
    state = states.of(book.history(0))
    h = hazard.daily(stats.hazard, state, stats.weekday_shares, stats.median_gap, 140)[0]
    on = weekday(int(state.day[0]) + np.arange(1, 141))
    assert h[on >= 5].max() == 0
    everyone = [
        hazard.daily(
            stats.hazard, states.of(book.history(c)), stats.weekday_shares, stats.median_gap, 28
        ).sum()
        for c in range(60)
    ]
    assert np.mean(everyone) == pytest.approx(20 * chances.mean(), rel=0.15)


def test_fewer_than_fifteen_finished_gaps_make_no_model():
    stats = bookstats.fit(book_of(regular("a", count=12)), END)
    assert stats.hazard is None
    history = book_of(regular("a", count=12)).history(0)
    assert np.array_equal(next_date.combined_curve(history, stats), next_date.mixture_curve(history, stats))
    assert stats.point == "ewma_gap"


def test_the_fit_looks_at_nothing_later():
    book = book_of(crowd(12))
    day = END - 90
    one, other = bookstats.fit(book, day), bookstats.fit(book.until(day), day)
    assert np.array_equal(one.hazard.weights, other.hazard.weights)
    assert (one.curve_slope, one.point, one.point_calls) == (
        other.curve_slope,
        other.point,
        other.point_calls,
    )


def test_a_sample_of_the_quiet_days_stands_for_all(monkeypatch):
    book = book_of(crowd(20))
    whole = bookstats.fit_dates(book, END, "all")
    monkeypatch.setattr(hazard, "MAX_ROWS", 4000)
    sampled = bookstats.fit_dates(book, END, "all")
    curves = [next_date.hazard_curve(book.history(3), stats) for stats in (whole, sampled)]
    assert np.abs(curves[0] - curves[1]).max() < 0.06


def test_states_say_what_the_history_says():
    rows = [*regular("a", 20, noise=6, count=9, seed=2), *regular("b", 9, count=3, amount=50.0)]
    book = book_of(rows)
    events = book.events
    found = states.states(events.customer, events.day, events.amount, events.size)
    assert len(found) == 8 + 2
    history = book.history(0)
    last = states.of(history)
    assert last.n.tolist() == [9]
    assert last.gaps[0].tolist() == history.gaps[::-1].tolist()
    assert last.ewma[0] == pytest.approx(next_date.ewma_gap(history))
    assert last.median[0] == np.median(history.gaps)
    assert last.recent[0] == (history.days > history.days[-1] - 90).sum()
    assert last.amount_ratio[0] == pytest.approx(0)
    for name in ("mean", "median", "ewma", "cv", "longest", "recent"):
        assert getattr(found, name)[7] == pytest.approx(getattr(last, name)[0])
