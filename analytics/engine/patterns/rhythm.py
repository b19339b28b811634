"""Rhythm: how often the customer orders, how regularly, and when his silence is longer than his own habit."""

import numpy as np

from analytics.engine.calendar import YEAR, iso
from analytics.engine.patterns.period import needs_orders, within, year_before

NAME = "rhythm"
VERSION = 2
NEEDS_ORDERS = 3


def detect(history, stats, names) -> dict:
    """interval: median own gap, days; mean_interval; spread: half the inter-quartile range of the gaps; gaps: the last
    24, with gap_ends their order days; regular: how many of `of` gaps lie within a fifth of the interval (3 days at
    least); orders_12m and orders_prev_12m: order days in the last 12 months and in the 12 before; first_on, last_on.
    """
    early = needs_orders(history, NEEDS_ORDERS, history.rhythm_orders)
    period = year_before(history.known_through)
    counts = {
        "first_on": iso(history.days[0]) if history.n else None,
        "last_on": None if history.last_day is None else iso(history.last_day),
        "orders_12m": int(within(history.days, period).sum()),
        "orders_prev_12m": int(within(history.days, (period[0] - YEAR, period[0] - 1)).sum()),
    }
    if early:
        return early | counts
    gaps = history.gaps
    interval = float(np.median(gaps))
    low, high = np.percentile(gaps, [25, 75])
    return counts | {
        "status": "ready",
        "orders": history.n,
        "interval": round(interval, 1),
        "mean_interval": round(float(gaps.mean()), 1),
        "spread": round(float(high - low) / 2, 1),
        "regular": int((np.abs(gaps - interval) <= max(3, 0.2 * interval)).sum()),
        "of": len(gaps),
        "gaps": [int(gap) for gap in gaps[-24:]],
        "gap_ends": [iso(day) for day in history.days[1:][history.whole][-24:]],
    }
