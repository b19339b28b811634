"""Why an item is expected in the next order: counts that anybody can check against the orders."""

import numpy as np

from analytics.engine.bookstats import BookStats
from analytics.engine.history import History

LAST_ORDERS = 10
# An item has an interval of its own from this many purchases on, and is due once this share of it has passed.
NEEDS_PURCHASES = 3
DUE = 0.8


def reasons(history: History, stats: BookStats, items) -> dict[int, list[dict]]:
    """item -> [{code, ...}], the most telling first.

    in_orders: in `n` of the last `of` orders. in_last: in the last one. skipped: not in the last `orders` orders, but
    in the one before them. due: bought about every `interval` days, `since` days before the last order day. long_ago:
    last bought `days` days before that. popular: not his, but in `share` of the book's order days of 90 days.
    """
    found = {}
    for item in items:
        days = history.day[history.item == item]
        found[int(item)] = _own(history, days) if len(days) else _book(stats, int(item))
    return found


def _own(history, days):
    recent = history.days[-LAST_ORDERS:]
    n = int((days >= recent[0]).sum())
    skipped = int((history.days > days[-1]).sum())
    since = int(history.days[-1] - days[-1])
    if not n:
        return [{"code": "long_ago", "days": since}]
    said = [{"code": "in_orders", "n": n, "of": len(recent)}]
    if skipped:
        said.append({"code": "skipped", "orders": skipped})
    elif n < len(recent):
        said.append({"code": "in_last"})
    if skipped and len(days) >= NEEDS_PURCHASES:
        interval = float(np.median(np.diff(days)))
        if since >= DUE * interval:
            said.append({"code": "due", "interval": round(interval), "since": since})
    return said


def _book(stats, item):
    share = float(stats.popularity[item]) if item < len(stats.popularity) else 0.0
    return [{"code": "popular", "share": round(share, 4)}] if share else []
