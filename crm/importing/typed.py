"""Orders that a person typed in before the export of an ERP had them: same number, same customer, of no ERP yet.

They become the ERP's own instead of standing there twice; import_typed holds their ids until then.
"""

from crm.importing import bulk, masters
from crm.importing.errors import OrdersMoved
from crm.models import Order

TEMPORARY = ("import_typed",)
# For orders of the run's source, those among them.
OF_SOURCE = "(o.source = %s OR o.id IN (SELECT id FROM import_typed))"


def find(cursor, run, wish):
    """To be called when the orders are staged."""
    bulk.like(cursor, "import_typed", Order._meta.db_table, ["id"])
    bulk.insert_into("import_typed", ["id"], [(pk,) for pk in sorted(_typed(cursor, run, wish))])


def adopt(cursor, run, wish, journal):
    """To be called in the transaction. Raises OrdersMoved where they are others by now."""
    cursor.execute("SELECT id FROM import_typed ORDER BY id")
    found = [pk for (pk,) in cursor.fetchall()]
    if set(found) != _typed(cursor, run, wish):
        raise OrdersMoved
    for pk in found:
        journal.change(Order, pk, {"source": ""}, {"source": run.source})
    cursor.execute("UPDATE crm_order SET source = %s WHERE id IN (SELECT id FROM import_typed)", [run.source])


def _typed(cursor, run, wish) -> set[int]:
    """Of customers as the import itself will find them, so that nobody else's order is taken."""
    if not run.source:
        return set()  # The file's orders are those without an ERP.
    cursor.execute(
        """SELECT o.id, o.customer_id, s.customer_key FROM staged_order s
        JOIN crm_order o ON o.source = '' AND o.number = s.number AND o.imported = '' AND o.run_id IS NULL
        WHERE NOT EXISTS (
            SELECT 1 FROM crm_order k WHERE k.source = %s AND k.number = s.number AND NOT k.number = '')""",
        [run.source],
    )
    rows = cursor.fetchall()
    known = masters.known_customers({key for _pk, _customer, key in rows}, wish) if rows else {}
    return {pk for pk, customer, key in rows if known.get(key) == customer}
