"""How good the forecast methods are: metrics, and a rolling-origin backtest that compares all that are registered."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.bookstats import BookStats, Refits
from analytics.engine.forecast import next_amount, next_date, next_items
from analytics.engine.forecast.hazard import ALL_TRADES
from analytics.engine.orderbook import History, OrderBook

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
    amount: NaN and bought: empty while none is known. settled: whether the CAP days after it are known."""

    history: History
    stats: BookStats
    gap: float
    amount: float
    bought: frozenset
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
        for n in range(needs, history.n + 1):
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
        return Origin(known, stats, np.inf, np.nan, frozenset(), settled)
    coming = history.days[n]
    bought = frozenset(history.item[history.day == coming].tolist())
    return Origin(known, stats, float(coming - day), float(history.amounts[n]), bought, settled)


def compare(book: OrderBook, since: int | None = None, prior: str = ALL_TRADES) -> dict:
    """{kind: {method: {metric: value}}} of every registered method; kinds without an origin are left out."""
    dates, content = origins(book, since, prior=prior)
    priced = [origin for origin in content if origin.amount > 0]
    scores = {}
    if dates:
        scores["gaps"] = {name: _score_gap(method, dates) for name, method in next_date.GAPS.items()}
        scores["curves"] = {name: _score_curve(method, dates) for name, method in next_date.CURVES.items()}
    if priced:
        scores["amounts"] = {name: _score_amount(m, priced) for name, m in next_amount.AMOUNTS.items()}
    if content:
        scores["items"] = {name: _score_items(method, content) for name, method in next_items.ITEMS.items()}
    return scores


def _gaps(origins):
    return np.array([origin.gap for origin in origins])


def _score_gap(method, origins):
    called = np.array([method(origin.history) for origin in origins])
    return {"origins": len(origins), "rmae60": float(capped_error(called, _gaps(origins)).mean())}


def _score_curve(method, origins):
    windows = [
        next_date.outlook(method(o.history, o.stats), next_date.ewma_gap(o.history), silence=0)
        for o in origins
    ]
    low, high, p30 = (np.array([getattr(w, name) for w in windows]) for name in ("low", "high", "p30"))
    gap = _gaps(origins)
    return {
        "origins": len(origins),
        "coverage": float(covered(low, high, gap).mean()),
        "interval_score": float(interval_score(low, high, gap).mean()),
        "brier30": float(brier(p30, gap <= 30).mean()),
    }


def _score_amount(method, origins):
    """Origins at which the method has nothing to say are left out, and counted by what is missing in `origins`."""
    called = [(method(origin.history, origin.stats), origin.amount) for origin in origins]
    said = [(answer[0], amount) for answer, amount in called if answer]
    if not said:
        return {"origins": 0}
    point, amount = np.array(said).T
    errors = np.abs(point - amount) / amount
    return {"origins": len(said), "wape": wape(point, amount), "mdape": float(np.median(errors))}


def _score_items(method, origins):
    gains, matches = [], []
    for origin in origins:
        ranked = method(origin.history, origin.stats)
        names = [item for item, _ in ranked]
        gains.append(ndcg(names, origin.bought))
        matches.append(f1(names[: next_items.basket_size(origin.history, ranked)], origin.bought))
    return {"origins": len(origins), "ndcg10": float(np.mean(gains)), "f1": float(np.mean(matches))}
