"""What left when: promised days, shipments (some late, some in two parts), and how far each order has come."""

import random
from datetime import date, timedelta

from crm.demo.company import FREIGHT
from crm.demo.orders import DemoOrder, workday
from crm.demo.truths import TRUTHS


def ship(orders: list[DemoOrder], today: date, seed: int) -> None:
    """Fill in `promised_on`, `shipments` and `status` of all orders (returns have none to ship)."""
    dice = random.Random(f"{seed}:shipping")
    count = 0
    for order in orders:
        if order.is_return:
            order.status = "invoiced"
            continue
        truth = TRUTHS[order.code]
        order.promised_on = workday(order.day + timedelta(days=truth.lead))
        goods = [line for line in order.lines if line.sku != FREIGHT and line.learn]
        for day, lines in _parts(order, goods, truth.late, dice):
            if day < today:
                count += 1
                order.shipments.append((f"DN{day:%y}-{count:05d}", day, lines))
        order.status = _status(order, goods, today)


def _parts(order, goods, late, dice):
    """(day, lines) of each shipment; an order that was taken back, and here and there an old one, has none."""
    if not goods or dice.random() < 0.02:
        return []
    delay = dice.randint(5, 19) if dice.random() < late else dice.choice([-3, -2, -1, -1, 0, 0, 0, 1])
    first = workday(order.promised_on + timedelta(days=delay))
    if len(goods) > 4 and dice.random() < 0.08:
        missing = len(goods) // 4
        later = workday(first + timedelta(days=dice.randint(6, 15)))
        return [(first, goods[:-missing]), (later, goods[-missing:])]
    return [(first, goods)]


def _status(order, goods, today):
    age = (today - order.day).days
    if not goods:
        return "invoiced"
    shipped = sum(len(lines) for _, _, lines in order.shipments)
    if shipped == len(goods):
        return "invoiced" if (today - order.shipments[-1][1]).days > 5 else "shipped"
    if age > 120:
        return "invoiced"
    return "confirmed" if age > 2 else "received"
