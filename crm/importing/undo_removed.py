"""Lines that an import removed, put back as they were: the same key, the same value in every column."""

from crm.importing import since
from crm.models import Order, OrderLine, Product

AT_ONCE = 5000
FIELDS = {f.attname: f for f in OrderLine._meta.concrete_fields}
COLUMNS = [*FIELDS]


def plan(run, removed, hidden):
    """({line: why it does not return}, (columns, rows to insert)). `removed`: {line: its values, as the journal has them}."""
    orders = _known(Order, {values["order_id"] for values in removed.values()}, "customer_id")
    products = _known(Product, {values["product_id"] for values in removed.values()}, "pk")
    reversed_ones = {values["reverses_id"] for values in removed.values()} - {None}
    lines = {None, *removed, *_known(OrderLine, reversed_ones, "pk")}
    taken = _taken(orders)
    later = set(since.later(run, OrderLine).values_list("row", flat=True)) if taken else set()
    why, rows = {}, []
    for pk, values in removed.items():
        order = values["order_id"]
        if orders.get(order) in hidden:
            why[pk] = since.NOT_YOURS
        elif (order, values["key"]) in taken:
            # Another line stands in its place by now.
            why[pk] = since.LATER if taken[order, values["key"]] in later else since.EDITED
        elif not (order in orders and values["product_id"] in products and values["reverses_id"] in lines):
            why[pk] = since.EDITED
        else:
            rows.append((pk, *(_stored(name, values[name]) for name in COLUMNS[1:])))
    return why, (COLUMNS, rows)


def _stored(name, value):
    return None if value is None else FIELDS[name].to_python(value)


def _known(model, keys, column):
    found, keys = {}, list(keys)
    for start in range(0, len(keys), AT_ONCE):
        rows = model.objects.filter(pk__in=keys[start : start + AT_ONCE])
        found |= dict(rows.values_list("pk", column))
    return found


def _taken(orders):
    """{(order, key): line} of what stands in these orders."""
    taken, keys = {}, list(orders)
    for start in range(0, len(keys), AT_ONCE):
        rows = OrderLine.objects.filter(order__in=keys[start : start + AT_ONCE])
        taken |= {(order, key): pk for order, key, pk in rows.values_list("order_id", "key", "pk")}
    return taken


def removed_later(run, changes):
    """{line: why it stays as it is} of changed lines that a later import removed: that one is to be taken back first."""
    later = since.later(run, OrderLine).filter(after__isnull=True)
    rows = later.values_list("row", flat=True)
    return dict.fromkeys((pk for pk in rows if pk in changes), since.LATER)


def customers(again):
    """Whose orders the lines return to."""
    orders = {row[COLUMNS.index("order_id")] for row in again[1]}
    return set(_known(Order, orders, "customer_id").values())
