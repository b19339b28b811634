"""What a file of shipments comes to: rows -> orders -> lines -> shipments with a quantity of each line."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from accounts.access import visible
from crm.importing.records import writing
from crm.importing.records.reader import LARGEST
from crm.importing.shipping import heads as shipments
from crm.importing.shipping.lines import Line, Lines, spread
from crm.models import Customer, Order

CHUNK = 5000


@dataclass
class Plan:
    """`lines`: of each order all; `by_key`: the same by their keys; `total`: of each line what has left so far."""

    heads: list
    lines: dict[int, list[Line]]
    by_key: dict[int, Line]
    total: dict[int, Decimal]


def plan(records, context) -> Plan:
    """Rejects what has no place. Inside the transaction: whoever ships the same orders on a screen waits."""
    orders = _orders({record.values["order_number"] for record in records}, context)
    for record in records:
        record.values["order"] = order = orders.get(record.values["order_number"])
        if reason := _not_of(order, record, context.today):
            context.reject(record, *reason)
    keys = sorted({order.pk for order in orders.values()})
    lines = Lines(keys)
    for record in records:
        if not record.fate:
            _find_lines(record, lines, context)
    heads = shipments.heads([record for record in records if not record.fate])
    known = shipments.stored(keys)
    shipments.pair(heads, known)
    total = defaultdict(Decimal)
    for shipment in known:
        for pk, line in shipment.by_line.items():
            total[pk] += line.quantity
    by_key = {line.pk: line for of_order in lines.of_order.values() for line in of_order}
    found = Plan(heads, lines.of_order, by_key, dict(total))
    for head in heads:
        _say(head, total, context)
    found.heads = [head for head in heads if head.said]
    return found


def _orders(numbers, context):
    """{number: order}, of those that the importer may see; their customers are locked first, as everybody does."""
    numbers, importer = sorted(numbers), context.wish.importer
    rows = visible(importer, Order.objects) if importer else Order.objects.all()
    keys, customers = {}, set()
    for start in range(0, len(numbers), CHUNK):
        part = rows.filter(source=context.wish.source, number__in=numbers[start : start + CHUNK])
        for pk, number, customer in part.order_by().values_list("pk", "number", "customer_id"):
            keys[number] = pk
            customers.add(customer)
    writing.locked(Customer, {pk: pk for pk in customers})
    return writing.locked(Order, keys)


def _not_of(order, record, today):
    """(reason, column, value) where the row can't be a shipment of this order."""
    day = record.values["first_on"]
    if order is None:
        return "unknown_order", "", record.values["order_number"]
    if order.kind == Order.Kind.RETURN:
        return "order_is_return", "", order.number
    if day < order.ordered_on:
        return "shipped_before_ordered", "", f"{day} < {order.ordered_on}"
    if record.values["shipped_on"] > today:
        return "not_shipped_yet", "", str(record.values["shipped_on"])
    return None


def _find_lines(record, lines, context):
    number, sku = record.values["line_number"], record.values["sku"]
    meant = lines.meant(record.values["order"].pk, number, sku)
    if not meant:
        context.reject(record, "unknown_line", "", " ".join(filter(None, [number, sku])))
    elif record.values["quantity"] >= LARGEST:
        context.reject(record, "too_large", "", writing.plain(record.values["quantity"]))
    else:
        record.values["lines"] = meant
        record.values["sku"] = sku or meant[0].sku


def _say(head, total, context):
    """Puts what the rows say onto the lines of the order, those that mean a single line first."""
    wanted = defaultdict(list)
    for record in head.records:
        wanted[record.values["lines"]].append(record)
    last = last_lines(head.shipment)
    for lines in sorted(wanted, key=lambda lines: (len(lines), lines[0].pk)):
        records = wanted[lines]
        quantity = sum(record.values["quantity"] for record in records)
        elsewhere = {line.pk: total[line.pk] - _inside(head, line.pk) for line in lines}
        room = {line.pk: line.quantity - elsewhere[line.pk] - head.said.get(line.pk, 0) for line in lines}
        parts = {lines[0].pk: quantity} if len(lines) == 1 else spread(quantity, lines, last, room)
        if parts is None:
            for record in records:
                context.reject(record, "name_the_line", "", record.values["sku"])
            continue
        for pk, part in parts.items():
            head.said[pk] = head.said.get(pk, 0) + part
            head.spoken[pk] += records
            last[pk] = max(last.get(pk, 0) - part, 0)
    for pk, part in head.said.items():
        total[pk] += part - _inside(head, pk)


def _inside(head, pk):
    return head.current[pk].quantity if pk in head.current else 0


def last_lines(shipment) -> dict[int, Decimal]:
    """{key of line: quantity} as the file said it last."""
    said = ((shipment and shipment.imported) or {}).get("lines", {})
    return {int(pk): Decimal(quantity) for pk, quantity in said.items()}
