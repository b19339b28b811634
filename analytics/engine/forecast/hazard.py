"""How likely an order is on each day of a silence: a logistic hazard model, centred on what other businesses taught.

A discrete-time hazard (Cox 1972; Allison 1982): logit h(e) = b + sum w_j x_j(e) on day e after an order. The book's own
person-days pull the weights away from those of the factory prior (factory_prior.json: fitted on a wholesaler's, a
grocer's and a clothes shop's order logs), by a ridge centred on them; the prior's weights are never used unrefitted.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analytics.engine.calendar import weekday
from analytics.engine.forecast.states import States

PRIORS = {
    name: {
        "intercept": content["intercept"],
        "names": tuple(feature["name"] for feature in content["features"]),
        "weights": np.array([feature["weight"] for feature in content["features"]]),
        "means": np.array([feature["mean"] for feature in content["features"]]),
        "deviations": np.array([feature["sd"] for feature in content["features"]]),
    }
    for name, content in json.loads(Path(__file__).with_name("factory_prior.json").read_text()).items()
}
ALL_TRADES = "all"
MIN_EVENTS = 15
LONGEST = 365
RIDGE, RIDGE_INTERCEPT = 25.0, 5.0
# Rows and order days a fit looks at, at most: beyond them a seeded sample of the days without an order stands for all.
MAX_ROWS = 40_000
MAX_STATES = 30_000
# Rows whose features are worked out at once.
BLOCK = 10_000
ROUNDS = 25
KNOTS = (0.1, 0.3, 0.6, 0.9, 1.2, 1.7, 2.5)


@dataclass(frozen=True)
class Hazard:
    """Weights (F,) of the standardised features of the prior named `prior`, intercept, and the orders they saw."""

    prior: str
    weights: np.ndarray
    intercept: float
    events: int


@dataclass(frozen=True)
class PersonDays:
    """R days of silence: row (R,): of which state, day (R,): epoch day, came (R,): whether an order ended the silence on
    it, weight (R,): how many days it stands for; x (R, F): its features by `prior`."""

    row: np.ndarray
    day: np.ndarray
    came: np.ndarray
    weight: np.ndarray
    x: np.ndarray
    prior: str


def person_days(
    states: States, next_day, through, shares, median_gap, prior=ALL_TRADES, seed=0
) -> PersonDays | None:
    """All days of silence on which an order came, and of the others as many as a fit looks at.

    next_day (N,): epoch day of each state's next order, or one beyond `through` (N,): the last day on which an order
    would be known. shares (7,): the book's order days by weekday; on one that has none nobody orders, and its days
    teach nothing. Fewer than 15 orders: None.
    """
    through = np.broadcast_to(through, next_day.shape)
    finished = next_day <= through
    length = np.minimum(np.where(finished, next_day, through) - states.day, LONGEST).astype(np.int64)
    length = np.maximum(length, 0)
    happened = finished & (next_day - states.day <= LONGEST)
    if happened.sum() < MIN_EVENTS:
        return None
    row, e, came, weight = _drawn(length, happened, np.random.default_rng(seed))
    possible = (7 * shares > 0)[weekday(states.day[row] + e)] | came
    row, e, came, weight = row[possible], e[possible], came[possible], weight[possible]
    x = features(states, row, e, shares, median_gap, prior)
    return PersonDays(row, states.day[row] + e, came, weight, x, prior)


def _drawn(length, happened, random):
    """(state, day of silence, whether an order came, weight): all orders, and a sample of the days without one."""
    quiet = length - happened
    total = int(quiet.sum())
    wanted = max(MAX_ROWS - int(happened.sum()), MAX_ROWS // 2)
    ends = np.cumsum(quiet)
    picked = np.arange(total)
    if total > wanted:
        picked = np.sort(random.choice(total, wanted, replace=False))
    rows = np.searchsorted(ends, picked, side="right")
    e = picked - (ends - quiet)[rows] + 1
    at = np.flatnonzero(happened)
    return (
        np.concatenate((rows, at)),
        np.concatenate((e, length[at])),
        np.concatenate((np.zeros(len(rows), bool), np.ones(len(at), bool))),
        np.concatenate((np.full(len(rows), total / max(len(picked), 1)), np.ones(len(at)))),
    )


def fit(days: PersonDays) -> Hazard:
    """Newton steps on log likelihood - 25 |w - w0|^2 - 5 (b - b0)^2 over the book's person-days."""
    weights, intercept = _newton(days.x, days.came.astype(float), days.weight, PRIORS[days.prior])
    return Hazard(days.prior, weights, intercept, int(days.came.sum()))


def expected(model: Hazard, days: PersonDays) -> np.ndarray:
    """(R,): orders to be expected on what each of the person-days stands for."""
    return days.weight * _probability(model, days.x)


def _probability(model, x):
    return 1 / (1 + np.exp(-np.clip(x @ model.weights + model.intercept, -30, 30)))


