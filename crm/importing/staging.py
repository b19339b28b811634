"""The lines of a file, checked, into the staging table: a short transaction a chunk."""

from django.db import transaction

from crm.importing import bulk, log
from crm.importing.errors import Cancelled
from crm.importing.orders import STAGED_COLUMNS, Rejected
from crm.importing.wanted import still_wanted
from crm.models import ImportRun, StagedLine

ROWS = 20_000
# A few rows may be as long as thousands of others: of how much text a chunk is full.
CHARACTERS = 16_000_000


def stage(run, checker, source, progress):
    """Writes good rows to StagedLine and the others to ImportRow. Raises Cancelled."""
    rows = source.rows()
    next(rows)
    done = rejected = 0
    key, check = run.pk, checker.check
    for chunk in chunks(checker.lines(rows)):
        good, bad = [], []
        for number, cells in chunk:
            try:
                good.append((key, *check(number, cells)))
            except Rejected as row:
                bad.append((checker.row_of(number), row.column, row.value, row.reason))
                checker.doubt_order(cells)
        with transaction.atomic():
            bulk.insert(StagedLine, ("run_id", *STAGED_COLUMNS), good)
            log.say(run, "rejected", bad)
        rejected += len(bad)
        done += len(chunk)
        if progress:
            progress(done, run.read)
    run.read, run.rejected, run.state = done, rejected, ImportRun.State.STAGED
    if not still_wanted(run).update(read=done, rejected=rejected, state=run.state):
        raise Cancelled


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
