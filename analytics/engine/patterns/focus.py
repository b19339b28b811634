"""Focus items: what the customer concentrates on, and how concentrated he is (Herfindahl 1950)."""

import numpy as np

from analytics.engine.patterns.period import iso_period, item_sums, money, needs_orders, plain, year_before

NAME = "focus"
VERSION = 1
SHOWN = 12


def detect(history, stats, names) -> dict:
    """items: [{item, amount, share}] of the last 12 months, largest first; items_count; top_share of the first three;
    effective_items: 1 / sum of squared shares, the number of equally large items as concentrated as he is; level:
    "concentrated" below 5 of them, "broad" from 20 on, else "mixed"; unknown_amount_lines: lines without a rate.
    """
    early = needs_orders(history, 1)
    if early:
        return early
    period = year_before(history.known_through)
    items, amount, _, _, unknown = item_sums(history, period)
    bought = amount > 0
    items, amount = items[bought], amount[bought]
    if not len(items):
        return {
            "status": "quiet",
            "orders": history.n,
            "period": iso_period(period),
            "unknown_amount_lines": unknown,
        }
    share = amount / amount.sum()
    order = np.lexsort((items, -amount))
    effective = float(1 / (share**2).sum())
    return {
        "status": "ready",
        "orders": history.n,
        "period": iso_period(period),
        "items": [
            {"item": plain(names[items[i]]), "amount": money(amount[i]), "share": round(float(share[i]), 4)}
            for i in order[:SHOWN]
        ],
        "items_count": len(items),
        "top_share": round(float(share[order[:3]].sum()), 4),
        "effective_items": round(effective, 1),
        "level": "concentrated" if effective < 5 else "broad" if effective >= 20 else "mixed",
        "unknown_amount_lines": unknown,
    }
