"""The months ahead: on customers whose truth is planted (season, fiscal-year ends, level shifts, churn), and on two real years.

Beside the product: the same month a year before (seasonal naive), the mean of 12 months, and of the planted ones
statsforecast's AutoETS where it can be imported. It is no dependency; from an environment of its own it is lent by
PYTHONPATH.
"""

import datetime as dt
import importlib
import importlib.util
import time

import numpy as np

from analytics.engine import bookstats
from analytics.engine.calendar import epoch_day, month_index, month_start
from analytics.engine.forecast.monthly import AHEAD, HORIZONS, complete_months, months_ahead
from analytics.engine.orderbook import OrderBook
from analytics.replay_files import read_lines
from tests.bench.skipping import DATA, is_beside, runs_once

CUSTOMERS, MONTHS, LEARNED = 300, 60, 48
FIRST = month_index(15_706)  # January 2013
SEASON = np.array([0.8, 0.75, 0.9, 0.95, 0.9, 0.9, 0.85, 0.9, 1.15, 1.35, 1.5, 1.05])


# The wholesaler's two years: ends of the months from which at least three complete ones are known to come.
LINES = DATA / "online_retail_ii_lines_public.csv.gz"
EVES = range(month_index(epoch_day(dt.date(2010, 12, 1))), month_index(epoch_day(dt.date(2011, 9, 1))) + 1)
LAST = month_index(epoch_day(dt.date(2011, 11, 1)))
NEEDS_ORDERS = 5


def run():
    if runs_once():
        _planted()
        if is_beside(LINES):
            _two_years()


def _two_years():
    """Totals of customers with a year of history and five order days, as they stood at each month's end."""
    book = read_lines(LINES)
    rows = [row for end in EVES for row in _as_of(book, end)]
    for months in HORIZONS:
        judged = np.array([figures for h, figures in rows if h == months])
        truth = judged[:, -1].sum()
        print(f"two years, totals of {months} months, {len(judged):,} forecasts:")
        for at, name in enumerate(("this product", *SIMPLE)):
            off = np.abs(judged[:, at] - judged[:, -1]).sum()
            print(f"  {name:15} WAPE {off / truth:.3f}, bias {judged[:, at].sum() / truth - 1:+.1%}")


def _as_of(book, end):
    """(months, (said by the product, by each simple rule, came)) of each customer known at the start of month `end`."""
    through = month_start(end) - 1
    known = book.until(through)
    stats = bookstats.fit(known, through)
    for index in range(len(book.customers)):
        history = known.history(index)
        series, first = complete_months(history)
        if history.n < NEEDS_ORDERS or len(series) < 12:
            continue
        came = complete_months(book.history(index))[0][end - first :]
        said = months_ahead(history, stats)["totals"]
        for months in HORIZONS:
            if end + months - 1 <= LAST:
                simple = [peer(series)[:months].sum() for peer in SIMPLE.values()]
                yield months, (said[str(months)]["point"], *simple, came[:months].sum())


