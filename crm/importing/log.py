"""What a run says about rows, and what it wrote over."""

import json

from crm.importing import bulk
from crm.importing.choices import AS_IT_IS
from crm.importing.conflicts import Conflicts
from crm.models import ImportChange, ImportRow

ROW_COLUMNS = ("run_id", "number", "level", "column", "value", "reason")
CHANGE_COLUMNS = ("run_id", "model", "row", "before", "after")


def say(run, level, rows):
    """rows: (row number, column, value, reason code)."""
    key = run.pk
    bulk.insert(ImportRow, ROW_COLUMNS, [(key, n, level, c[:100], v[:200], r) for n, c, v, r in rows])


class Journal:
    """Gathers warnings, conflicts and changes of one attempt to apply a run, to be written in bulk.

    A change is (before, after), each the changed columns alone; before is None where the run made the row, after where
    it removed it. Taken
    back from the last to the first, they restore every row exactly. Orders say by `Order.run` who made them, and the
    lines of such an order need no word of their own.
    """

    def __init__(self, run, choices=AS_IT_IS, row_of=int):
        """row_of: the file's row of a line."""
        self.run, self.row_of = run, row_of
        self.conflicts = Conflicts(choices)
        self.warnings, self.changes = [], []

    def warn(self, number, column, value, reason):
        self.warnings.append((self.row_of(number), column, value, reason))

    def entry(self, model, pk, before, after):
        """A row of ImportChange, in the order of CHANGE_COLUMNS."""
        return self.run.pk, model._meta.model_name, pk, _json(before), _json(after)

    def change(self, model, pk, before, after):
        self.changes.append(self.entry(model, pk, before, after))

    def made(self, model, keys):
        self.changes += [self.entry(model, pk, None, None) for pk in keys]

    def removed(self, model, pk, values):
        """`values`: of all its columns but the key."""
        self.changes.append(self.entry(model, pk, values, None))

    def made_as(self, rows):
        """Rows of tables that no history watches, with the values they were made with: who changed one since, shows."""
        for row in rows:
            values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
            self.changes.append(self.entry(type(row), row.pk, None, values))

    def write_warnings(self):
        say(self.run, "warning", self.warnings)

    def write_changes(self):
        """Writes what is gathered so far and forgets it."""
        bulk.insert(ImportChange, CHANGE_COLUMNS, self.changes)
        self.changes = []


def _json(values):
    return None if values is None else json.dumps(values, default=str, ensure_ascii=False)