def _newton(x, y, weight, prior):
    x = np.column_stack((x, np.ones(len(x))))
    centre = np.append(prior["weights"], prior["intercept"])
    ridge = np.append(np.full(len(prior["weights"]), 2 * RIDGE), 2 * RIDGE_INTERCEPT)
    beta = centre.copy()
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (weight * (y - p)) - ridge * (beta - centre)
        curvature = weight * np.maximum(p * (1 - p), 1e-8)
        step = np.linalg.solve((x * curvature[:, None]).T @ x + np.diag(ridge), gradient)
        beta += step * min(1, 2 / max(np.abs(step).max(), 1e-9))
        if np.abs(step).max() < 1e-3:
            break
    return beta[:-1], float(beta[-1])


def curve(model: Hazard, states: States, shares, median_gap, horizon) -> np.ndarray:
    """(N, horizon + 1): P(no order within t days), before closed days are taken out."""
    return np.concatenate(
        (
            np.ones((len(states), 1)),
            np.cumprod(1 - daily(model, states, shares, median_gap, horizon), axis=1),
        ),
        axis=1,
    )


def daily(model: Hazard, states: States, shares, median_gap, horizon) -> np.ndarray:
    """(N, horizon): hazard of each day after the states' order days; 0 on weekdays on which nobody ever orders."""
    rows = np.repeat(np.arange(len(states)), horizon)
    e = np.tile(np.arange(1, horizon + 1), len(states))
    x = features(states, rows, e, shares, median_gap, model.prior)
    h = _probability(model, x)
    on = weekday(states.day[rows] + e)
    h[(shares[on] == 0) & (states.weekdays[rows, on] == 0)] = 0
    return h.reshape(len(states), horizon)


def features(states: States, rows, e, shares, median_gap, prior) -> np.ndarray:
    """(R, F): standardised features of day e (R,) after the order day of states[rows], clipped at five deviations."""
    content = PRIORS[prior]
    x = np.empty((len(rows), len(content["names"])))
    for start in range(0, len(rows), BLOCK):
        part = slice(start, start + BLOCK)
        raw = _raw(states, rows[part], np.asarray(e[part], float), shares, median_gap)
        for column, name in enumerate(content["names"]):
            x[part, column] = raw[name]
    x -= content["means"]
    x /= content["deviations"]
    # What is unknown counts as usual.
    x[np.isnan(x)] = 0
    return np.clip(x, -5, 5, out=x)


def _raw(states, rows, e, shares, median_gap):
    s = states.mean
    log_s = np.log(s)
    log_e = np.log(e)
    u = log_e - log_s[rows]
    over = {knot: np.maximum(u - np.log(knot), 0) for knot in KNOTS}
    over_median = log_e - np.log(states.median)[rows]
    regular = (np.clip(0.6 - states.cv, -0.6, 0.6) * states.known / (states.known + 2))[rows]
    near, at_risk, width = _own_gaps(states, rows, e.astype(np.int64))
    on = weekday(states.day[rows] + e.astype(np.int64))
    share = (states.weekdays[rows, on] + 5 * shares[on]) / (states.n[rows] + 5)
    return {f"hinge u>{knot}": value for knot, value in over.items()} | {
        "-log s": -log_s[rows],
        "u=log(e/s)": u,
        "log(e/med)": over_median,
        "hinge e>med": np.maximum(over_median, 0),
        "log(ewma.3/s)": (np.log(states.ewma) - log_s)[rows],
        "log(last/s)": (np.log(states.last) - log_s)[rows],
        "log(med/s)": (np.log(states.median) - log_s)[rows],
        "log n": np.log(states.n)[rows],
        "cv": states.cv[rows],
        "sd log gap": states.sd_log[rows],
        "hinge e>max": np.maximum(log_e - np.log(states.longest)[rows], 0),
        "log own hazard*s": np.log(0.1 + s[rows] * near / (width * at_risk + 1)),
        "own density": near / _count(states)[rows],
        "reg*u": regular * u,
        "reg*hinge .6": regular * over[0.6],
        "reg*hinge 1.2": regular * over[1.2],
        "e mod 7=0": (e % 7 == 0).astype(float),
        "log recent rate": np.log((states.recent + 1) / (90 / s + 1))[rows],
        "log last amt/mean": states.amount_ratio[rows],
        "log last lines/mean": states.size_ratio[rows],
        "log(mb/s)/(n-1)": ((np.log(median_gap) - log_s) / states.known)[rows],
        "log 7*weekday share": np.log(np.maximum(7 * share, 1e-3)),
    }


def _count(states):
    return np.minimum(states.known, states.gaps.shape[1])


def _own_gaps(states, rows, e):
    """Of the own gaps: how many lie within v days of e and how many are as long as e - v, and 2 v + 1; v = .15 e."""
    v = np.maximum(np.round(0.15 * e), 1).astype(np.int64)
    gaps = states.gaps[rows]
    at_risk = np.count_nonzero(gaps >= (e - v)[:, None], axis=1)
    return at_risk - np.count_nonzero(gaps > (e + v)[:, None], axis=1), at_risk, 2 * v + 1
