"""Orders received by month, the same by item, and the months ahead."""

import numpy as np

from analytics.engine.calendar import YEAR, month_index, month_label, month_of, month_start
from analytics.engine.forecast.monthly import months_ahead
from analytics.engine.patterns.period import (
    iso_period,
    item_sums,
    money,
    needs_orders,
    plain,
    within,
    year_before,
)

NAME = "sales"
VERSION = 2
MONTHS = 36
HEAT_MONTHS = 24
HEAT_ITEMS = 12
HEAT_MONTHS_AT_LEAST = 6


def detect(history, stats, names) -> dict:
    """months: up to 36 labels, the current month last (it may be partial); amount and orders per month; amount_12m and
    amount_prev_12m (None where the history is shorter than two years); median_amount_12m and lines_per_order_12m of
    order days; heat: {items, months, amount (items x months)} of the 12 largest items; ahead: see monthly.
    """
    early = needs_orders(history, 1)
    if early:
        return early
    through = history.known_through
    period = year_before(through)
    before = (period[0] - YEAR, period[0] - 1)
    day, _, _, amount = history.figures
    last = month_index(through)
    first = max(month_index(int(history.days[0])), last - MONTHS + 1)
    count = max(last - first + 1, 1)
    comparable = bool(history.days[0] <= before[0] + 30)
    in_year = within(history.days, period)
    known = history.amounts[in_year & ~np.isnan(history.amounts)]
    return {
        "status": "ready",
        "orders": history.n,
        "period": iso_period(period),
        "months": [month_label(first + offset) for offset in range(count)],
        "amount": [money(v) for v in _by_month(day, np.nan_to_num(amount), first, count)],
        "orders_by_month": [int(v) for v in _by_month(history.days, np.ones(history.n), first, count)],
        "amount_12m": money(np.nansum(amount[within(day, period)])),
        "amount_prev_12m": money(np.nansum(amount[within(day, before)])) if comparable else None,
        "median_amount_12m": money(np.median(known)) if len(known) else None,
        "lines_per_order_12m": round(float(history.sizes[in_year].mean()), 1) if in_year.any() else None,
        "order_amounts": [money(v) for v in history.amounts[-24:] if not np.isnan(v)],
        "order_sizes": [int(v) for v in history.sizes[-24:]],
        "unknown_amount_lines": int(np.isnan(amount[within(day, period)]).sum()),
        "heat": _heat(history, names, min(HEAT_MONTHS, max(count, HEAT_MONTHS_AT_LEAST)), last),
        "ahead": months_ahead(history, stats),
    }


def _by_month(days, values, first, count):
    offset = month_of(days) - first
    inside = (offset >= 0) & (offset < count)
    return np.bincount(offset[inside], values[inside], minlength=count)


def _heat(history, names, months, last):
    first = last - months + 1
    day, item, _, amount = history.figures
    items, sums, *_ = item_sums(history, (month_start(first), history.known_through))
    top = [int(items[i]) for i in np.lexsort((items, -sums))[:HEAT_ITEMS] if sums[i] > 0]
    table = []
    for wanted in top:
        mine = item == wanted
        table.append([money(v) for v in _by_month(day[mine], np.nan_to_num(amount[mine]), first, months)])
    return {
        "items": [plain(names[i]) for i in top],
        "months": [month_label(first + offset) for offset in range(months)],
        "amount": table,
    }
