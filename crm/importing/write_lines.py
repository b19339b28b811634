"""Lines into the table, by one statement each for new, changed and seen ones: what is what, the plan has settled."""

from crm.importing import bulk
from crm.importing.matching import FIELDS
from crm.models import OrderLine


def write(cursor, run, plan, last_old, journal):
    """Sets the run's created, updated and unchanged; returns the ids of customers whose known orders changed."""
    run.created = _insert(cursor, run, "s.key", "", "o.id > %s", last_old)
    run.created += _insert(
        cursor, run, "n.key", 'JOIN import_new n ON n."row" = s."row"', "o.id <= %s", last_old
    )
    run.updated, run.unchanged = plan.updated, plan.same + plan.seen
    if plan.updated:
        _update(cursor)
    if plan.seen:
        bulk.set_from(cursor, "crm_orderline", ["imported_hash"], "import_seen", "id")
    cursor.execute(
        """INSERT INTO crm_importchange (run_id, model, "row", before, after)
        SELECT run_id, model, "row", before, after FROM import_change"""
    )
    cursor.execute(
        "SELECT l.id FROM crm_orderline l JOIN import_new n ON n.order_id = l.order_id AND n.key = l.key"
    )
    journal.made(OrderLine, [pk for (pk,) in cursor.fetchall()])
    cursor.execute(
        """SELECT DISTINCT customer_id FROM crm_order WHERE id IN (
            SELECT order_id FROM import_new
            UNION SELECT l.order_id FROM crm_orderline l JOIN import_update u ON u.id = l.id)"""
    )
    return {pk for (pk,) in cursor.fetchall()}


def _insert(cursor, run, key, join, condition, parameter):
    cursor.execute(
        f"""INSERT INTO crm_orderline
            (order_id, key, product_id, kind, unit, quantity, unit_price, amount, unit_cost, promised_on, learn,
             imported_hash)
        SELECT o.id, {key}, p.id, s.kind, s.unit, s.quantity, s.unit_price, s.amount, s.unit_cost, s.promised_on,
               %s, s.line_hash
        FROM staged_item s {join}
        JOIN crm_order o ON o.source = %s AND o.number = s.order_number
        JOIN import_product p ON p.key = s.sku
        WHERE {condition}""",
        [True, run.source, parameter],
    )
    return cursor.rowcount


def _update(cursor):
    bulk.set_from(cursor, "crm_orderline", [*FIELDS, "imported_hash"], "import_update", "id")
    # Only where it differs: the product is indexed, the other columns are not.
    cursor.execute(
        """UPDATE crm_orderline SET product_id = p.id FROM import_update u JOIN import_product p ON p.key = u.sku
        WHERE crm_orderline.id = u.id AND crm_orderline.product_id <> p.id"""
    )
