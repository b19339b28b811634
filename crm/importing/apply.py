"""Staged lines -> customers, products, orders and lines, by one set-based statement a table.

The temporary tables belong to the connection; what reads only the staged lines is prepared before the transaction, so
that the write lock is held for the writing alone.
"""

from django.db.models import Min, Q

from accounts.access import visible_q
from crm.importing import log, masters, reversals, write_lines, write_orders
from crm.models import Assignment, Customer, Order

TEMPORARY = (
    "staged_order", "staged_item", "import_customer", "import_product", "import_order", "import_match", "import_key",
)  # fmt: skip


def prepare(cursor, run):
    """One order per number, and each line's place among its like; rows that contradict their order are rejected."""
    clean_up(cursor)
    for column, reason in (("customer_key", "other_customer"), ("currency", "other_currency")):
        _reject_contradictions(cursor, run, column, reason)
    cursor.execute(
        """CREATE TEMP TABLE staged_order AS
        SELECT order_number AS number, MIN(customer_key) AS customer_key, MIN(ordered_on) AS ordered_on,
               CASE WHEN MAX(quantity) < 0 THEN 'return' ELSE 'order' END AS kind, MIN(currency) AS currency
        FROM crm_stagedline WHERE run_id = %s GROUP BY order_number""",
        [run.pk],
    )
    cursor.execute(
        """CREATE TEMP TABLE staged_item AS
        SELECT s.*,
               ROW_NUMBER() OVER (PARTITION BY order_number, sku, line_number ORDER BY line_hash, "row") AS place,
               ROW_NUMBER() OVER (PARTITION BY order_number, sku, line_hash ORDER BY "row") AS twin
        FROM crm_stagedline s WHERE run_id = %s""",
        [run.pk],
    )


def clean_up(cursor):
    for table in TEMPORARY:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def write(cursor, run, checker, owner, complete_through, today):
    """To be called in a transaction. Sets the run's counts; returns {customers, products, orders: created, changed}."""
    run.complete_through = complete_through or checker.last_on
    customers = masters.write_customers(cursor, run, checker, owner)
    products = masters.write_products(cursor, run, checker)
    orders = write_orders.write(cursor, run)
    grown = write_lines.write(cursor, run, orders.last_old)
    touched = orders.touched | set(Order.objects.filter(pk__in=grown).values_list("customer_id", flat=True))
    reversals.mark(touched)
    Customer.objects.filter(pk__in=touched).count_change()
    _assign(touched, today)
    _know_through(cursor, run, owner)
    return {"customers": customers, "products": products, "orders": orders.created, "changed": bool(touched)}


def _reject_contradictions(cursor, run, column, reason):
    """Lines of an order that name another customer or currency than the others: rejected, not guessed."""
    cursor.execute(
        f"""SELECT "row", s.{column} FROM crm_stagedline s JOIN (
            SELECT order_number AS number, MIN({column}) AS first FROM crm_stagedline WHERE run_id = %s
            GROUP BY order_number HAVING COUNT(DISTINCT {column}) > 1
        ) o ON o.number = s.order_number WHERE s.run_id = %s AND s.{column} <> o.first""",
        [run.pk, run.pk],
    )
    rows = cursor.fetchall()
    log.say(run, "rejected", [(number, "", value.removeprefix("code:"), reason) for number, value in rows])
    cursor.executemany(
        'DELETE FROM crm_stagedline WHERE run_id = %s AND "row" = %s',
        [(run.pk, number) for number, _ in rows],
    )
    run.rejected += len(rows)


def _assign(touched, today):
    """Who had the customer from when: an open assignment for each owned customer that has none."""
    assigned = Assignment.objects.filter(to_on=None).values("customer")
    owned = Customer.objects.filter(pk__in=touched, owner__isnull=False).exclude(pk__in=assigned)
    started = owned.annotate(first_on=Min("orders__ordered_on")).values_list("pk", "owner_id", "first_on")
    Assignment.objects.bulk_create(
        [
            Assignment(customer_id=pk, rep_id=owner, from_on=first_on or today)
            for pk, owner, first_on in started
        ]
    )


def _know_through(cursor, run, owner):
    """Silence is known up to the run's day: for who is in the file, and for all customers of the same source."""
    if run.complete_through is None:
        return  # No row of the file could be used.
    cursor.execute("SELECT id FROM import_customer")
    in_file = [pk for (pk,) in cursor.fetchall()]
    same_source = Q(pk__in=Order.objects.filter(source=run.source).exclude(number="").values("customer"))
    if owner:
        same_source &= visible_q(owner)
    earlier = Q(orders_known_through=None) | Q(orders_known_through__lt=run.complete_through)
    Customer.objects.filter(earlier & (Q(pk__in=in_file) | same_source)).update(
        orders_known_through=run.complete_through
    )
