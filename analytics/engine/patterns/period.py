"""The twelve months that figures speak of, and sums within them."""

import numpy as np

from analytics.engine.calendar import YEAR, iso


def year_before(through: int) -> tuple[int, int]:
    """First and last day of the 365 days that end on `through`."""
    return through - YEAR + 1, through


def iso_period(period):
    return [iso(day) for day in period]


def needs_orders(history, needed: int, have: int | None = None):
    """The answer of a customer with too few order days, or None where they suffice. `have`: what counts of them, where it is
    not all."""
    have = history.n if have is None else have
    if have >= needed:
        return None
    return {"status": "needs_orders", "needs": needed - have, "orders": history.n}


def within(days, period):
    return (days >= period[0]) & (days <= period[1])


def item_sums(history, period):
    """items (ascending), amount, quantity and order days per item in a period; returns are subtracted.

    Lines of unknown amount count in quantity alone; their number is the last thing returned.
    """
    day, item, quantity, amount = history.figures
    mine = within(day, period)
    items, index = np.unique(item[mine], return_inverse=True)
    unknown = np.isnan(amount[mine])
    sums = np.bincount(index, np.nan_to_num(amount[mine]), minlength=len(items))
    quantities = np.bincount(index, quantity[mine], minlength=len(items))
    bought = within(history.day, period)
    order_days = np.bincount(np.searchsorted(items, history.item[bought]), minlength=len(items))[: len(items)]
    return items, sums, quantities, order_days, int(unknown.sum())


def money(value) -> float:
    """Rounded for storage; the app rounds to the currency's digits when it shows."""
    return round(float(value), 3)


def plain(name):
    return name.item() if isinstance(name, np.generic) else name
