"""Best sellers: what he buys most from us, and whether that grows or shrinks."""

import numpy as np

from analytics.engine.calendar import YEAR
from analytics.engine.patterns.period import iso_period, item_sums, money, needs_orders, plain, year_before

NAME = "best_sellers"
VERSION = 1
SHOWN = 12
LEVEL_BAND = 0.15


def detect(history, stats, names) -> dict:
    """items: [{item, amount, quantity, orders, previous_amount, change, trend}], by amount in the last 12 months.

    change: ratio to the 12 months before, minus 1. trend: "new" without a sale then, "growing" or "shrinking" beyond
    15 %, else "level"; None where the history does not reach back two years.
    """
    early = needs_orders(history, 1)
    if early:
        return early
    period = year_before(history.known_through)
    before = (period[0] - YEAR, period[0] - 1)
    items, amount, quantity, orders, _ = item_sums(history, period)
    old_items, old_amount, *_ = item_sums(history, before)
    previous = dict(zip(old_items.tolist(), old_amount.tolist(), strict=True))
    comparable = bool(history.days[0] <= before[0] + 30)
    top = np.lexsort((items, -amount))[:SHOWN]
    return {
        "status": "ready",
        "orders": history.n,
        "period": iso_period(period),
        "comparable": comparable,
        "items": [
            {
                "item": plain(names[items[i]]),
                "amount": money(amount[i]),
                "quantity": money(quantity[i]),
                "orders": int(orders[i]),
                **trend(float(amount[i]), previous.get(int(items[i]), 0.0), comparable),
            }
            for i in top
            if amount[i] > 0
        ],
    }


def trend(amount, previous, comparable) -> dict:
    if not comparable:
        return {"previous_amount": None, "change": None, "trend": None}
    if previous <= 0:
        return {"previous_amount": 0.0, "change": None, "trend": "new"}
    change = amount / previous - 1
    name = "growing" if change > LEVEL_BAND else "shrinking" if change < -LEVEL_BAND else "level"
    return {"previous_amount": money(previous), "change": round(change, 4), "trend": name}
