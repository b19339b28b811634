"""The shipments that a file speaks of, and which of the known ones they are."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from crm.models import Order, Shipment, ShipmentLine

CHUNK = 5000


@dataclass
class Head:
    """One shipment of one order. `said`: {key of line: quantity}; `spoken`: {key of line: records}; `current`: its lines."""

    order: Order
    number: str
    day: date
    records: list
    shipment: Shipment | None = None
    said: dict = field(default_factory=dict)
    spoken: dict = field(default_factory=lambda: defaultdict(list))
    current: dict = field(default_factory=dict)

    @property
    def several_days(self):
        return any(record.values["first_on"] != self.day for record in self.records)


def heads(records) -> list[Head]:
    """By number; of those without one all that left on one day. In the order in which they left, not that of the file."""
    grouped = defaultdict(list)
    for record in sorted(records, key=lambda record: record.row):
        number = record.values["number"]
        day = None if number else record.values["shipped_on"]
        grouped[record.values["order"].pk, number, day].append(record)
    found = [
        Head(
            rows[0].values["order"],
            number,
            max(record.values["shipped_on"] for record in rows),
            rows,
        )
        for (_order, number, _day), rows in grouped.items()
    ]
    return sorted(found, key=lambda head: (head.day, head.order.pk, head.number))


def stored(orders) -> list[Shipment]:
    """Locked, each with `by_line`: its lines by the line of the order."""
    found = []
    for start in range(0, len(orders), CHUNK):
        part = Shipment.objects.select_for_update(of=("self",)).filter(
            order__in=orders[start : start + CHUNK]
        )
        found += part.order_by("pk")
    by_key = {shipment.pk: shipment for shipment in found}
    for shipment in found:
        shipment.by_line = {}
    for start in range(0, len(orders), CHUNK):
        rows = ShipmentLine.objects.filter(shipment__order__in=orders[start : start + CHUNK])
        for line in rows.order_by("pk"):
            by_key[line.shipment_id].by_line[line.order_line_id] = line
    return found


def _numbered(shipment):
    return shipment.number and (shipment.order_id, shipment.number)


def _unnumbered(shipment):
    return not shipment.number and (shipment.order_id, shipment.shipped_on)


def _once_numbered(shipment):
    number = (shipment.imported or {}).get("number")
    return number and (shipment.order_id, number)


def _once_unnumbered(shipment):
    said = shipment.imported or {}
    return said and not said.get("number") and (shipment.order_id, date.fromisoformat(said["shipped_on"]))


# (what a shipment of the file is looked for by, what a known one is found by), the surest first: a person may have given
# it another number or another day since.
SEARCHES = (
    (lambda head: head.number and (head.order.pk, head.number), _numbered),
    (lambda head: head.number and (head.order.pk, head.number), _once_numbered),
    (lambda head: not head.number and (head.order.pk, head.day), _once_unnumbered),
    (lambda head: not head.number and (head.order.pk, head.day), _unnumbered),
)


def pair(heads, shipments):
    """Gives each head the known shipment that it is, if there is one."""
    left = list(shipments)
    for wanted, found_by in SEARCHES:
        known = defaultdict(list)
        for shipment in left:
            if key := found_by(shipment):
                known[key].append(shipment)
        for head in heads:
            if head.shipment is None and known.get(wanted(head)):
                head.shipment = known[wanted(head)].pop(0)
        taken = {head.shipment.pk for head in heads if head.shipment}
        left = [shipment for shipment in left if shipment.pk not in taken]
    _pair_typed(heads, left)
    for head in heads:
        head.current = head.shipment.by_line if head.shipment else {}


def _pair_typed(heads, shipments):
    """What a person typed without a number, or what comes without one, is the one that left on this day, if only one did."""
    typed, open_heads = defaultdict(list), defaultdict(list)
    for shipment in shipments:
        if shipment.imported is None:
            typed[shipment.order_id, shipment.shipped_on].append(shipment)
    for head in heads:
        if head.shipment is None:
            open_heads[head.order.pk, head.day].append(head)
    for key, found in open_heads.items():
        if len(found) == 1 and len(typed[key]) == 1 and not (found[0].number and typed[key][0].number):
            found[0].shipment = typed[key][0]
