"""What a run says about rows, and what it wrote over."""

from crm.importing import bulk
from crm.models import ImportChange, ImportRow

ROW_COLUMNS = ("run_id", "number", "level", "column", "value", "reason")


def say(run, level, rows):
    """rows: (row number, column, value, reason code)."""
    bulk.insert(ImportRow, ROW_COLUMNS, [(run.pk, n, level, c[:100], v[:200], r) for n, c, v, r in rows])


def keep(run, model, changes):
    """changes: (pk, before, after), JSON-able, enough to write the row back."""
    ImportChange.objects.bulk_create(
        [
            ImportChange(run=run, model=model, row=pk, before=before, after=after)
            for pk, before, after in changes
        ],
        batch_size=2000,
    )
