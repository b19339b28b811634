"""Every item he buys: level, own rhythm, when it is due again, and what is remarkable about it."""

import numpy as np

from analytics.engine.calendar import YEAR, iso, month_index, month_label, month_of
from analytics.engine.patterns.period import (
    iso_period,
    item_sums,
    money,
    needs_orders,
    plain,
    within,
    year_before,
)

NAME = "items"
VERSION = 1
SHOWN = 60
TOP_SHARE = 0.1


def detect(history, stats, names) -> dict:
    """rows: [{item, amount_12m, share, quantity_12m, months, orders, of, interval, last_on, next_on, tags}]

    months: 12 amounts. orders: order days with the item in 12 months, `of` all of them. interval: median days between
    purchases (three or more of them), next_on: last_on + interval. tags: "top" (a tenth of his buying or more), "steady"
    (at least 4 purchases in at least 6 of the last 12 months, yet under half the mean item's share), "new" (first
    bought in the last 120 days, by a customer of a year or more), "gone_quiet" (silent for more than 2.5 intervals and
    60 days, though not at the same time of the year before), "growing" and "slipping" (half as much again as, or less
    than two thirds of, the 12 months before). Every tag is measured as of the day orders are known up to. Items not
    bought for 18 months are left out.
    """
    early = needs_orders(history, 1)
    if early:
        return early
    through = history.known_through
    period = year_before(through)
    before = (period[0] - YEAR, period[0] - 1)
    items, amount, quantity, orders, _ = item_sums(history, (before[0], through))
    now_items, now_amount, now_quantity, now_orders, _ = item_sums(history, period)
    old_items, old_amount, *_ = item_sums(history, before)
    now = {int(k): v for k, *v in zip(now_items, now_amount, now_quantity, now_orders, strict=True)}
    old = dict(zip(old_items.tolist(), old_amount.tolist(), strict=True))
    total = float(sum(max(value[0], 0) for value in now.values()))
    months, first_month = _months(history, through)
    of = int(within(history.days, period).sum())
    # Small: less than half of what the mean item brings.
    small = 0.5 / max(len(now), 1)
    ranked = sorted(items.tolist(), key=lambda item: (-now.get(item, (0,))[0], -old.get(item, 0), item))
    rows = []
    for item in ranked[:SHOWN]:
        in_year, number, bought = now.get(item, (0.0, 0.0, 0))
        days = history.day[history.item == item]
        if not len(days) or days[-1] < through - 548:
            continue
        share = max(in_year, 0) / total if total else 0.0
        interval = float(np.median(np.diff(days))) if len(days) >= 3 else None
        rows.append(
            {
                "item": plain(names[item]),
                "amount_12m": money(in_year),
                "share": round(float(share), 4),
                "quantity_12m": money(number),
                "months": [money(value) for value in months.get(item, np.zeros(12))],
                "orders": int(bought),
                "of": of,
                "interval": interval,
                "last_on": iso(days[-1]),
                "next_on": iso(int(days[-1] + round(interval))) if interval else None,
                "tags": _tags(history, days, in_year, old.get(item, 0.0), share, small, interval, through),
            }
        )
    labels = [month_label(first_month + offset) for offset in range(12)]
    return {
        "status": "ready",
        "orders": history.n,
        "period": iso_period(period),
        "months": labels,
        "items_count": len(now_items),
        "rows": rows,
    }


def _months(history, through):
    """item -> amounts of the last 12 calendar months, the current one last."""
    day, item, _, amount = history.figures
    first = month_index(through) - 11
    month = month_of(day) - first
    mine = (month >= 0) & (month < 12) & (day <= through)
    items, index = np.unique(item[mine], return_inverse=True)
    table = np.zeros((len(items), 12))
    np.add.at(table, (index, month[mine]), np.nan_to_num(amount[mine]))
    return dict(zip(items.tolist(), table, strict=True)), first


def _tags(history, days, amount, previous, share, small, interval, through):
    tags = ["top"] if share >= TOP_SHARE else []
    silence = through - days[-1]
    in_year = days[days > through - YEAR]
    quiet = (
        interval is not None
        and silence > 60
        and silence > 2.5 * interval
        and not _seasonal_pause(days, through)
    )
    if days[0] > through - 120 and history.days[0] <= through - YEAR:
        tags.append("new")
    elif quiet:
        tags.append("gone_quiet")
    elif history.days[0] <= through - 2 * YEAR + 30 and previous > 0:
        if amount > 1.5 * previous:
            tags.append("growing")
        elif amount < previous / 1.5:
            tags.append("slipping")
    regular = len(in_year) >= 4 and len(np.unique(month_of(in_year))) >= 6
    if regular and share < small and not quiet:
        tags.append("steady")
    return tags


def _seasonal_pause(days, through):
    """Whether he was as silent at this time of the year before: then silence is his season, not a loss."""
    since = days[-1] - YEAR
    if days[0] > since:
        return False
    last_year = days[(days > since + 14) & (days <= through - YEAR - 14)]
    return len(last_year) == 0
