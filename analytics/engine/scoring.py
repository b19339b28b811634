"""How good the forecast methods are: metrics, and a rolling-origin backtest that compares all that are registered."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.bookstats import BookStats, Refits
from analytics.engine.forecast import next_amount, next_date, next_items
from analytics.engine.forecast.hazard import ALL_TRADES
from analytics.engine.history import History
from analytics.engine.orderbook import OrderBook

# Gaps are cut here, so that orders still open on the last day need not be guessed.
CAP = 60
NEEDS_ORDERS = 5
LAST_ORDERS = 3
LEVEL = 0.8


def capped_error(called, gap, cap=CAP) -> np.ndarray:
    """Days between called and true gap, both cut at `cap`; an order that has not come yet has an infinite gap."""
    return np.abs(np.minimum(called, cap) - np.minimum(gap, cap))


def covered(low, high, gap, cap=CAP) -> np.ndarray:
    """Whether the order came within low..high days; beyond `cap` all days are one."""
    beyond = (np.asarray(high) >= cap) & (gap >= cap)
    return (gap >= np.floor(low)) & ((gap <= np.ceil(high)) | beyond)


def interval_score(low, high, gap, cap=CAP, level=LEVEL) -> np.ndarray:
    """Width plus 2 / (1 - level) for each day that the interval missed by (Gneiting and Raftery 2007); less is better."""
    low, high, gap = (np.minimum(values, cap) for values in (low, high, gap))
    missed = np.maximum(low - gap, 0) + np.maximum(gap - high, 0)
    return high - low + 2 / (1 - level) * missed


def brier(probability, happened) -> np.ndarray:
    """Squared error of probabilities (Brier 1950), which are kept off certainty by a hundredth."""
    return (np.clip(probability, 0.01, 0.99) - np.asarray(happened, float)) ** 2


def wape(called, amount) -> float:
    """Sum of absolute errors as a share of the sum of the amounts."""
    return float(np.abs(np.asarray(called) - amount).sum() / np.sum(amount))


def ndcg(ranked, bought, k=10) -> float:
    """Discounted gain of the first k items, 1 where all of them, or all that were bought, come first (Jarvelin 2002)."""
    discount = 1 / np.log2(np.arange(2, k + 2))
    hits = np.array([item in bought for item in ranked[:k]], float)
    return float((hits * discount[: len(hits)]).sum() / discount[: min(len(bought), k)].sum())


def f1(basket, bought) -> float:
    """Harmonic mean of precision and recall of a called basket."""
    return 2 * len(set(basket) & set(bought)) / (len(basket) + len(bought))


@dataclass(frozen=True)
class Origin:
    """An order day: what was known at its end, and the order that followed. gap: days, infinite while none is known.
    amount: NaN and bought, quantities by item: empty while none is known. settled: whether the CAP days after it are
    known."""

    history: History
    stats: BookStats
    gap: float
    amount: float
    bought: dict[int, float]
    settled: bool


def origins(book: OrderBook, since: int | None = None, needs: int = NEEDS_ORDERS, prior: str = ALL_TRADES):
    """(origins for dates, origins for content) of all customers with at least `needs` order days.

    Dates are judged on every settled origin from epoch day `since` on, so that short gaps are not favoured; amounts
    and items on each customer's last three orders. Statistics of the book are of the days before the 1st of the month.
    """
    refits = Refits(book, prior)
    dates, content = [], []
    for index in range(len(book.customers)):
        history = book.history(index)
        for n in np.flatnonzero(history.gaps_until + 1 >= needs) + 1:
            day = int(history.days[n - 1])
            settled = day <= history.known_through - CAP
            recent = history.n - LAST_ORDERS <= n < history.n
            if not (recent or (settled and (since is None or day >= since))):
                continue
            origin = _origin(history, n, refits.at(day), settled)
            if recent:
                content.append(origin)
            if settled and (since is None or day >= since):
                dates.append(origin)
    return dates, content


def _origin(history, n, stats, settled):
    day = int(history.days[n - 1])
    known = history.until(day)
    if n == history.n:
        return Origin(known, stats, np.inf, np.nan, {}, settled)
    coming = history.days[n]
    theirs = history.day == coming
    bought = dict(zip(history.item[theirs].tolist(), history.quantity[theirs].tolist(), strict=True))
    return Origin(known, stats, float(coming - day), float(history.amounts[n]), bought, settled)


def compare(book: OrderBook, since: int | None = None, prior: str = ALL_TRADES) -> dict:
    """{kind: {method: {metric: value}}} of every registered method; kinds without an origin are left out."""
    dates, content = origins(book, since, prior=prior)
    priced = [origin for origin in content if origin.amount > 0]
    scores = {}
    if dates:
        scores["gaps"] = {name: _means(losses) for name, losses in gap_losses(dates).items()}
        scores["curves"] = {name: _means(losses) for name, losses in curve_losses(dates).items()}
    if priced:
        scores["amounts"] = {name: _score_amounts(*both) for name, both in amount_losses(priced).items()}
    if content:
        scores["items"] = {name: _means(losses) for name, losses in item_losses(content).items()}
        scores["quantities"] = {
            name: _quantity_score(lines) for name, lines in quantity_losses(content).items()
        }
    return scores


def _means(losses):
    count = len(next(iter(losses.values())))
    return {"origins": count} | {metric: float(values.mean()) for metric, values in losses.items()}


def _gaps(origins):
    return np.array([origin.gap for origin in origins])


def gap_losses(origins) -> dict:
    """{rule: {metric: (N,)}}: the rules of next_date.GAPS, those a book may choose from, and "chosen", what it chose."""
    called = {name: [rule(origin.history) for origin in origins] for name, rule in next_date.GAPS.items()}
    curves = [next_date.calibrated_curve(origin.history, origin.stats) for origin in origins]
    for name in ("median_of_curve", "blend", "chosen"):
        called[name] = [
            next_date.called_point(origin.history, curve, origin.stats.point if name == "chosen" else name)
            for origin, curve in zip(origins, curves, strict=True)
        ]
    return {name: {"rmae60": capped_error(np.array(days), _gaps(origins))} for name, days in called.items()}


def curve_losses(origins) -> dict:
    """{curve: {metric: (N,)}} of every registered curve, each with the 80 % window that the product would cut from it."""
    return {
        name: _score_windows(windows_of(method, origins), origins)
        for name, method in next_date.CURVES.items()
    }


def windows_of(method, origins):
    return [
        next_date.outlook(method(o.history, o.stats), next_date.ewma_gap(o.history), silence=0)
        for o in origins
    ]


def _score_windows(windows, origins):
    low, high, p30 = (np.array([getattr(w, name) for w in windows]) for name in ("low", "high", "p30"))
    gap = _gaps(origins)
    return {
        "coverage": covered(low, high, gap).astype(float),
        "interval_score": interval_score(low, high, gap),
        "brier30": brier(p30, gap <= 30),
    }


def amount_losses(origins) -> dict:
    """{method: (absolute error (N,), amount (N,))}; NaN where the method has nothing to say."""
    amount = np.array([origin.amount for origin in origins])
    losses = {}
    for name, method in next_amount.AMOUNTS.items():
        answers = [method(origin.history, origin.stats) for origin in origins]
        called = np.array([answer[0] if answer else np.nan for answer in answers])
        losses[name] = np.abs(called - amount), amount
    return losses


def _score_amounts(error, amount):
    """Origins at which the method has nothing to say are left out, and counted by what is missing in `origins`."""
    said = ~np.isnan(error)
    if not said.any():
        return {"origins": 0}
    error, amount = error[said], amount[said]
    return {
        "origins": int(said.sum()),
        "wape": float(error.sum() / amount.sum()),
        "mdape": float(np.median(error / amount)),
    }


def item_losses(origins) -> dict:
    """{method: {metric: (N,)}}: nDCG of the first ten items and F1 of the basket; here more is better."""
    return {name: _score_items(method, origins) for name, method in next_items.ITEMS.items()}


def _score_items(method, origins):
    gains, matches = [], []
    for origin in origins:
        ranked = method(origin.history, origin.stats)
        names = [item for item, _ in ranked]
        gains.append(ndcg(names, origin.bought))
        calibrated = method is next_items.learned and origin.stats.item_ranker is not None
        size = next_items.basket_size(origin.history, ranked, calibrated)
        matches.append(f1(names[:size], origin.bought))
    return {"ndcg10": np.array(gains), "f1": np.array(matches)}


def quantity_losses(origins) -> dict:
    """{rule: {metric: (N,)}}: how many items that came and had been bought before there were (`lines`), and of how many
    the quantity was called within 25 % and exactly; here more is better."""
    return {name: _score_quantities(decay, origins) for name, decay in next_items.QUANTITIES.items()}


def _score_quantities(decay, origins):
    rows = []
    for origin in origins:
        again = sorted(set(origin.bought) & set(origin.history.item.tolist()))
        called = next_items.quantities(origin.history, origin.stats, again, decay)
        share = np.array([called[item][0] / origin.bought[item] for item in again])
        rows.append((len(again), (np.abs(share - 1) <= 0.25).sum(), (np.round(share, 9) == 1).sum()))
    lines, near, exact = np.array(rows, float).reshape(-1, 3).T
    return {"lines": lines, "within25": near, "exact": exact}


def _quantity_score(losses):
    lines = max(losses["lines"].sum(), 1)
    return {"origins": len(losses["lines"])} | {
        metric: float(losses[metric].sum() / lines) for metric in ("within25", "exact")
    }
