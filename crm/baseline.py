"""What a row was before a person changed it.

Imports write in bulk and leave nothing in the history: the first change on a screen could then not say from what, and
a later one would be taken for what the import had changed. Views call this before they save.
"""

BASELINE = "baseline"


def keep_baseline(rows):
    """Puts those of `rows` (a QuerySet as it stands in the database) into the history whose last record differs."""
    past = rows.model.history
    current = {row.pk: row for row in rows}
    last = {record.id: record for record in past.filter(id__in=current).order_by("history_id")}
    unknown = [row for pk, row in current.items() if pk not in last or _differs(row, last[pk])]
    for row in unknown:
        row._history_user = None  # nobody who is here now wrote it
    if unknown:
        past.bulk_history_create(unknown, default_change_reason=BASELINE)


def _differs(row, record):
    return any(
        getattr(row, field.attname) != getattr(record, field.attname) for field in record.tracked_fields
    )
