"""Rows that are sound by themselves, but not beside the others or beside what is known: rejected set by set."""

from crm.importing import bulk, log, masters
from crm.models import Customer, Order


def reject(cursor, run, checker, importer):
    """Removes them from staging and says why; counts them as rejected."""
    contradictions = (
        ("customer_key", "other_customer", checker.header_of("customer_code", "customer_name")),
        ("currency", "other_currency", checker.header_of("currency")),
    )
    for column, reason, header in contradictions:
        cursor.execute(
            f"""CREATE TEMP TABLE import_refused AS
            SELECT "row", s.order_number, s.{column} AS value FROM crm_stagedline s JOIN (
                SELECT order_number AS number, MIN({column}) AS first FROM crm_stagedline WHERE run_id = %s
                GROUP BY order_number HAVING COUNT(DISTINCT {column}) > 1
            ) o ON o.number = s.order_number WHERE s.run_id = %s AND s.{column} <> o.first""",
            [run.pk, run.pk],
        )
        _remove(cursor, run, checker, reason, header)
    _reject_foreign_orders(cursor, run, checker, importer)


def _reject_foreign_orders(cursor, run, checker, importer):
    """An order number that is known as another rep's: this file must not take the order away from him."""
    foreign = set(masters.not_visible(importer).values_list("pk", flat=True))
    if not foreign:
        return
    cursor.execute(
        """SELECT o.number, o.customer_id FROM crm_order o
        WHERE o.source = %s AND o.number IN (SELECT order_number FROM crm_stagedline WHERE run_id = %s)""",
        [run.source, run.pk],
    )
    numbers = [(number,) for number, customer in cursor.fetchall() if customer in foreign]
    if not numbers:
        return
    bulk.like(cursor, "import_values", Order._meta.db_table, ["number"])
    bulk.insert_into("import_values", ["number"], numbers)
    cursor.execute(
        """CREATE TEMP TABLE import_refused AS SELECT "row", order_number, order_number AS value FROM crm_stagedline
        WHERE run_id = %s AND order_number IN (SELECT number FROM import_values)""",
        [run.pk],
    )
    cursor.execute("DROP TABLE import_values")
    _remove(cursor, run, checker, "not_yours", checker.header_of("order_number"))


def _remove(cursor, run, checker, reason, header):
    cursor.execute('SELECT "row", value, order_number FROM import_refused ORDER BY "row"')
    rows = cursor.fetchall()
    if rows:
        log.say(
            run,
            "rejected",
            [(checker.row_of(row), header, _shown(value), reason) for row, value, _order in rows],
        )
        checker.doubtful_orders |= {order for _row, _value, order in rows}
        cursor.execute(
            'DELETE FROM crm_stagedline WHERE run_id = %s AND "row" IN (SELECT "row" FROM import_refused)',
            [run.pk],
        )
        run.rejected += len(rows)
    cursor.execute("DROP TABLE import_refused")


def _shown(value):
    """A customer's key as the file wrote it: "code:K1" or "name:Fjord|NO"."""
    if value.startswith("name:"):
        return value.removeprefix("name:").rpartition("|")[0]
    return value.removeprefix("code:")


def refused_keys(importer):
    """Keys of customers that this user may not see: his file must not change them, nor tell him about them."""
    if importer is None:
        return frozenset()
    keys, current = set(), set()
    for code, *identity in masters.not_visible(importer).values_list(*masters.IDENTITY):
        keys |= set(masters.keys_of(code, *identity))
        current |= {masters.code_key(code)} if code else set()
    # Where a name, or a code of earlier days, may mean two customers, the own one is meant.
    for identity in Customer.objects.exclude(pk__in=masters.not_visible(importer)).values_list(
        *masters.IDENTITY
    ):
        keys -= set(masters.keys_of(*identity))
    return frozenset(keys | current)
