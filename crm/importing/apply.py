"""Staged lines -> customers, products, orders and lines, by one set-based statement a table.

The temporary tables belong to the connection; what can be decided beforehand is decided before the transaction, so
that the write lock is held for the writing alone.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min, Q

from accounts.access import visible_q
from crm.importing import (
    bulk,
    masters,
    matching,
    namesakes,
    rejections,
    reversals,
    typed,
    vanished,
    write_lines,
    write_orders,
)
from crm.models import Assignment, Customer, Order, OrderLine

TEMPORARY = (
    "import_refused", "staged_order", "staged_item", "import_customer", "import_product", "import_order", "import_values",
    *typed.TEMPORARY, *matching.TEMPORARY, *vanished.TEMPORARY,
)  # fmt: skip

# So many lines change what a planner should know of the tables.
MANY = 5000


@dataclass(frozen=True)
class Prepared:
    """What is left in staging, and how it meets the known orders."""

    customers: set
    skus: set
    last_on: date | None
    plan: matching.Plan
    vanished: vanished.Vanished
    namesakes: namesakes.Namesakes


def prepare(cursor, run, checker, wish, journal) -> Prepared:
    """Rejects what contradicts itself or is not the importer's; settles the key of each line and the fate of known ones."""
    clean_up(cursor)
    bulk.analyze(cursor, "staged_line")
    rejections.reject(cursor, run, checker, wish.importer)
    cursor.execute(
        """CREATE TEMP TABLE staged_order AS
        SELECT order_number AS number, MIN(customer_key) AS customer_key, MIN(ordered_on) AS ordered_on,
               CASE WHEN MAX(quantity) < 0 THEN 'return' ELSE 'order' END AS kind, MIN(currency) AS currency
        FROM staged_line GROUP BY order_number"""
    )
    _key_lines(cursor)
    bulk.analyze(cursor, "staged_order", "staged_item")
    keys, skus = (_distinct(cursor, column) for column in ("customer_key", "sku"))
    typed.find(cursor, run, wish)
    plan = matching.plan(cursor, run, journal)
    _keep_kind(cursor, run)
    gone = vanished.find(cursor, checker.doubtful_orders)
    alike = namesakes.find(checker, keys, wish.importer, wish.choices.same)
    return Prepared(keys, skus, _last_day(cursor), plan, gone, alike)


def _key_lines(cursor):
    """staged_item: the ERP's line number as key; without one the SKU and its occurrence.

    Keys of lines with numbers may collide nevertheless (2, 2 and 2:2): then they get a mark. Without numbers they can't, and
    a pass over all lines is spared. In the order in which orders get their ids, so that lines go into the index of orders one
    beside the other.
    """
    cursor.execute("SELECT EXISTS (SELECT 1 FROM staged_line WHERE line_number <> '')")
    (numbered,) = cursor.fetchone()
    collision = 'ROW_NUMBER() OVER (PARTITION BY order_number, plain_key ORDER BY line_hash, "row")'
    cursor.execute(
        f"""CREATE TEMP TABLE staged_item AS
        SELECT t.*, CASE WHEN collision = 1 THEN plain_key ELSE plain_key || '~' || collision END AS key
        FROM (
            SELECT p.*, {collision if numbered else 1} AS collision
            FROM (
                SELECT q.*, CASE WHEN line_number = '' THEN sku || ':' || place
                    WHEN place = 1 THEN line_number ELSE line_number || ':' || place END AS plain_key
                FROM (
                    SELECT s.*, ROW_NUMBER() OVER (
                        PARTITION BY order_number, CASE WHEN line_number = '' THEN sku ELSE '' END, line_number
                        ORDER BY line_hash, "row") AS place
                    FROM staged_line s
                ) q
            ) p
        ) t ORDER BY ordered_on, order_number, "row" """
    )


def _keep_kind(cursor, run):
    """A file with nothing but the credited lines of a known order makes no return of it."""
    cursor.execute(
        f"""UPDATE staged_order SET kind = 'order' WHERE kind = 'return' AND number IN (
            SELECT o.number FROM crm_order o JOIN crm_orderline l ON l.order_id = o.id
            WHERE {typed.OF_SOURCE} AND o.number IN (SELECT number FROM staged_order WHERE kind = 'return')
              AND l.quantity > 0 AND NOT EXISTS (SELECT 1 FROM import_same m WHERE m.id = l.id)
              AND NOT EXISTS (SELECT 1 FROM import_update u WHERE u.id = l.id))""",
        [run.source],
    )


