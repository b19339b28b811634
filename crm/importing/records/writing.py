"""Rows made and changed by an import, each in its journal, so that it can be shown and taken back."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import models

from crm.importing import bulk
from crm.searching import index


@dataclass
class Context:
    """One attempt to bring records in. `changed`: whether anything is to be computed anew."""

    run: object
    wish: object
    journal: object
    today: dt.date
    rejected: list = field(default_factory=list)
    changed: bool = False

    def reject(self, record, reason, column="", value=""):
        record.fate = "rejected"
        self.rejected += [(number, column, value, reason) for number in record.rows]

    def warn(self, record, column, value, reason):
        self.journal.warn(record.row, column, value, reason)


@dataclass
class Change:
    """A row with its new values set, and what stood there; `visible`: more than the import's own memory differs.

    `beside`: what hangs on the row changed too.
    """

    row: models.Model
    before: dict
    after: dict
    beside: bool = False

    @property
    def visible(self):
        return self.beside or bool(set(self.after) - {"imported"})


def locked(model, ids) -> dict:
    """{key: row}, locked in the order of their ids, as everybody does: two who write at once don't wait for each other."""
    rows = {}
    keys = sorted(set(ids.values()))
    for start in range(0, len(keys), 5000):
        part = model.objects.select_for_update(of=("self",)).filter(pk__in=keys[start : start + 5000])
        rows |= {row.pk: row for row in part.order_by("pk")}
    return {key: rows[pk] for key, pk in ids.items() if pk in rows}


def plain(value):
    """As JSON keeps it: the same for 6, 6.0 and 6.000, whatever gave it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def said(record, names) -> dict:
    """What the file says, to be remembered; an empty cell says nothing."""
    return {name: plain(record.values[name]) for name in names if record.values.get(name) not in (None, "")}


def three_way(context, record, row, names, last, together=()) -> Change | None:
    """What the file said last time, what it says now, what stands there: a person's correction stays.

    An empty cell says nothing; it does not say that the value is empty. `together`: groups of names of which none is
    written without the others.
    """
    told = said(record, names)
    news = {name: value for name, value in told.items() if value != last.get(name)}
    if not news:
        return None
    before, after = {"imported": row.imported}, {"imported": last | news}
    for part in _parts(news, told, together):
        current = {name: plain(getattr(row, name)) for name in part}
        if any(current[name] not in (None, "", value, last.get(name)) for name, value in part.items()):
            context.warn(record, "", f"{row}: {' '.join(map(str, part.values()))}", "edited_since")
            continue
        for name, value in part.items():
            if current[name] != value:
                before[name], after[name] = getattr(row, name), record.values[name]
                setattr(row, name, record.values[name])
    row.imported = after["imported"]
    return Change(row, before, after)


def _parts(news, told, together):
    """News one by one, with what the file says beside them of the same group."""
    for group in together:
        if not news.keys().isdisjoint(group):
            yield {name: told[name] for name in group if name in told}
    grouped = {name for group in together for name in group}
    yield from ({name: value} for name, value in news.items() if name not in grouped)


def create(context, model, rows):
    """Inserts new rows, and says in the journal what they were made as."""
    model.objects.bulk_create(rows, batch_size=500)
    if hasattr(model, "history"):
        context.journal.made(model, [row.pk for row in rows])
    else:
        # What no history watches is compared with what was made.
        context.journal.made_as(rows)


def update(context, model, changes):
    """Writes changed rows, each column of which is one of the model's own."""
    columns = sorted({name for change in changes for name in change.after})
    for change in changes:
        context.journal.change(model, change.row.pk, change.before, change.after)
    bulk.update(
        model,
        columns,
        [(change.row.pk, *(getattr(change.row, name) for name in columns)) for change in changes],
    )


def let_be_found(model, rows):
    """When the import is written, and not while it holds the write lock."""
    index.refresh_on_commit(model._meta.model_name, [row.pk for row in rows])
