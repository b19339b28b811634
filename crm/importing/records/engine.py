"""Records from a file into the database: read, compared, written in one transaction; a dry run rolls it back at its end."""

from functools import partial

from django.utils.translation import gettext as _

from crm.importing import log
from crm.importing.errors import ImportRefused
from crm.importing.records import preview
from crm.importing.records.reader import Reader
from crm.importing.records.writing import Context
from crm.importing.wanted import applying, latest_today

TOLD_EACH = 2000
FATES = ("created", "updated", "unchanged")


def bring_in(kind, run, wish, source, progress) -> dict:
    """Imports the file as records of `kind`, or tries to; returns {"changed": whether to compute anew}.

    Raises ImportRefused, Cancelled.
    """
    kind.check_role(wish.user)
    reader, records = _read(kind, run, wish, source, progress)
    context = Context(run, wish, log.Journal(run), latest_today(), reader.rejected)
    # Before the write lock is taken: for a long file it takes as long as the writing.
    kind.resolve(records, context)
    with applying(run, wish.dry_run, partial(_say, run, context)):
        _write(kind, run, records, context)
    return {"changed": context.changed and not wish.dry_run}


def _read(kind, run, wish, source, progress):
    rows = source.rows()
    header = next(rows, (0, []))[1]
    columns = wish.columns or {
        name: i for i, h in reversed(list(enumerate(header))) if (name := kind.field_of(h))
    }
    if missing := kind.missing(columns):
        raise ImportRefused(_("No column is chosen for: %(fields)s.") % {"fields": ", ".join(missing)})
    if kind.lacks_currency(columns, wish.currency):
        raise ImportRefused(_("No column says the currency of the amounts: say it here."))
    reader = Reader(kind, header, columns, wish.date_order)
    run.read = reader.learn(rows)
    if not run.read:
        raise ImportRefused(_("The file has a header, but no rows below it."))
    if run.read > kind.most_rows:
        raise ImportRefused(
            _("The file has %(n)s rows; of this kind %(most)s can be read at once. Split it.")
            % {"n": run.read, "most": kind.most_rows}
        )
    run.mapping = {name: reader.header[index] for name, index in columns.items()}
    # Of orders, as which the file was perhaps tried before.
    run.complete_through = None
    run.save(update_fields=["read", "mapping", "complete_through"])

    def told(done):
        if progress and (done % TOLD_EACH == 0 or done == run.read):
            progress(done, run.read)

    rows = source.rows()
    next(rows)
    return reader, reader.records(rows, told)


def _write(kind, run, records, context):
    kind.write([record for record in records if not record.fate], context)
    good = [record for record in records if record.fate in FATES]
    for fate in FATES:
        setattr(run, fate, sum(len(record.rows) for record in good if record.fate == fate))
    run.rejected = len(context.rejected)
    context.journal.write_changes()
    run.summary = preview.summarise(kind, run, good)


def _say(run, context):
    log.say(run, "rejected", sorted(context.rejected))
    context.journal.write_warnings()