def clean_up(cursor):
    for table in TEMPORARY:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def write(cursor, run, checker, prepared, wish, today, journal):
    """To be called in a transaction. Sets the run's counts; returns how many customers, products and orders it made.

    Raises OrdersMoved where orders were changed since they were read.
    """
    prepared.plan.check(cursor, run)
    typed.adopt(cursor, run, wish, journal)
    # A date typed wrong must not promise that orders of years to come are known.
    run.complete_through = wish.complete_through or (prepared.last_on and min(prepared.last_on, today))
    last_line = OrderLine.objects.aggregate(last=Max("pk"))["last"] or 0
    customers, otherwise = masters.write_customers(
        cursor, checker, prepared.customers, wish, run.complete_through, journal
    )
    products = masters.write_products(cursor, checker, prepared.skus, journal)
    orders = write_orders.write(cursor, run, journal)
    touched = orders.touched | write_lines.write(cursor, run, prepared.plan, orders.last_old, journal)
    removed = vanished.remove(cursor, journal) if wish.choices.remove else vanished.NONE
    touched |= removed.customers
    many = run.created + run.updated + removed.lines > MANY
    if many:
        bulk.analyze(cursor, "crm_customer", "crm_product", "crm_order", "crm_orderline")
    # The lines' own changes stand before; what becomes of their pairs comes after, to be taken back first.
    reversals.mark(touched, last_line, journal)
    recomputed = touched | otherwise
    Customer.objects.filter(pk__in=recomputed).count_change()
    _assign(touched, today, journal)
    _know_through(cursor, run, wish.importer, journal)
    journal.write_changes()
    if many:
        bulk.analyze(cursor, "crm_importchange")
    return {
        "customers_in_file": len(prepared.customers),
        "customers": customers,
        "products": products,
        "orders": orders.created,
        "removed": removed.lines,
        "short_orders": removed.orders,
        "changed": bool(recomputed),
    }


def _distinct(cursor, column):
    cursor.execute(f"SELECT DISTINCT {column} FROM staged_item")
    return {value for (value,) in cursor.fetchall()}


def _last_day(cursor):
    cursor.execute("SELECT CAST(MAX(ordered_on) AS TEXT) FROM staged_item")
    (day,) = cursor.fetchone()
    return date.fromisoformat(day) if day else None


def _assign(touched, today, journal):
    """Who had the customer from when: an open assignment for each owned customer that has none."""
    assigned = Assignment.objects.filter(to_on=None).values("customer")
    owned = Customer.objects.filter(pk__in=touched, owner__isnull=False).exclude(pk__in=assigned)
    started = owned.annotate(first_on=Min("orders__ordered_on")).values_list("pk", "owner_id", "first_on")
    made = Assignment.objects.bulk_create(
        [
            Assignment(customer_id=pk, rep_id=owner, from_on=first_on or today)
            for pk, owner, first_on in started
        ]
    )
    journal.made(Assignment, [assignment.pk for assignment in made])


def _know_through(cursor, run, importer, journal):
    """Silence is known up to the run's day: for who is in the file, and for all customers of the same source."""
    if run.complete_through is None:
        return  # No row of the file could be used.
    cursor.execute("SELECT id FROM import_customer")
    in_file = [pk for (pk,) in cursor.fetchall()]
    same_source = Q(pk__in=Order.objects.filter(source=run.source).exclude(number="").values("customer"))
    if importer:
        same_source &= visible_q(importer)
    earlier = Q(orders_known_through=None) | Q(orders_known_through__lt=run.complete_through)
    moved = Customer.objects.filter(earlier & (Q(pk__in=in_file) | same_source))
    changes = list(moved.values_list("pk", "orders_known_through"))
    for pk, before in changes:
        journal.change(
            Customer, pk, {"orders_known_through": before}, {"orders_known_through": run.complete_through}
        )
    bulk.update(Customer, ["orders_known_through"], [(pk, run.complete_through) for pk, _ in changes])
