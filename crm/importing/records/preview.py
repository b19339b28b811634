"""What an import of records makes of its file, in figures and examples: kept with its run, told in the reader's words."""

from django.apps import apps

from crm.importing.records.writing import plain
from crm.models import ImportChange

SHOWN = 20


def summarise(kind, run, records) -> dict:
    """{"kinds": counts of records, "changes": first changed rows, "records": first records as they will be}."""
    counts = {
        fate: sum(record.fate == fate for record in records) for fate in ("created", "updated", "unchanged")
    }
    return {
        "kinds": {kind.name: counts},
        "changes": _changes(run, records),
        "records": [
            {
                "number": record.row,
                "fate": record.fate,
                "cells": [plain(record.values.get(name)) for name in kind.shown],
            }
            for record in records[:SHOWN]
        ],
    }


def _changes(run, records):
    """{model: [{"row": what it is called, "fields": [[name, old, new]]}]} of the first changed rows."""
    found = _changed(run)
    added = [(record, entry) for record in records for entry in record.added]
    for record, (model, name, value) in added[:SHOWN]:
        found.setdefault(model, []).append({"row": record.values["called"], "fields": [[name, "", value]]})
    return found


def _changed(run):
    found = {}
    entries = ImportChange.objects.filter(run=run, before__isnull=False).order_by("pk")
    for entry in entries[: SHOWN * 5]:
        fields = [
            [name, _shown(entry.before.get(name)), _shown(value)]
            for name, value in entry.after.items()
            if name != "imported" and entry.before.get(name) != value
        ]
        if fields:
            found.setdefault(entry.model, {})[entry.row] = fields
    return {name: _named(name, dict(list(rows.items())[:SHOWN])) for name, rows in found.items()}


def _named(name, rows):
    named = apps.get_model("crm", name).objects.filter(pk__in=rows)
    # What hangs on another row is called by it.
    names = {row.pk: str(row) for row in named.select_related()}
    return [{"row": names[pk], "fields": fields} for pk, fields in rows.items()]


def _shown(value):
    return "" if value is None else str(value)
