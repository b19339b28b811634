"""An order as a person typed it, into the tables."""

from hashlib import sha256
from itertools import count

from django.db import transaction

from crm.baseline import keep_baseline
from crm.importing import reversals
from crm.importing.log import Journal
from crm.models import Order, OrderLine
from crm.money import round_money

WRITTEN = ("customer_id", "number", "ordered_on", "kind", "status", "currency")
WRITTEN_OF_LINES = ("pk", "product_id", "quantity", "unit", "kind", "unit_price", "promised_on")


def stored_state(order, lines):
    """A digest of what the form writes, as it stands in the tables: another one once an import or a person changed it.

    Not the last entry of the history: imports leave none. Not `orders_rev`: other orders of the customer count too.
    """
    values = [
        [getattr(order, name) for name in WRITTEN],
        *([getattr(line, name) for name in WRITTEN_OF_LINES] for line in lines),
    ]
    return sha256(repr(values).encode()).hexdigest()


@transaction.atomic
def write_order(order, changed, typed, removed):
    """Saves the order's `changed` fields (all of a new one) and its typed lines; takes lines out.

    Every save counts the change at the customer. What exactly takes an earlier line back is found as after an import.
    """
    before = Order.objects.filter(pk=order.pk)
    known = {line.pk: line for line in OrderLine.objects.filter(order=order.pk)} if order.pk else {}
    if order.pk is None:
        order.save()
    elif changed:
        keep_baseline(before)
        order.save(update_fields=changed)
    touched = [line.pk for line in typed if line.pk]
    keep_baseline(OrderLine.objects.filter(pk__in=[*touched, *removed]))
    keep_baseline(OrderLine.objects.filter(pk__in=removed).partners())
    for pk in removed:
        known.pop(pk).delete()
    # In one order for everybody: of two who each name the same two new items neither waits for the other.
    for product in sorted({id(line.product): line.product for line in typed}.values(), key=lambda p: p.sku):
        if product.pk is None:
            product.save()
    keys = {line.key for line in known.values()}
    for line in typed:
        _write_line(order, line, known[line.pk] if line.pk else None, "currency" in changed, keys)
    reversals.mark([order.customer_id], 0, Journal(None))


def _write_line(order, typed, line, recount, keys):
    if line is None:
        line = OrderLine(order=order, key=_new_key(typed.product.sku, keys))
    values = {
        "product_id": typed.product.pk, "quantity": typed.quantity, "unit": typed.unit, "kind": typed.kind,
        "unit_price": typed.unit_price, "promised_on": typed.promised_on,
    }  # fmt: skip
    changed = {name for name, value in values.items() if getattr(line, name) != value}
    # An amount that came out of a file may differ from price times quantity: it stays as long as they do.
    if line.pk is None or recount or changed & {"quantity", "unit_price"}:
        values["amount"] = round_money(typed.quantity * typed.unit_price, order.currency)
        changed.add("amount")
    for name, value in values.items():
        setattr(line, name, value)
    if line.pk is None:
        line.save()
    elif changed:
        line.save(update_fields={name.removesuffix("_id") for name in changed})


def _new_key(sku, keys):
    """As imports name a line without a number: the SKU and its occurrence in the order."""
    key = next(key for n in count(1) if (key := f"{sku}:{n}") not in keys)
    keys.add(key)
    return key
