"""Calibration against planted errors: curves that are too wide, points that are off."""

import numpy as np
import pytest

from analytics.engine.forecast import calibration
from analytics.engine.forecast.calibration import Calls, Judged, judged, slope, stretched
from analytics.engine.orderbook import NEVER

DAYS = np.arange(366)


def weibull(scale, shape=1.6):
    return np.exp(-((DAYS / np.asarray(scale)[:, None]) ** shape))


def calls(count, true_slope, silence=365, seed=5):
    """Gaps drawn from curves of which the stated ones are a stretching by 1 / true_slope."""
    random = np.random.default_rng(seed)
    true = weibull(random.uniform(10, 60, count))
    gap = calibration.first_day(true - random.random(count)[:, None], 0).astype(float)
    known = np.full(count, silence) if np.isscalar(silence) else random.integers(*silence, count)
    stated = np.stack([stretched(curve, 1 / true_slope) for curve in true])
    return Judged(stated, {}, known, np.where(gap <= known, gap, np.inf))


@pytest.mark.parametrize("planted", [0.7, 1.0, 1.5])
@pytest.mark.parametrize("silence", [365, (0, 60)], ids=["all gaps closed", "many still open"])
def test_a_planted_width_is_recovered(planted, silence):
    assert slope(calls(4000, planted, silence)) == pytest.approx(planted, abs=0.13)


def test_few_calls_leave_the_curves_nearly_as_they_are():
    assert slope(None) == 1
    assert slope(calls(15, 1.5)) == pytest.approx(1, abs=0.15)


def test_stretching_keeps_medians_and_makes_wide_curves_narrower():
    curve = weibull([40.0])[0]
    narrow = stretched(curve, 1.5)
    assert narrow[0] == 1
    assert np.all(np.diff(narrow) <= 0)
    assert calibration.first_day(narrow[None], 0.5) == calibration.first_day(curve[None], 0.5)
    assert calibration.first_day(narrow[None], 0.1) < calibration.first_day(curve[None], 0.1)


def test_the_rule_that_erred_least_is_taken_and_only_when_it_is_clear():
    random = np.random.default_rng(2)
    gap = random.integers(5, 50, 200).astype(float)
    points = {"ewma_gap": gap + 2, "blend": gap + 9, "median_of_curve": gap + random.normal(0, 9, 200)}
    known = np.full(200, 100)
    assert calibration.best_point(Judged(np.zeros((200, 2)), points, known, gap)) == ("ewma_gap", 200)
    alike = {name: gap + random.normal(0, 9, 200) for name in points} | {"blend": gap + 1}
    assert calibration.best_point(Judged(np.zeros((200, 2)), alike, known, gap)) == ("blend", 200)
    recent = Judged(np.zeros((200, 2)), points, np.full(200, 30), gap)
    assert calibration.best_point(recent) == (calibration.DEFAULT_POINT, 0)


def test_a_call_counts_as_open_until_its_order_is_known():
    day, following = np.array([100, 100]), np.array([120, 120])
    call = Calls(np.array([0, 1]), day, following, np.array([NEVER, NEVER]), np.ones((2, 3)), {})
    known = judged([call], np.array([119, 120]))
    assert known.gap.tolist() == [np.inf, 20]
    assert known.silence.tolist() == [19, 20]
