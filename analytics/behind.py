"""The tables behind the charts: the same figures in rows, each a click away from its orders. No query, no clock."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Month:
    """A month of orders received."""

    label: str
    amount: float
    orders: int
    url: str


@dataclass(frozen=True)
class Ahead:
    """A month, or several in a row, that are yet to come; `since` and `until` are their first and last month."""

    since: str
    until: str
    point: float
    low: float
    high: float


@dataclass(frozen=True)
class Cell:
    amount: float
    url: str


@dataclass(frozen=True)
class Item:
    name: str
    url: str
    cells: list[Cell]


def months(sales, orders_url) -> list[Month]:
    """The latest month first."""
    rows = zip(sales["months"], sales["amount"], sales["orders_by_month"], strict=True)
    return [Month(label, amount, orders, within(orders_url, label)) for label, amount, orders in rows][::-1]


def months_ahead(sales) -> list[Ahead]:
    """What the chart draws of the months to come: nothing where they can't be told apart."""
    ahead = sales["ahead"]
    if not ahead.get("show_months"):
        return []
    rows = zip(ahead["months"], ahead["point"], ahead["low"], ahead["high"], strict=True)
    return [Ahead(label, label, *values) for label, *values in rows][::-1]


def totals_ahead(sales) -> list[Ahead]:
    """The next 3, 6 and 12 months; the first may be the running one, and then counts as a whole."""
    ahead = sales["ahead"]
    return [
        Ahead(
            ahead["months"][0],
            later(ahead["months"][0], int(n) - 1),
            total["point"],
            total["low"],
            total["high"],
        )
        for n, total in ahead.get("totals", {}).items()
    ]


def items(heat, names, orders_url) -> list[Item]:
    rows = []
    for item, amounts in zip(heat["items"], heat["amount"], strict=True):
        url = f"{orders_url}&product={item}"
        cells = [
            Cell(amount, within(url, label)) for label, amount in zip(heat["months"], amounts, strict=True)
        ]
        rows.append(Item(names(item), within(url, heat["months"][0], heat["months"][-1]), cells))
    return rows


def within(url, since, until=None):
    """The orders of `url` from the first day of one month to the last day of the same or another."""
    return f"{url}&since={since}-01&until={_first(later(until or since, 1)) - timedelta(days=1)}"


def later(label, n):
    """The month `n` months after one: 2026-11, 2 -> 2027-01."""
    first = _first(label)
    index = first.year * 12 + first.month - 1 + n
    return f"{index // 12}-{index % 12 + 1:02}"


def _first(label):
    return date.fromisoformat(f"{label}-01")
