"""The next order of one customer in one answer: window, amount and basket that belong together."""

import numpy as np

from analytics.engine.bookstats import BookStats
from analytics.engine.calendar import iso, month_index
from analytics.engine.forecast import (
    alive,
    days_off,
    item_reasons,
    next_amount,
    next_date,
    next_items,
    seasons,
    states,
)
from analytics.engine.forecast.calibration import DEFAULT_POINT
from analytics.engine.history import History
from analytics.engine.orderbook import plain

VERSION = 6
SHOWN_ITEMS = 60
SHOWN_DAYS_OFF = 3
# A month that changes how likely an order is by less than this is not worth a sentence.
SHOWN_SEASON = 0.1
HIT_DAYS = 7
HIT_LAST = 14


def forecast(history: History, stats: BookStats, names) -> dict:
    """JSON-able answer, its days counted from the last order day; `names` (K,) turns item positions into the caller's identifiers.

    status "ready": curve [floats], point_gap (days), overdue_after (days or None), last_on, amount {point, low, high}
    or None, items [{item, p, quantity, low, high, why [{code, ...}]}], basket_size, hit_rate {right, of}, reasons [{code, ...}],
    methods, chosen {date, why, calls}: the rule for the date, and on how many past calls of the book it was chosen.
    Where the book is large enough for it: alive (probability that he still buys), orders_12m (order days to expect in the
    next year, a mean: for sums) and orders_12m_median.
    status "needs_orders": needs N, orders n, and amount and items where two orders already allow them.
    """
    last_on = None if history.last_day is None else iso(history.last_day)
    answer = {"orders": history.n, "last_on": last_on}
    if history.n >= next_amount.NEEDS_ORDERS:
        answer |= _content(history, stats, names)
    if history.n and stats.alive:
        answer |= alive.outlook(history, stats.alive)
    if history.rhythm_orders < next_date.NEEDS_ORDERS:
        return answer | {"status": "needs_orders", "needs": next_date.NEEDS_ORDERS - history.rhythm_orders}
    (uninterrupted,) = next_date.uninterrupted_curves([history], states.of(history), stats)
    curve = days_off.without(uninterrupted, history, stats.holiday_factor)
    point_gap = next_date.called_point(history, curve, stats.point)
    return answer | {
        "status": "ready",
        "curve": [float(f"{value:.4g}") for value in curve],
        "point_gap": round(point_gap, 2),
        "overdue_after": next_date.overdue_after(curve),
        "hit_rate": hit_rate(history),
        "reasons": [
            *_reasons(history, stats),
            *_seasons(history, stats, curve, point_gap),
            *_days_off(history, curve, uninterrupted, point_gap, stats),
        ],
        "chosen": _chosen(stats),
        "methods": {
            "date": stats.point,
            "curve": "combined" if stats.hazard else "mixture",
            "amount": "shrunk_median",
            "items": next_items.method(stats),
        },
    }


def _content(history, stats, names):
    amount = next_amount.shrunk_median(history, stats)
    ranked = next_items.learned(history, stats)
    size = next_items.basket_size(history, ranked, calibrated=stats.item_ranker is not None)
    shown = ranked[: max(size, SHOWN_ITEMS)]
    places = [item for item, _ in shown]
    amounts = next_items.quantities(history, stats, places)
    why = item_reasons.reasons(history, stats, places)
    return {
        "amount": dict(zip(("point", "low", "high"), amount, strict=True)) if amount else None,
        "basket_size": size,
        "items": [
            {"item": plain(names[item]), "p": round(p, 4)}
            | dict(zip(("quantity", "low", "high"), amounts[item] or (None, None, None), strict=True))
            | {"why": why[item]}
            for item, p in shown
        ],
    }


def hit_rate(history: History, last: int = HIT_LAST) -> dict:
    """How often the own rhythm was right: the order came within 7 days of it, each call made with what was known then.

    Of the own rhythm alone, as the book's models of then are gone. {right, of} over the customer's last `last` orders
    that could be called.
    """
    known = history.gaps_until[:-1] + 1 >= next_date.NEEDS_ORDERS
    called = np.flatnonzero(known & history.whole)[-last:]
    if not len(called):
        return {"right": 0, "of": 0}
    off = states.of_days(history, called).ewma - np.diff(history.days)[called]
    return {"right": int((np.abs(off) <= HIT_DAYS).sum()), "of": len(called)}


def _chosen(stats):
    learned = "usual" if stats.point == DEFAULT_POINT else "past_calls"
    why = learned if stats.hazard else "too_few_orders"
    return {"date": stats.point, "why": why, "calls": stats.point_calls}


def _reasons(history, stats):
    gaps = history.gaps[-HIT_LAST:]
    typical = float(np.median(history.gaps))
    left_out = history.last_day > history.days[-1]
    return [
        {
            "code": "rhythm",
            "interval": round(typical),
            "close": int((np.abs(gaps - typical) <= max(3, 0.2 * typical)).sum()),
            "of": len(gaps),
            "within": round(max(3, 0.2 * typical)),
        },
        {"code": "last_order", "on": iso(history.last_day)},
        *([{"code": "left_out", "on": iso(history.last_day)}] if left_out else []),
        {"code": "chosen", **_chosen(stats)},
    ]


def _seasons(history, stats, curve, point_gap):
    """Where an order is clearly more or less likely in the month of the called day than his rhythm alone says."""
    called = history.last_day + round(next_date.outlook(curve, point_gap, history.silence).point)
    (factor,) = seasons.factors(history, stats.order_seasons, np.array([called]))
    if abs(factor - 1) < SHOWN_SEASON:
        return []
    month = month_index(called)
    fiscal = bool(history.fiscal_start and (stats.order_seasons.fiscal != 1).any())
    return [
        {
            "code": "season",
            "month": month % 12 + 1,
            "fiscal_month": (month - (history.fiscal_start - 1)) % 12 + 1 if fiscal else None,
            "percent": round(100 * (float(factor) - 1)),
        }
    ]


def _days_off(history, curve, uninterrupted, point_gap, stats):
    """Closures and public holidays between the day orders are known through and the end of the window, and the window that
    there would be without them, where it is another."""
    window = next_date.outlook(curve, point_gap, history.silence)
    first, last = history.known_through + 1, history.last_day + window.high
    reasons = [
        {"code": "closed", "from": iso(start), "to": iso(end)}
        for start, end in days_off.spans(history.closed, first, last)
    ]
    if stats.holiday_factor < 1:
        reasons += [
            {"code": "holiday", "from": iso(start), "to": iso(end)}
            for start, end in days_off.spans(history.holidays, first, last)
        ]
    without = next_date.outlook(uninterrupted, point_gap, history.silence)
    if not reasons or (without.low, without.high) == (window.low, window.high):
        return reasons[:SHOWN_DAYS_OFF]
    low, high = (iso(history.last_day + days) for days in (without.low, without.high))
    return [*reasons[:SHOWN_DAYS_OFF], {"code": "without", "from": low, "to": high}]
