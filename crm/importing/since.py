"""What happened to the rows of an import after it: those stay as they are when the import is taken back.

By the history that screens write, by the journals of later imports, and by whatever else hangs on a row by now.
"""

from itertools import chain

from django.db import connection, models

from accounts.access import visible
from crm.importing import masters
from crm.importing.tables import TABLES
from crm.models import (
    Assignment,
    ContactPoint,
    Customer,
    Employment,
    ImportChange,
    ImportRun,
    Order,
    OrderLine,
    Person,
    PersonDate,
    Product,
    Shipment,
    ShipmentLine,
)
from crm.models.search import SearchDocument

EDITED, LATER, IN_USE, NOT_YOURS = "edited", "later_import", "in_use", "not_yours"
# What a later import may have changed of a customer without making him its own.
OF_CUSTOMERS = ("name", "country", "city", "time_zone", "imported")
# (what stays whole, how its parts point at it, the parts)
WHOLES = (
    (Person, "person", (PersonDate, ContactPoint, Employment)),
    (Shipment, "shipment", (ShipmentLine,)),
)


def of_orders(run, hidden) -> dict[int, str]:
    """Orders that the run made and that are no longer the file's alone -> why."""
    made, lines = Order.objects.filter(run=run), OrderLine.objects.filter(order__run=run)
    ids = made.values("pk")
    return _first_reason(
        (NOT_YOURS, _keys(made.filter(customer__in=hidden), "pk")),
        (EDITED, _keys(Order.history.filter(id__in=ids), "id")),
        (EDITED, _keys(OrderLine.history.filter(order__in=ids), "order_id")),
        (EDITED, _keys(made.filter(learn=False), "pk")),
        (EDITED, _not_as_imported(run)),
        (EDITED, _keys(lines.filter(imported_hash=None), "order_id")),
        (LATER, _keys(made.filter(pk__in=later(run, Order)), "pk")),
        (LATER, _keys(lines.filter(pk__in=later(run, OrderLine)), "order_id")),
        (IN_USE, dependents(Order, made, but=(OrderLine,))),
        (IN_USE, _keys(lines.filter(pk__in=dependents(OrderLine, lines, but=(OrderLine,))), "order_id")),
    )


def _not_as_imported(run):
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM crm_order WHERE run_id = %s AND imported <>
            CAST(customer_id AS TEXT) || '|' || CAST(ordered_on AS TEXT) || '|' || kind || '|' || currency""",
            [run.pk],
        )
        return {pk for (pk,) in cursor.fetchall()}


def of_lines(run, hidden) -> dict[int, str]:
    """The same of lines that the run added to orders known before."""
    lines = OrderLine.objects.filter(pk__in=made_by(run, OrderLine))
    return _first_reason(
        (NOT_YOURS, _keys(lines.filter(order__customer__in=hidden), "pk")),
        (EDITED, _keys(OrderLine.history.filter(id__in=made_by(run, OrderLine)), "id")),
        # Also one that a later import removed.
        (LATER, _keys(made_by(run, OrderLine).filter(row__in=later(run, OrderLine)), "row")),
        (IN_USE, dependents(OrderLine, lines, but=(OrderLine,))),
    )


def of_customers(run, hidden, staying_orders, returning_orders) -> dict[int, str]:
    """returning_orders: keys of those that the run moved here, and that go back to where they were."""
    made = made_by(run, Customer)
    rows, orders = Customer.objects.filter(pk__in=made), Order.objects.filter(customer__in=made)
    assigned = Assignment.objects.filter(customer__in=made)
    return _first_reason(
        (NOT_YOURS, _keys(rows.filter(pk__in=hidden), "pk")),
        (EDITED, _keys(Customer.history.filter(id__in=made), "id")),
        (LATER, _keys(rows.filter(pk__in=later(run, Customer, OF_CUSTOMERS)), "pk")),
        (IN_USE, dependents(Customer, rows, but=(Order, Assignment))),
        (IN_USE, _keys_of_others(orders.exclude(run=run), run, "customer_id", returning_orders)),
        (IN_USE, _keys(orders.filter(pk__in=staying_orders), "customer_id")),
        (IN_USE, _keys_of_others(assigned, run, "customer_id")),
    )


def of_products(run, staying_orders, staying_lines, returning_lines) -> dict[int, str]:
    made = made_by(run, Product)
    rows, used = Product.objects.filter(pk__in=made), OrderLine.objects.filter(product__in=made)
    return _first_reason(
        (EDITED, _keys(Product.history.filter(id__in=made), "id")),
        (LATER, _keys(rows.filter(pk__in=later(run, Product)), "pk")),
        (IN_USE, dependents(Product, rows, but=(OrderLine,))),
        (IN_USE, _keys_of_others(used.exclude(order__run=run), run, "product_id", returning_lines)),
        (IN_USE, _keys(used.filter(order__in=staying_orders), "product_id")),
        (IN_USE, _keys(used.filter(pk__in=staying_lines), "product_id")),
    )


def of_rows(run, model, user, made, stay) -> dict[int, str]:
    """Of any other table. `made`: {key: values as made} for tables without a history; `stay`: what hangs on these and stays."""
    rows = model.objects.filter(pk__in=made_by(run, model))
    reasons = [(NOT_YOURS, not_visible(model, user, made))]
    if hasattr(model, "history"):
        reasons.append((EDITED, _keys(model.history.filter(id__in=made_by(run, model)), "id")))
    else:
        reasons.append((EDITED, not_as_left(model, made)))
    reasons.append((LATER, _keys(rows.filter(pk__in=later(run, model)), "pk")))
    reasons.append((IN_USE, dependents(model, rows, but=TABLES)))
    for child, key in relations(model):
        if child in TABLES:
            hanging = child.objects.filter(**{f"{key.name}__in": rows.values("pk")})
            # Not by SQL: a condition with an alternative is asked anew for each row.
            go = set(made_by(run, child).values_list("row", flat=True)) - set(stay.get(child, ()))
            pairs = hanging.order_by().values_list("pk", key.attname)
            reasons.append((IN_USE, {owner for pk, owner in pairs.iterator(chunk_size=5000) if pk not in go}))
    return _first_reason(*reasons)


def of_wholes(made, staying) -> dict:
    """{model: keys of the parts of what the run made too, and what stays}: nobody is left without his job, and no shipment
    without its lines."""
    found = {}
    for model, key, parts in WHOLES:
        rows = list(set(made[model]) & set(staying[model]))
        for part in parts:
            if rows and made[part]:
                found[part] = _keys(part.objects.filter(**{f"{key}__in": rows}), "pk")
    return found


def not_visible(model, user, keys) -> dict[int, str]:
    """Those that this user may not see by now. Orders and customers are asked about by their customer instead."""
    if (
        user is None
        or not keys
        or model in (Customer, Product, Order, OrderLine)
        or not hasattr(model, "access_q")
    ):
        return {}
    seen = set(visible(user, model.objects).order_by().values_list("pk", flat=True))
    return {pk: NOT_YOURS for pk in keys if pk not in seen}


def not_as_left(model, left, lock=False):
    """Keys of rows whose values are no longer those that the run made them with, or put there. `left`: {key: values}."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    changed, keys = set(), sorted(left)
    for start in range(0, len(keys), 5000):
        rows = model.objects.filter(pk__in=keys[start : start + 5000]).order_by("pk")
        for row in (rows.select_for_update() if lock else rows).values():
            for name, value in (left[row["id"]] or {}).items():
                if row[name] != (None if value is None else fields[name].to_python(value)):
                    changed.add(row["id"])
    return changed


