"""What of an order has left, when, and what is still open."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm.models import Order, OrderLine, ShipmentLine

# Orders that nobody has marked as gone: what is not shipped of them is open.
WAITING = (Order.Status.RECEIVED, Order.Status.CONFIRMED)


@dataclass(frozen=True)
class Delivery:
    """Of one line: how much left, the last day something did, how much is open, days late (None: no day promised)."""

    shipped: Decimal = Decimal()
    last_on: date | None = None
    open: Decimal = Decimal()
    late_days: int | None = None


def shipped_quantities(order) -> dict[int, Decimal]:
    """line id -> how much of it has left."""
    return {pk: delivery.shipped for pk, delivery in deliveries(order, [], None).items()}


def deliveries(order, lines, today) -> dict[int, Delivery]:
    """line id -> delivery, of `lines` and of whatever was shipped. One query."""
    shipped, last_on = {}, {}
    rows = ShipmentLine.objects.filter(order_line__order=order).values_list(
        "order_line_id", "quantity", "shipment__shipped_on"
    )
    for pk, quantity, day in rows:
        shipped[pk] = shipped.get(pk, Decimal()) + quantity
        last_on[pk] = max(day, last_on.get(pk, day))
    found = {pk: Delivery(quantity, last_on[pk]) for pk, quantity in shipped.items()}
    # An order that came in as shipped or invoiced, without a word about shipments, has nothing open.
    waits = order.kind == Order.Kind.ORDER and (order.status in WAITING or bool(shipped))
    waits = waits and order.status != Order.Status.CANCELLED
    for line in lines:
        known = found.get(line.pk, Delivery())
        left = Decimal()
        if waits and is_to_ship(line):
            left = max(line.quantity - known.shipped, Decimal())
        found[line.pk] = Delivery(known.shipped, known.last_on, left, _late(line, known, left, today))
    return found


def is_to_ship(line):
    """Whether it is something that leaves."""
    return line.quantity > 0 and line.kind != OrderLine.Kind.SERVICE


def _late(line, known, left, today):
    """Days after the promised one, counted to the last shipment, or to today while something is open."""
    until = today if left else known.last_on
    if line.promised_on is None or until is None:
        return None
    return max((until - line.promised_on).days, 0)
