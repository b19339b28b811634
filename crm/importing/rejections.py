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
            SELECT "row", s.order_number, s.{column} AS value FROM staged_line s JOIN (
                SELECT order_number AS number, MIN({column}) AS first FROM staged_line
                GROUP BY order_number HAVING COUNT(DISTINCT {column}) > 1
            ) o ON o.number = s.order_number WHERE s.{column} <> o.first"""
        )
        _remove(cursor, run, checker, reason, header)
    _reject_foreign_orders(cursor, run, checker, importer)
    if "status" in checker.columns:
        _reject_cancelled(cursor, run, checker)


def _reject_foreign_orders(cursor, run, checker, importer):
    """An order number that is known as another rep's: this file must not take the order away from him."""
    foreign = set(masters.not_visible(importer).values_list("pk", flat=True))
    if not foreign:
        return
    cursor.execute(
        """SELECT o.number, o.customer_id FROM crm_order o
        WHERE o.source = %s AND o.number IN (SELECT order_number FROM staged_line)""",
        [run.source],
    )
    numbers = [(number,) for number, customer in cursor.fetchall() if customer in foreign]
    if not numbers:
        return
    bulk.like(cursor, "import_values", Order._meta.db_table, ["number"])
    bulk.insert_into("import_values", ["number"], numbers)
    _refuse_orders(cursor, "order_number IN (SELECT number FROM import_values)")
    cursor.execute("DROP TABLE import_values")
    _remove(cursor, run, checker, "not_yours", checker.header_of("order_number"))


def _reject_cancelled(cursor, run, checker):
    """What never came is learned from by nobody; an order that was called off here too is no news."""
    _refuse_orders(
        cursor,
        """is_cancelled = 1 AND NOT EXISTS (
            SELECT 1 FROM crm_order o
            WHERE o.source = %s AND o.number = s.order_number AND NOT o.number = '' AND o.status = %s)""",
        [run.source, Order.Status.CANCELLED],
    )
    _remove(cursor, run, checker, "cancelled_there", checker.header_of("status"))


def _refuse_orders(cursor, condition, parameters=()):
    cursor.execute(
        f"""CREATE TEMP TABLE import_refused AS
        SELECT "row", order_number, order_number AS value FROM staged_line s WHERE {condition}""",
        parameters,
    )


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
        cursor.execute('DELETE FROM staged_line WHERE "row" IN (SELECT "row" FROM import_refused)')
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
