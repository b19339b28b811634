"""What some customers report of their own sales and stock, and the year's targets: made from their orders."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from crm.demo.company import FREIGHT, months_until
from crm.demo.orders import DemoOrder

MONTHS = 9
ITEMS_EACH = 14
# Customers who report -> what sells better and better there, and what worse and worse, since three months.
REPORTERS = {
    "STO-GRA": ("AUR-400", "THM-50"),
    "DEN-TAL": ("FLT-01", "PAC-65"),
    "SEL-HAN": ("STV-MIN", "POT-SET"),
}
CHANGE = {"growing": 1.5, "shrinking": 0.6}
# Months that the stock lasts; of what grows there is little left.
COVER, SHORT_COVER = (1.2, 4.0), 0.5
# Customers with a target for this year -> what it is beside the orders of last year.
TARGETS = {"STO-GRA": 1.08, "DEN-TAL": 1.15, "SEL-HAN": 1.1, "TRO-NOR": 1.05, "MUC-BER": 1.0, "TYO-YAM": 1.2}


@dataclass(frozen=True)
class Sold:
    code: str
    sku: str
    month: date
    quantity: int


@dataclass(frozen=True)
class Stocked:
    code: str
    sku: str
    on: date
    quantity: int


@dataclass(frozen=True)
class Aim:
    code: str
    from_on: date
    amount: Decimal
    currency: str


def make_reports(orders: list[DemoOrder], today: date, seed: int) -> tuple[list[Sold], list[Stocked]]:
    """By month up to the last that is over, and the stock of its last day."""
    sold, stocked = [], []
    months = months_until(today)[-MONTHS - 1 : -1]
    on = today.replace(day=1) - timedelta(days=1)
    for code, (growing, shrinking) in REPORTERS.items():
        dice = random.Random(f"{seed}:reports:{code}")
        for sku, pace in _paces(orders, code, today, (growing, shrinking)).items():
            change = CHANGE["growing"] if sku == growing else CHANGE["shrinking"] if sku == shrinking else 1
            for place, month in enumerate(months, start=1):
                now = change if place > MONTHS - 3 else 1
                sold.append(Sold(code, sku, month, round(pace * now * dice.uniform(0.9, 1.1))))
            cover = SHORT_COVER if sku == growing else dice.uniform(*COVER)
            stocked.append(Stocked(code, sku, on, round(pace * cover)))
    return sold, stocked


def _paces(orders, code, today, planted) -> dict[str, float]:
    """What goes out of a customer's shop a month, of the items that he orders most of: what he ordered in a year."""
    ordered = defaultdict(int)
    for order in orders:
        if order.code == code and (today - order.day).days <= 365:
            for line in order.lines:
                ordered[line.sku] += line.quantity
    ordered.pop(FREIGHT, None)
    most = sorted(ordered, key=lambda sku: (sku not in planted, -ordered[sku], sku))[:ITEMS_EACH]
    return {sku: max(ordered[sku], 1) / 12 for sku in most}


def make_targets(orders: list[DemoOrder], today: date) -> list[Aim]:
    """Of whom there were orders last year."""
    start, last = date(today.year, 1, 1), defaultdict(Decimal)
    for order in orders:
        if order.day.year == today.year - 1 and order.code in TARGETS:
            last[order.code, order.currency] += sum(line.amount for line in order.lines)
    return [
        Aim(code, start, _round(amount * Decimal(str(TARGETS[code]))), currency)
        for (code, currency), amount in sorted(last.items())
    ]


def _round(amount):
    """As people set targets: two digits."""
    return amount.quantize(Decimal(1).scaleb(amount.adjusted() - 1)).quantize(Decimal(1))
