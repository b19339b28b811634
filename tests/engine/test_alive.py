"""Who still buys: planted parameters are found again, and probabilities come true."""

import math

import numpy as np
import pytest

from analytics.engine import bookstats
from analytics.engine.forecast import alive, next_order
from tests.engine.books import END, book_of, crowd

WEEKS = 60


def planted(k=1, customers=1500, seed=3, r=1.0, alpha=4.0, a=1.0, b=4.0, ahead=40):
    """Order days (in weeks, as floats) of customers who leave, cut at WEEKS; what came in `ahead` weeks, who was left."""
    random = np.random.default_rng(seed)
    columns, came, living = [], [], []
    for _ in range(customers):
        rate, leaves = random.gamma(r, 1 / alpha), random.beta(a, b)
        times = [0.0]
        while times[-1] < WEEKS + ahead and random.random() > leaves:
            times.append(times[-1] + random.gamma(k, 1 / rate))
        times = np.array(times)
        seen = times[times <= WEEKS]
        came.append(((times > WEEKS) & (times <= WEEKS + ahead)).sum())
        living.append(times[-1] > WEEKS)
        columns.append((len(seen) - 1, seen[-1], WEEKS, np.log(np.maximum(np.diff(seen), 1e-9)).sum()))
    return alive.Counts(*np.array(columns, float).T), np.array(came), np.array(living)


@pytest.mark.parametrize("k", [1, 2])
def test_the_planted_model_is_found_and_its_forecasts_come_true(k):
    data, came, living = planted(k)
    model = alive.fit(data)
    assert model.k == k
    assert model.r / model.alpha == pytest.approx(1 / 4, rel=0.2)
    mean, median = alive.expected(model, data, 40)
    assert mean.sum() == pytest.approx(came.sum(), rel=0.1)
    assert np.abs(median - came).mean() <= np.abs(np.round(mean) - came).mean() + 0.01
    p = alive.p_alive(model, data)
    for low, high in ((0, 0.3), (0.3, 0.7), (0.7, 1)):
        among = (p >= low) & (p < high)
        assert p[among].mean() == pytest.approx(living[among].mean(), abs=0.08)


def test_log_gamma_is_the_standard_librarys():
    few = np.array([[0.01, 0.5, 1], [3.3, 100, 2000]])
    many = np.tile(few, (alive.FEW, 1))
    for x in (few, many):
        assert np.allclose(alive.log_gamma(x), [[math.lgamma(value) for value in row] for row in x])


def test_of_many_customers_a_sample_finds_the_model(monkeypatch):
    monkeypatch.setattr(alive, "MAX_CUSTOMERS", 700)
    looked_at, log_likelihood = [], alive.log_likelihood

    def watched(data, *model):
        looked_at.append(len(data.x))
        return log_likelihood(data, *model)

    monkeypatch.setattr(alive, "log_likelihood", watched)
    data, _came, _living = planted()
    model = alive.fit(data)
    assert model.customers == len(data.x) > 700
    assert set(looked_at) == {700}
    assert model.r / model.alpha == pytest.approx(1 / 4, rel=0.25)
    assert model != alive.fit(alive.Counts(*(column[:700] for column in vars(data).values())))


def test_each_order_more_is_as_likely_as_the_model_says():
    """k = 1 and nobody leaves: a negative binomial, written out."""
    model = alive.Purchasing(k=1, r=2.0, alpha=5.0, a=1e-9, b=1.0, customers=100)
    data = alive.Counts(*(np.array([value]) for value in (3.0, 20.0, 30.0, 0.0)))
    reached = alive.at_least(model, data, 10, 4)[0]
    p = 10 / (5 + 30 + 10)
    none_to_three = [math.comb(n + 4, n) * p**n * (1 - p) ** 5 for n in range(4)]
    assert reached == pytest.approx(1 - np.cumsum(none_to_three), rel=1e-6)


def test_counts_are_of_what_was_known():
    book = book_of([("a", END - 70, "A", 1, 1), ("a", END - 35, "A", 1, 1), ("a", END, "A", 1, 1)])
    data = alive.counts(book, END - 7)
    assert (data.x[0], data.last[0], data.known[0]) == (1, 5, 9)
    assert data.log_gaps[0] == pytest.approx(math.log(5))


def test_silence_lowers_the_hope_that_the_forecast_states():
    book = book_of(crowd())
    stats = bookstats.fit(book, END)
    history = book.history(2)
    soon = next_order.forecast(history, stats, book.items)
    assert 0.8 < soon["alive"] <= 1
    assert soon["orders_12m"] > 2
    silent = book_of(crowd(), known_through=END + 400).history(2)
    late = next_order.forecast(silent, stats, book.items)
    assert late["alive"] < soon["alive"]
    assert late["orders_12m"] < soon["orders_12m"]


def test_a_book_of_a_few_customers_says_nothing():
    book = book_of(crowd(5))
    stats = bookstats.fit(book, END)
    assert stats.alive is None
    assert "alive" not in next_order.forecast(book.history(0), stats, book.items)