def _planted():
    book = simulated()
    through = month_start(FIRST + LEARNED) - 1
    actual = np.zeros((len(book.customers), MONTHS))
    month = np.array([month_index(int(day)) for day in book.events.day]) - FIRST
    np.add.at(actual, (book.events.customer, month), book.events.amount)
    started = time.process_time()
    known = book.until(through)
    stats = bookstats.fit(known, through)
    called = {name: np.zeros((len(book.customers), AHEAD)) for name in ("this product", *PEERS)}
    inside = []
    for index in range(len(book.customers)):
        history = known.history(index)
        answer = months_ahead(history, stats) if history.n else {"status": "no orders"}
        if answer["status"] == "ready":
            called["this product"][index] = answer["point"]
            total, year = actual[index, LEARNED : LEARNED + AHEAD].sum(), answer["totals"]["12"]
            inside.append(year["low"] <= total <= year["high"])
    spent = time.process_time() - started
    for index in range(len(book.customers)):
        series, _ = complete_months(known.history(index))
        for name, peer in PEERS.items():
            called[name][index] = peer(series) if len(series) else 0
    truth = actual[:, LEARNED : LEARNED + AHEAD]
    print(
        f"{len(truth)} customers, {LEARNED} months known, {AHEAD} ahead; fit and forecasts {spent:.1f} s of one core"
    )
    _table(called, truth, np.ones(len(truth), bool))
    steady = (actual[:, LEARNED - 12 : LEARNED] > 0).sum(axis=1) >= 10
    print(f"the {steady.sum()} who were active in 10 of the last 12 months")
    _table(called, truth, steady)
    if AUTO_ETS not in called:
        print(f"  {AUTO_ETS:15} skipped: statsforecast is not installed")
    print(f"  the product's 80 % ranges of the year hold {np.mean(inside):.3f}")


def _table(called, truth, rows):
    truth = truth[rows]
    for name, values in called.items():
        said = values[rows]
        print(
            f"  {name:15} months: WAPE {_wape(said, truth):.3f}   3 months: WAPE {_totals(said, truth, 3):.3f}   "
            f"year: WAPE {_totals(said, truth, 12):.3f}, bias {said.sum() / truth.sum() - 1:+.1%}"
        )


def _wape(called, truth):
    return np.abs(called - truth).sum() / truth.sum()


def _totals(called, truth, h):
    return _wape(called[:, :h].sum(axis=1), truth[:, :h].sum(axis=1))


def seasonal_naive(series):
    return series[-12:] if len(series) >= 12 else np.full(AHEAD, series.mean())


def mean_of_12(series):
    return np.full(AHEAD, series[-12:].mean())


def auto_ets(series):
    if len(series) < 24:
        return mean_of_12(series)
    models = importlib.import_module("statsforecast.models")
    return np.maximum(models.AutoETS(season_length=12).forecast(y=series.astype(float), h=AHEAD)["mean"], 0)


AUTO_ETS = "AutoETS"
SIMPLE = {"seasonal naive": seasonal_naive, "mean of 12": mean_of_12}
PEERS = dict(SIMPLE)
if importlib.util.find_spec("statsforecast"):
    PEERS[AUTO_ETS] = auto_ets


def simulated(customers=CUSTOMERS, seed=20) -> OrderBook:
    """Poisson order days with a rate of his own, the book's season, in a third a fiscal-year end, in a fifth a shift of
    the level; one customer in eighty leaves each month; log-normal amounts."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(customers):
        rate, level = random.gamma(1.5, 0.8), np.exp(random.normal(7, 1))
        season = SEASON ** random.uniform(0.3, 1.7)
        if random.random() < 1 / 3:
            season[random.choice([2, 5, 8, 11])] *= 2
        begin = random.integers(0, LEARNED - 12) if random.random() < 0.5 else 0
        end = begin + random.geometric(1 / 80)
        shift = random.integers(begin + 1, MONTHS) if random.random() < 0.2 else MONTHS
        for at in range(begin, min(end, MONTHS)):
            factor = random.choice([0.5, 2.0]) if at == shift else 1.0
            rate = rate * factor
            start, stop = month_start(FIRST + at), month_start(FIRST + at + 1)
            orders = random.poisson(rate * season[(FIRST + at) % 12])
            for day in np.unique(random.integers(start, stop, orders)):
                rows.append((number, int(day), level * np.exp(random.normal(0, 0.5))))
    customer, day, amount = (np.array(column) for column in zip(*rows, strict=True))
    return OrderBook.from_columns(
        customers=np.arange(customers),
        known_through=np.full(customers, month_start(FIRST + MONTHS) - 1),
        customer=customer,
        day=day,
        item=np.zeros(len(day), int),
        quantity=np.ones(len(day)),
        amount=amount,
    )
