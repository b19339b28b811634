"""Lines that an earlier import brought, of orders that the file names, and that the file no longer has.

Whether they go is the user's to say. What a person touched or something else hangs on never goes. An order of which a
row was rejected is left alone: the line that seems to be missing may be that row.
"""

import re
from dataclasses import dataclass, field

from crm.importing import bulk, masters, since
from crm.importing.errors import OrdersMoved
from crm.importing.matching import FIELDS, base_of
from crm.importing.orders import line_hash
from crm.models import Order, OrderLine

SHOWN = 50
AT_ONCE = 5000
TEMPORARY = ("import_gone",)
COLUMNS = [f.attname for f in OrderLine._meta.concrete_fields if not f.primary_key]


@dataclass
class Vanished:
    """How many may go and how many stay, and the first of both as a reader knows them."""

    going: int = 0
    staying: int = 0
    first: list = field(default_factory=list)
    stay: list = field(default_factory=list)

    def add(self, lines, why):
        """why: of lines that stay, {line: why}."""
        for line in lines:
            self.going += line.pk not in why
            self.staying += line.pk in why
            told = self.stay if line.pk in why else self.first
            if len(told) < SHOWN:
                told.append(_told(line) | ({"why": why[line.pk]} if line.pk in why else {}))


def find(cursor, doubtful) -> Vanished:
    """Fills import_gone with what may go. `doubtful`: numbers of orders with rejected rows."""
    bulk.like(cursor, "import_gone", "crm_orderline", ["id"])
    cursor.execute(
        """SELECT l.id, o.number FROM crm_orderline l
        JOIN (SELECT DISTINCT order_id FROM import_known) k ON k.order_id = l.order_id
        JOIN crm_order o ON o.id = l.order_id
        LEFT JOIN import_same m ON m.id = l.id
        LEFT JOIN import_update u ON u.id = l.id
        LEFT JOIN import_seen s ON s.id = l.id
        WHERE l.imported_hash IS NOT NULL AND m.id IS NULL AND u.id IS NULL AND s.id IS NULL ORDER BY l.id"""
    )
    found, unmet = Vanished(), [line for line, number in cursor.fetchall() if number not in doubtful]
    skus = masters.renamed_products() if unmet else {}
    for start in range(0, len(unmet), AT_ONCE):
        rows = OrderLine.objects.filter(pk__in=unmet[start : start + AT_ONCE])
        lines = list(rows.select_related("order", "product").order_by("pk"))
        why = _staying(rows, lines, skus)
        found.add(lines, why)
        bulk.insert_into("import_gone", ["id"], [(line.pk,) for line in lines if line.pk not in why])
    return found


def _staying(rows, lines, skus):
    """{line: why} of those that are no longer the file's alone."""
    edited = set(OrderLine.history.filter(id__in=rows.values("pk")).values_list("id", flat=True))
    edited |= {line.pk for line in lines if not _as_imported(line, skus.get(line.product_id))}
    used = since.dependents(OrderLine, rows, but=(OrderLine,))
    return dict.fromkeys(used, since.IN_USE) | dict.fromkeys(edited, since.EDITED)


def _as_imported(line, sku):
    key = re.sub(r"~\d+$", "", line.key)
    values = [getattr(line, name) for name in FIELDS]
    numbers = {"", key, base_of(key)}
    return line.imported_hash in {line_hash((sku or line.product.sku, number, *values)) for number in numbers}


def _told(line):
    return {
        "order": str(line.order),
        "sku": line.product.sku,
        "product": line.product.name,
        "quantity": str(line.quantity),
        "amount": str(line.amount),
        "currency": line.order.currency,
    }


@dataclass(frozen=True)
class Removed:
    """How many lines; ids of their orders and of those orders' customers."""

    lines: int
    orders: frozenset
    customers: frozenset


NONE = Removed(0, frozenset(), frozenset())


def remove(cursor, journal) -> Removed:
    """Deletes what is in import_gone, with all its values in the journal.

    Raises OrdersMoved where something has come to hang on one of them since.
    """
    cursor.execute("SELECT id FROM import_gone ORDER BY id")
    gone = [pk for (pk,) in cursor.fetchall()]
    customers, orders = set(), {}
    for start in range(0, len(gone), AT_ONCE):
        rows = OrderLine.objects.filter(pk__in=gone[start : start + AT_ONCE]).order_by("pk")
        if since.dependents(OrderLine, rows, but=(OrderLine,)):
            raise OrdersMoved
        _part_pairs(rows, set(gone), journal)
        for pk, *values in rows.values_list("pk", *COLUMNS):
            journal.removed(OrderLine, pk, dict(zip(COLUMNS, values, strict=True)))
        of_orders = Order.objects.filter(pk__in=rows.order_by().values("order"))
        orders |= dict(of_orders.values_list("pk", "imported"))
        customers |= set(of_orders.values_list("customer", flat=True))
    for pk, said in orders.items():
        # No news of the order, but a word for who takes the import back that made it: a later one touched it.
        journal.change(Order, pk, {"imported": said}, {"imported": said})
    cursor.execute("DELETE FROM crm_orderline WHERE id IN (SELECT id FROM import_gone)")
    return Removed(len(gone), frozenset(orders), frozenset(customers))


def _part_pairs(rows, gone, journal):
    """Returns and what they reverse: the other one of a pair is learned from again."""
    returns = OrderLine.objects.filter(reverses__in=rows.order_by().values("pk")).order_by("pk")
    reversed_ones = OrderLine.objects.filter(reversed_by__in=rows.order_by().values("pk")).order_by("pk")
    parted = []
    for line, earlier, learn in returns.values_list("pk", "reverses", "learn"):
        if line not in gone:
            before, after = {"reverses_id": earlier, "learn": learn}, {"reverses_id": None, "learn": True}
            journal.change(OrderLine, line, before, after)
            parted.append((line, None, True))
    bulk.update(OrderLine, ["reverses_id", "learn"], parted)
    free = []
    for line, learn in reversed_ones.values_list("pk", "learn"):
        if line not in gone:
            journal.change(OrderLine, line, {"learn": learn}, {"learn": True})
            free.append((line, True))
    bulk.update(OrderLine, ["learn"], free)
