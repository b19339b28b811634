"""What one customer adds to totals over many: orders, money and quantities expected from the day his orders are known.

Totals come of means, never of medians: those understate them by 15 to 25 %.
"""

import math
from dataclasses import replace

import numpy as np

from analytics.engine.calendar import YEAR, month_index, month_label, month_start
from analytics.engine.forecast import item_seasons, next_date, seasons, states
from analytics.engine.forecast.seasons import Seasons
from analytics.engine.history import History
from analytics.engine.orderbook import plain

VERSION = 3
# To the end of the month in thirteen weeks, also where orders are known up to five weeks ago.
HORIZON = 160
BACK_MONTHS = 6
RECENT, RECENT_GAPS = 24, 60
MEMORY, AMOUNT_MEMORY = 0.9, 0.85
LEAST_P, LEAST_SHARE = 0.02, 0.005
# Overdue by more than three own intervals and two months: a customer who fell silent, and counts in no total.
LAPSED_INTERVALS, LAPSED_DAYS = 3, 60
UNIT = 10_000


def ahead(history: History, stats, curve, curves_of, months=None) -> dict | None:
    """JSON-able: what totals over many customers need of this one; None where he has no survival curve.

    days: expected number of orders on each of the HORIZON days after `known_through`, in 1/10 000. cv2: squared
    coefficient of variation of his gaps. amount, spread: mean and standard deviation of his order days' amounts in his
    currency, None where no amount is known. year: the months ahead (see `year`), out of `months`, what monthly says of
    them. back: what the same rule said of the last complete months (see `backtest`).
    `curve` is that of next_order; `curves_of` (histories, states, stats) -> curves makes the same of shorter histories.
    """
    if curve is None:
        return None
    amount, spread = order_amount(history)
    return {
        "days": [
            round(UNIT * float(value)) for value in days_ahead(history, curve, of_book=stats.order_seasons)
        ],
        "cv2": round(float(np.var(history.gaps) / max(np.mean(history.gaps), 1) ** 2), 3),
        "amount": amount,
        "spread": spread,
        "year": year(months),
        "back": backtest(history, stats, curves_of),
    }


def year(months) -> dict | None:
    """Twelve months out of what monthly.months_ahead says; None where it says nothing.

    first: label of the first, which is running. point: twelve amounts in his currency; where only some months are said
    singly, the others share what is left of the year's total. down, up: how far the 80 % range of the total of 3, 6 and
    12 months reaches below and above it.
    """
    if not months or months.get("status") != "ready":
        return None
    point, totals = [float(value) for value in months["point"][:12]], months["totals"]
    others = 12 - len(point)
    point += [max(totals["12"]["point"] - sum(point), 0) / others for _ in range(others)]
    spans = [totals[n] for n in ("3", "6", "12")]
    return {
        "first": months["months"][0],
        "point": [round(value, 2) for value in point],
        "down": [round(max(span["point"] - span["low"], 0), 2) for span in spans],
        "up": [round(max(span["high"] - span["point"], 0), 2) for span in spans],
    }


def items_ahead(history: History, stats, names) -> dict:
    """Columns of equal length, JSON-able: what he is expected to buy; `names` (K,) turns positions into identifiers.

    item: identifiers. p: share of his last RECENT orders that held it, an order weighing .9 of the one after it. mean,
    var: of the quantity where it did, equally weighted; his squared coefficient of variation is shrunk to the book's by
    three pseudo-purchases. share: of the amount of his last 365 days. season: None, or for January to December what the
    month makes of p x mean (see item_seasons). Items below LEAST_P and LEAST_SHARE are left out.

    These are no probabilities to rank a basket by but means to add up: of the quantities that a wholesaler's customers
    bought in 90 days, p x mean said 1.10 times as much as came; the probabilities of next_items, which are shrunk and
    end with the basket, said .65 times as much.
    """
    items, at = np.unique(history.item, return_inverse=True)
    p, mean, var = _quantities(history, stats, at, len(items))
    share = _shares(history, at, len(items))
    bought = (p >= LEAST_P) | (share >= LEAST_SHARE)
    columns = {"p": (p, 4), "mean": (mean, 3), "var": (var, 3), "share": (share, 4)}
    season = _item_seasons(history, stats, items[bought])
    return {"item": [plain(name) for name in names[items[bought]]], "season": season} | {
        name: [round(float(value), digits) for value in values[bought]]
        for name, (values, digits) in columns.items()
    }


