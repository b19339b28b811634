"""Orders that a person typed in before the export of an ERP had them: same number, same customer, of no ERP yet.

They become the ERP's own instead of standing there twice; import_typed holds their ids until then.
"""

from crm.importing import bulk, masters
from crm.models import Order

TEMPORARY = ("import_typed",)
# For orders of the run's source, those among them.
OF_SOURCE = "(o.source = %s OR o.id IN (SELECT id FROM import_typed))"


def find(cursor, run):
    """To be called when the orders are staged."""
    bulk.like(cursor, "import_typed", Order._meta.db_table, ["id"])
    if not run.source:
        return  # The file's orders are those without an ERP.
    cursor.execute(
        """SELECT o.id, s.customer_key FROM staged_order s JOIN crm_order o ON o.source = '' AND o.number = s.number
        WHERE NOT EXISTS (
            SELECT 1 FROM crm_order k WHERE k.source = %s AND k.number = s.number AND NOT k.number = '')""",
        [run.source],
    )
    key_of = dict(cursor.fetchall())
    identities = {}
    for start in range(0, len(key_of), 5000):
        orders = Order.objects.filter(pk__in=list(key_of)[start : start + 5000])
        names = [f"customer__{name}" for name in masters.IDENTITY]
        identities |= {pk: identity for pk, *identity in orders.values_list("pk", *names)}
    same = [(pk,) for pk, identity in identities.items() if key_of[pk] in masters.keys_of(*identity)]
    bulk.insert_into("import_typed", ["id"], same)


def adopt(cursor, run, journal):
    """To be called in the transaction, once it is known that nobody changed these orders since."""
    cursor.execute("SELECT id FROM import_typed ORDER BY id")
    for (pk,) in cursor.fetchall():
        journal.change(Order, pk, {"source": ""}, {"source": run.source})
    cursor.execute("UPDATE crm_order SET source = %s WHERE id IN (SELECT id FROM import_typed)", [run.source])
