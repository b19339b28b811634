"""Kinds of files that are small beside the orders: read whole, compared with what stands here, written in bulk."""

from crm.importing.kinds.base import Kind
from crm.importing.records import writing
from crm.importing.values import day_of


class RecordKind(Kind):
    """A table whose rows each describe one row of `model`. What a kind does differently it says by its own methods.

    `stored`: the columns of the model that a record's values carry, compared three-way with what was imported last
    (model.imported) and with what stands there; `together`: groups of them that mean nothing apart: an amount and its
    currency; `shown`: fields of the first rows in the preview.
    """

    model = None

    stored = ()
    together = ()
    shown = ()
    # Written in one transaction of less than five seconds: what is larger is an order file, which has a way of its own.
    most_rows = 100_000
    # Of a new row also remembered: by what later files may mean it.
    remembered = ()

    @property
    def fills(self):
        return (self.model,)

    def cell(self, name) -> tuple:
        """(label, "text", "day", "month" or "number") of a value that the preview shows: of the field, or the column, of that name."""
        if name in self.fields:
            return self.fields[name].label, self.fields[name].reader
        return self.model._meta.get_field(name).verbose_name, "text"

    def day_in(self, text):
        """What a cell of a column of days says of how the column writes them."""
        return day_of(text)

    def read(self, row) -> tuple[tuple, dict]:
        """(key, values) of a row (records.reader.Row). Raises orders.Rejected."""
        raise NotImplementedError

    def fold(self, known, values) -> bool:
        """Takes a further row of the same key into `known`, whatever the rows' order; False where they can't both be true."""
        for name, value in values.items():
            if value not in (None, "") and (known.get(name) in (None, "") or value > known[name]):
                known[name] = value
        return True

    def resolve(self, records, context):
        """Turns names of customers and products into rows; rejects, by context.reject, what is unknown or not the user's.

        Outside the transaction, which is short.
        """

    def existing(self, records, context) -> dict:
        """{key: the row that the record means}, locked."""
        raise NotImplementedError

    def last_said(self, row) -> dict:
        """What a file said of the row before: where it still stands there, no person has changed it."""
        return row.imported or {}

    def make(self, record, context):
        """The row of a new record, unsaved."""
        raise NotImplementedError

    def write(self, records, context):
        """Makes new rows and changes known ones; sets the fate of each record, or rejects it. Inside the transaction."""
        existing = self.existing(records, context)
        made = {record.key: self.make(record, context) for record in records if record.key not in existing}
        for record in records:
            if record.key in made:
                made[record.key].imported = writing.said(record, (*self.stored, *self.remembered))
                record.fate = "created"
        writing.create(context, self.model, list(made.values()))
        changed = []
        for record in records:
            if record.key in existing:
                row = existing[record.key]
                change = writing.three_way(
                    context, record, row, self.stored, self.last_said(row), self.together
                )
                record.fate = "updated" if change and change.visible else "unchanged"
                changed += [change] if change else []
        writing.update(context, self.model, changed)
        self.written(list(made.values()), [change.row for change in changed if change.visible], context)

    def written(self, made, changed, context):
        """What follows from new and changed rows: the search index, what is computed from them."""