def _item_seasons(history, stats, items):
    days, weights = _recent(history)
    if not len(days):
        return [None for _ in items]
    found = item_seasons.beside_recent(history, items, days, weights, stats.item_seasons)
    return [None if (row == 1).all() else [round(float(value), 3) for value in row] for row in found]


def _recent(history):
    """The last order days, and what each weighs."""
    days = history.days[-RECENT:]
    return days, MEMORY ** np.arange(len(days))[::-1]


def _shares(history, at, k):
    recent = history.day > history.known_through - YEAR
    amounts = np.bincount(at[recent], np.nan_to_num(history.amount[recent]), minlength=k)
    return amounts / max(amounts.sum(), 1e-9)


def _quantities(history, stats, at, k):
    """(k,) weighted share of the last orders, mean and variance of the quantity in them, of each item he has bought.

    `at`: which of them a purchase is of.
    """
    days, each_weighs = _recent(history)
    if not len(days):
        return np.zeros(k), np.zeros(k), np.zeros(k)
    recent = history.day >= days[0]
    at, quantity = at[recent], history.quantity[recent]
    weights = each_weighs[np.searchsorted(days, history.day[recent])]
    weight = np.bincount(at, weights, minlength=k)
    each = np.maximum(weight, 1e-12)
    mean = np.bincount(at, weights * quantity, minlength=k) / each
    squares = np.bincount(at, weights * quantity**2, minlength=k) / each
    count = np.bincount(at, minlength=k)
    own = np.maximum(squares / np.maximum(mean, 1e-12) ** 2 - 1, 0)
    cv2 = (count * own + 3 * np.expm1(stats.quantity_variance)) / (count + 3)
    return weight / each_weighs.sum(), mean, cv2 * mean**2


def orders_ahead(curve, silence: int, horizon: int = HORIZON, gap=None, season=None) -> np.ndarray:
    """(horizon,) expected number of orders on each day after `silence` days without one.

    The renewal equation of a delayed renewal process in discrete time, u(t) = f1(t) + sum_{j<t} u(j) f(t - j), with f
    the density of a whole gap and f1 that of what is left of the running one (Cox, Renewal Theory, 1962, ch. 4; Feller,
    vol. 1, XIII.10): the next order, and those that a fast customer sends after it. `curve` (days,) is the survival of
    a gap; beyond its end nothing is expected. `gap` (horizon,): f of the gaps after the next order, else the curve's.
    `season` (horizon,): how many times as likely as usual an order is on each of the days; None: always as likely. It is
    in `curve` already, and not in `gap`.
    """
    curve = np.asarray(curve, float)
    silence = int(np.clip(silence, 0, len(curve) - 2))
    left = curve[silence : silence + horizon + 1]
    # A silence that the curve holds impossible leaves nothing to divide.
    left = left / curve[silence] if curve[silence] > 1e-6 else np.exp(-np.arange(horizon + 1) / 30)
    expected = np.zeros(horizon)
    expected[: len(left) - 1] = -np.diff(left)
    gap = _density_of(curve, horizon) if gap is None else gap
    following = np.broadcast_to(gap, (horizon, horizon)) if season is None else _in_season(gap, season)
    for day in range(horizon - 1):
        expected[day + 1 :] += expected[day] * following[day, : horizon - day - 1]
    return expected


def _density_of(curve, horizon):
    return np.pad(-np.diff(curve)[:horizon], (0, max(horizon + 1 - len(curve), 0)))


def _in_season(gap, season):
    """(horizon, horizon): the density of a gap that begins on each day, whose hazard follows the season of the days it meets."""
    left = 1 - np.concatenate(([0.0], np.cumsum(gap)[:-1]))
    hazard = np.clip(gap / np.maximum(left, 1e-12), 0, 1)
    met = np.lib.stride_tricks.sliding_window_view(np.pad(season, (0, len(gap)), "edge"), len(gap))[1:]
    hazard = np.clip(hazard * met, 0, 1)
    survived = np.cumprod(1 - hazard, axis=1)
    return hazard * np.concatenate((np.ones((len(gap), 1)), survived[:, :-1]), axis=1)


def days_ahead(
    history: History, curve, horizon: int = HORIZON, of_book: Seasons = seasons.NONE
) -> np.ndarray:
    """(horizon,) expected number of orders on each day after `known_through`; `of_book`: the seasons in the curve."""
    # A gap that begins later meets other months: the season of the first one is taken out of it.
    gaps = further_gaps(history, seasons.removed(curve, history, of_book), horizon)
    days = history.known_through + np.arange(1, horizon + 1)
    season = seasons.factors(history, of_book, days) if of_book.told else None
    return orders_ahead(curve, history.silence, horizon, gaps, season)