def made_by(run, model):
    """Rows that the run made, as a subquery. Its orders say so themselves, and their lines need no word."""
    made = ImportChange.objects.filter(run=run, model=model._meta.model_name, before__isnull=True)
    return made.order_by().values("row")


def hidden_from(user):
    """Customers that he may not see by now: what is theirs is no longer his to take back."""
    return masters.not_visible(user).values("pk")


def later(run, model, fields=None):
    """Rows of `model` that imports after this one wrote, as a subquery."""
    changes = ImportChange.objects.filter(
        model=model._meta.model_name, run__state=ImportRun.State.APPLIED, run__applied_at__gt=run.applied_at
    )
    if fields:
        changes = changes.filter(after__has_any_keys=fields)
    return changes.values("row")


def relations(model):
    """(model, foreign key) of whatever may point at rows of this one; what history remembers does not."""
    for relation in model._meta.get_fields(include_hidden=True):
        points_here = relation.auto_created and (relation.one_to_many or relation.one_to_one)
        if points_here and not relation.concrete and not hasattr(relation.related_model, "history_object"):
            yield relation.related_model, relation.field


def is_fact(model, key):
    """A row of this app, or one that insists on what it points at; the rest are answers that are computed anew."""
    if model is SearchDocument:
        return False
    return model._meta.app_label == Customer._meta.app_label or key.remote_field.on_delete is models.PROTECT


def dependents(model, rows, but):
    """Keys of `rows` on which facts hang, those of the models in `but` aside."""
    found = set()
    for related, key in relations(model):
        if related not in but and is_fact(related, key):
            pointing = related._base_manager.filter(**{f"{key.name}__in": rows.values("pk")})
            found |= _keys(pointing, key.attname)
    return found


def _keys(rows, column):
    return set(rows.order_by().values_list(column, flat=True))


def _keys_of_others(rows, run, column, returning=frozenset()):
    """Of those rows that the run did not make, nor moved and puts back. Not in SQL: an anti-join takes SQLite the product
    of rows and changes, and a long `NOT IN (SELECT ...)` takes PostgreSQL as long."""
    made = set(made_by(run, rows.model).values_list("row", flat=True))
    pairs = rows.order_by().values_list("pk", column).iterator(chunk_size=5000)
    return {key for pk, key in pairs if pk not in made and pk not in returning}


def _first_reason(*reasons):
    return dict(chain.from_iterable(((pk, why) for pk in keys) for why, keys in reversed(reasons)))
