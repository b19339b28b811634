"""Shipments of a file into the database: new ones whole, known ones three-way, and what follows for their orders."""

from crm.deliveries import WAITING, is_to_ship
from crm.importing.records import writing
from crm.importing.records.reader import Record
from crm.importing.records.writing import Change
from crm.importing.shipping.plan import last_lines
from crm.models import Customer, Order, Shipment, ShipmentLine

HEAD = ("number", "shipped_on")


class Writer:
    """`outcome`: {(head, key of line): fate}; `total`: of each line what has left when all is written."""

    def __init__(self, plan, context):
        self.plan, self.context, self.total = plan, context, plan.total
        self.made, self.changed = [], []
        self.outcome, self.moved = {}, {}

    def write(self):
        new = [head for head in self.plan.heads if head.shipment is None]
        for head in new:
            head.shipment = Shipment(
                order=head.order, number=head.number, shipped_on=head.day, imported=_said(head, head.said)
            )
        writing.create(self.context, Shipment, [head.shipment for head in new])
        fresh = set(map(id, new))
        changes = []
        for head in self.plan.heads:
            is_new = id(head) in fresh
            change = self._make(head) if is_new else self._compare(head)
            changes += [change] if change else []
            self._tell(head, is_new or bool(change and change.visible))
        writing.create(self.context, ShipmentLine, self.made)
        writing.update(self.context, ShipmentLine, self.changed)
        writing.update(self.context, Shipment, changes)
        self._complete()

    def _make(self, head):
        for pk, quantity in head.said.items():
            self._add(head, pk, quantity)

    def _add(self, head, pk, quantity):
        self.made.append(ShipmentLine(shipment=head.shipment, order_line_id=pk, quantity=quantity))
        self._moves(head, pk, quantity, "created")

    def _moves(self, head, pk, more, fate):
        self.outcome[id(head), pk] = fate
        self.moved[head.order.pk] = head.order
        self.total[pk] = self.total.get(pk, 0) + more

    def _compare(self, head):
        row, before = head.shipment, head.shipment.imported
        first = head.records[0]
        record = Record((), first.rows, {"number": head.number, "shipped_on": head.day})
        change = writing.three_way(self.context, record, row, HEAD, before or {})
        news = self._lines(head, last_lines(Shipment(imported=before)))
        if news:
            row.imported = (row.imported or {}) | {"lines": (before or {}).get("lines", {}) | news}
            change = change or Change(row, {"imported": before}, {})
            change.after["imported"] = row.imported
        return change

    def _lines(self, head, last):
        """What the file says that it did not say before: {key of line: quantity}. A person's quantity stays."""
        news = {}
        for pk, quantity in head.said.items():
            if last.get(pk) == quantity:
                continue
            news[str(pk)] = writing.plain(quantity)
            row = head.current.get(pk)
            if row is None and pk not in last:
                self._add(head, pk, quantity)
            elif row is None or row.quantity not in (quantity, last.get(pk)):
                words = f"{head.shipment} · {self.plan.by_key[pk].sku}: {writing.plain(quantity)}"
                self.context.warn(head.spoken[pk][0], "", words, "edited_since")
            elif row.quantity != quantity:
                self.changed.append(Change(row, {"quantity": row.quantity}, {"quantity": quantity}))
                self._moves(head, pk, quantity - row.quantity, "updated")
                row.quantity = quantity
        return news

    def _tell(self, head, has_news):
        """The fates of its rows, and what a person should look at."""
        fates = {}
        for pk in head.said:
            fate = self.outcome.get((id(head), pk), "unchanged")
            for record in head.spoken[pk]:
                fates.setdefault(id(record), set()).add(fate)
        for record in head.records:
            if not record.fate:
                found = fates[id(record)]
                only = found.pop() if len(found) == 1 else "updated"
                record.fate = "updated" if only == "unchanged" and has_news else only
        if has_news and head.several_days:
            self.context.warn(head.records[0], "", f"{head.shipment}: {head.day}", "several_days")
        if has_news and head.order.status == Order.Status.CANCELLED:
            self.context.warn(head.records[0], "", str(head.order), "order_cancelled")
        for pk in head.said:
            line = self.plan.by_key[pk]
            if (id(head), pk) in self.outcome and self.total[pk] > line.quantity:
                words = f"{head.order} · {line.sku}: {writing.plain(self.total[pk])} > {writing.plain(line.quantity)}"
                self.context.warn(head.spoken[pk][0], "", words, "overshipped")

    def _complete(self):
        """An order of which nothing is open any more is shipped, as when a person records its last shipment."""
        complete = [
            order
            for order in self.moved.values()
            if order.status in WAITING
            and all(
                self.total.get(line.pk, 0) >= line.quantity
                for line in self.plan.lines[order.pk]
                if is_to_ship(line)
            )
        ]
        status = Order.Status.SHIPPED.value
        changes = [Change(order, {"status": order.status}, {"status": status}) for order in complete]
        for order in complete:
            order.status = status
        writing.update(self.context, Order, changes)
        customers = sorted({order.customer_id for order in complete})
        for start in range(0, len(customers), 5000):
            Customer.objects.filter(pk__in=customers[start : start + 5000]).count_change()
        self.context.changed = bool(complete)


def _said(head, lines):
    """What the file says of a shipment, to be remembered."""
    number = {"number": head.number} if head.number else {}
    quantities = {str(pk): writing.plain(quantity) for pk, quantity in lines.items()}
    return number | {"shipped_on": head.day.isoformat(), "lines": quantities}