def further_gaps(history: History, curve, horizon: int = HORIZON) -> np.ndarray:
    """(horizon,) density of the gaps after the next order: the curve's, and as his own were, of who is like a clock.

    Every curve leaves some room for gaps without a pattern. In totals over a book it makes up for customers who leave:
    his own gaps alone overstated a wholesaler's next 90 days by another 2 %. Who has never been irregular would by that
    room be taken for slower than he is. Weight of m own gaps: m / (m + 10) x (1 - cv / .3), not below zero.
    """
    gaps = history.gaps[-RECENT_GAPS:]
    cv = float(np.std(gaps) / max(np.mean(gaps), 1))
    weight = len(gaps) / (len(gaps) + 10) * max(1 - cv / next_date.CLOCK_CV, 0)
    density = -np.diff(np.asarray(curve, float))[:horizon]
    if not weight:
        return density
    own = np.bincount(np.minimum(gaps, horizon + 1).astype(int), minlength=horizon + 2)[1 : horizon + 1]
    return weight * own / len(gaps) + (1 - weight) * density


def order_amount(history: History):
    """(mean, standard deviation) of the amounts of the last RECENT order days; (None, None) where none is known.

    An order weighs .85 of the one after it: as near to the next amount as any mean of a wholesaler's and of a growing
    book's orders (WAPE .445 and .283), and 4 to 6 % less below the sum of the growing one's than means without memory.
    """
    amounts = history.amounts[-RECENT:]
    known = ~np.isnan(amounts)
    weights = AMOUNT_MEMORY ** np.arange(len(amounts))[::-1][known]
    amounts = amounts[known]
    if not len(amounts):
        return None, None
    weights = weights / weights.sum()
    mean = float(weights @ amounts)
    # Unbiased for weights that say how much an observation counts; one order says nothing of the spread.
    variance = float(weights @ (amounts - mean) ** 2) / max(1 - float(weights @ weights), 1e-9)
    return round(mean, 2), round(math.sqrt(variance), 2) if len(amounts) > 1 else 0.0


def lapsed(history: History, curve) -> bool:
    """Silent for so long that nobody waits for him any more."""
    overdue_after = next_date.overdue_after(curve)
    overdue = history.silence - overdue_after if overdue_after else 0
    return overdue > max(LAPSED_INTERVALS * float(np.median(history.gaps)), LAPSED_DAYS)


def backtest(history: History, stats, curves_of, months: int = BACK_MONTHS) -> dict:
    """What orders expected x mean amount said on the eve of each of the last complete months, and what came in it.

    until: the last complete month. orders, amount: said. came_orders (order days), came (amount of every line, returns
    subtracted). new: the part of `came` on whose eve he had too few orders for a forecast: nobody said anything of it.
    Lists of `months`, the oldest month first; months before his first order hold zeros. What the book says is that of
    today: it moves little. But for its seasons: they were learned from these very months, and stay out.
    """
    stats = replace(stats, order_seasons=seasons.NONE)
    last = month_index(history.known_through + 1) - 1
    found = {"until": month_label(last)} | {
        name: [0.0] * months for name in ("orders", "amount", "came_orders", "came", "new")
    }
    day, _, _, worth = history.figures
    starts = [month_start(last - months + 1 + at) for at in range(months + 1)]
    eves = [history.until(first - 1) for first in starts[:-1]]
    curves = _curves_on(history, eves, stats, curves_of)
    for at, known in enumerate(eves):
        first, after = starts[at : at + 2]
        inside = (day >= first) & (day < after)
        came = round(float(np.nansum(worth[inside])), 2)
        found["came"][at] = came
        found["came_orders"][at] = int(((history.order_days >= first) & (history.order_days < after)).sum())
        if known.rhythm_orders < next_date.NEEDS_ORDERS:
            found["new"][at] = came
            continue
        curve = curves[known.last_day]
        if lapsed(known, curve):
            continue
        orders = float(days_ahead(known, curve, after - first).sum())
        found["orders"][at] = round(orders, 3)
        found["amount"][at] = round(orders * (order_amount(known)[0] or 0), 2)
    return found


def _curves_on(history, eves, stats, curves_of):
    """{last order day known: curve}, all at once: it is the same as long as no order comes."""
    known = {eve.last_day: eve for eve in eves if eve.rhythm_orders >= next_date.NEEDS_ORDERS}
    if not known:
        return {}
    rows = states.of_days(history, [eve.n - 1 for eve in known.values()])
    return dict(zip(known, curves_of(list(known.values()), rows, stats), strict=True))
