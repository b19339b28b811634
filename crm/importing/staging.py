"""The lines of a file, checked, into a table of this connection alone, which dies with its process: a short transaction a
chunk."""

from django.db import transaction

from crm.importing import bulk, log
from crm.importing.errors import Cancelled
from crm.importing.orders import Rejected
from crm.importing.wanted import still_wanted
from crm.models import ImportRun

# As Checker.check gives them. No index: the table is written once and read whole.
COLUMNS = {
    "row": "bigint", "customer_key": "text", "order_number": "text", "ordered_on": "date", "sku": "text",
    "line_number": "text", "kind": "text", "unit": "text", "quantity": "numeric", "unit_price": "numeric",
    "amount": "numeric", "unit_cost": "numeric", "promised_on": "date", "currency": "text", "line_hash": "bigint",
    "is_cancelled": "smallint",
}  # fmt: skip

ROWS = 20_000
# A few rows may be as long as thousands of others: of how much text a chunk is full.
CHARACTERS = 16_000_000


def stage(cursor, run, checker, source, progress):
    """Writes good rows to the table staged_line and the others to ImportRow. Raises Cancelled."""
    clear(cursor)
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    cursor.execute(f"CREATE TEMP TABLE staged_line ({columns})")
    rows = source.rows()
    next(rows)
    done = rejected = 0
    check = checker.check
    for chunk in chunks(checker.lines(rows)):
        good, bad = [], []
        for number, cells in chunk:
            try:
                good.append(check(number, cells))
            except Rejected as row:
                bad.append((checker.row_of(number), row.column, row.value, row.reason))
                checker.doubt_order(cells)
        with transaction.atomic():
            bulk.insert_into("staged_line", COLUMNS, good)
            log.say(run, "rejected", bad)
        rejected += len(bad)
        done += len(chunk)
        if progress:
            progress(done, run.read)
    run.read, run.rejected, run.state = done, rejected, ImportRun.State.STAGED
    if not still_wanted(run).update(read=done, rejected=rejected, state=run.state):
        raise Cancelled


def clear(cursor):
    cursor.execute("DROP TABLE IF EXISTS staged_line")


def chunks(rows):
    """(number, cells) in lists of so many that they fit into memory."""
    chunk, characters = [], 0
    for number, cells in rows:
        chunk.append((number, cells))
        characters += sum(map(len, cells))
        if len(chunk) >= ROWS or characters >= CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk
