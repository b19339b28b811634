"""Every item he buys: level, own rhythm, when it is due again, and what is remarkable about it."""

from dataclasses import dataclass

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
FORGOTTEN_DAYS = 548
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
    now = _sums(history, period)
    old = _sums(history, (period[0] - YEAR, period[0] - 1))
    months, first_month = _months(history, through)
    ranked = sorted(
        now.keys() | old.keys(), key=lambda item: (-_amount(now, item), -_amount(old, item), item)
    )
    whole = _Whole(
        through=through,
        total=sum(max(amount, 0) for amount, _, _ in now.values()),
        order_days=int(within(history.days, period).sum()),
        small=0.5 / max(len(now), 1),
        first_on=int(history.days[0]),
    )
    rows = []
    for item in ranked[:SHOWN]:
        days = history.day[history.item == item]
        if len(days) and days[-1] >= through - FORGOTTEN_DAYS:
            facts = _row(days, now.get(item, (0.0, 0.0, 0)), _amount(old, item), whole)
            in_months = [money(value) for value in months.get(item, np.zeros(12))]
            rows.append({"item": plain(names[item]), "months": in_months} | facts)
    return {
        "status": "ready",
        "orders": history.n,
        "period": iso_period(period),
        "months": [month_label(first_month + offset) for offset in range(12)],
        "items_count": len(now),
        "rows": rows,
    }


@dataclass(frozen=True)
class _Whole:
    """What a row is measured against: the customer's twelve months. `small`: half the mean item's share."""

    through: int
    total: float
    order_days: int
    small: float
    first_on: int


def _sums(history, period):
    """item -> (amount, quantity, order days) in the period."""
    items, *sums, _unknown = item_sums(history, period)
    return {int(item): values for item, *values in zip(items, *sums, strict=True)}


def _amount(sums, item):
    return sums[item][0] if item in sums else 0.0


def _row(days, year, previous, whole):
    amount, quantity, order_days = year
    share = float(max(amount, 0) / whole.total) if whole.total else 0.0
    interval = float(np.median(np.diff(days))) if len(days) >= 3 else None
    return {
        "amount_12m": money(amount),
        "share": round(share, 4),
        "quantity_12m": money(quantity),
        "orders": int(order_days),
        "of": whole.order_days,
        "interval": interval,
        "last_on": iso(days[-1]),
        "next_on": iso(int(days[-1] + round(interval))) if interval else None,
        "tags": _tags(days, amount, previous, share, interval, whole),
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


def _tags(days, amount, previous, share, interval, whole):
    through = whole.through
    tags = ["top"] if share >= TOP_SHARE else []
    silence = through - days[-1]
    quiet = (
        interval is not None
        and silence > 60
        and silence > 2.5 * interval
        and not _seasonal_pause(days, through)
    )
    if days[0] > through - 120 and whole.first_on <= through - YEAR:
        tags.append("new")
    elif quiet:
        tags.append("gone_quiet")
    elif whole.first_on <= through - 2 * YEAR + 30 and previous > 0:
        if amount > 1.5 * previous:
            tags.append("growing")
        elif amount < previous / 1.5:
            tags.append("slipping")
    in_year = days[days > through - YEAR]
    regular = len(in_year) >= 4 and len(np.unique(month_of(in_year))) >= 6
    if regular and share < whole.small and not quiet:
        tags.append("steady")
    return tags


def _seasonal_pause(days, through):
    """Whether he was as silent at this time of the year before: then silence is his season, not a loss."""
    since = days[-1] - YEAR
    if days[0] > since:
        return False
    last_year = days[(days > since + 14) & (days <= through - YEAR - 14)]
    return len(last_year) == 0
