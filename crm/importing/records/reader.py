"""Rows of a file -> records of one kind: cells read as the whole column writes them, rows of one key folded to one."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from crm.importing.cells import plain_text
from crm.importing.orders import Rejected
from crm.importing.values import Unreadable, date_reader, day_of, number_reader
from crm.models import Installation

DAY, NUMBER = "day", "number"
LARGEST = Decimal(10) ** 12


@dataclass
class Record:
    """What a file says of one thing. `rows`: the numbers of the rows that say it; `values`: by the names of fields."""

    key: tuple
    rows: list
    values: dict
    fate: str = ""
    # (model, column, value in words) of what a known row gets beside its own columns, for the preview.
    added: list = field(default_factory=list)

    @property
    def row(self):
        return self.rows[0]


@dataclass
class Row:
    """One row, by the names of its fields. What can't be read or does not fit raises Rejected."""

    reader: "Reader"
    cells: list

    def text(self, name) -> str:
        index = self.reader.columns.get(name)
        text = plain_text(self.cells[index]) if index is not None and index < len(self.cells) else ""
        if len(text) > self.reader.kind.fields[name].length:
            self.reject("too_long", name, text)
        return text

    def day(self, name):
        """A date; None where none is written."""
        text = day_of(self.text(name))
        try:
            return self.reader.read_date(text) if text else None
        except Unreadable:
            self.reject("bad_date", name, text)

    def number(self, name, reason="bad_number") -> Decimal | None:
        text = self.text(name)
        if not text:
            return None
        try:
            value = self.reader.read_number(text)
        except Unreadable:
            self.reject(reason, name, text)
        if abs(value) >= LARGEST:
            self.reject("too_large", name, text)
        return value

    def reject(self, reason, name="", value=""):
        raise Rejected(reason, self.reader.header_of(name), value)


@dataclass
class Reader:
    """Two passes over a file: `learn` all columns, then `records`."""

    kind: object
    header: list
    columns: dict
    date_order: str | None = None
    rejected: list = field(default_factory=list)

    def __post_init__(self):
        # A column may be mapped that the header does not reach.
        width = max(self.columns.values(), default=-1) + 1
        self.header = [*self.header, *[""] * (width - len(self.header))]

    @cached_property
    def base_currency(self):
        """Of the installation, asked once a file."""
        return Installation.current().base_currency

    def header_of(self, name):
        return self.header[self.columns[name]] if name in self.columns else ""

    def learn(self, rows):
        """Decides how the file writes days and numbers; returns the number of rows. Raises ImportRefused."""
        texts = {DAY: set(), NUMBER: set()}
        used = [
            (texts[self.kind.fields[name].reader], index)
            for name, index in self.columns.items()
            if self.kind.fields[name].reader in texts
        ]
        count = 0
        for _number, cells in rows:
            count += 1
            for seen, index in used:
                if index < len(cells):
                    seen.add(cells[index])
        self.read_date = date_reader({self.kind.day_in(text) for text in texts[DAY]}, self.date_order)
        self.read_number = number_reader(texts[NUMBER])
        return count

    def records(self, rows, told=lambda done: None) -> list[Record]:
        """One record a key, in the order of the file; rows that can't be read are in `rejected` afterwards."""
        found, refused = {}, set()
        for place, (number, cells) in enumerate(rows, start=1):
            try:
                key, values = self.kind.read(Row(self, cells))
            except Rejected as row:
                self.rejected.append((number, row.column, row.value, row.reason))
                continue
            finally:
                told(place)
            known = found.get(key)
            if known is None:
                found[key] = Record(key, [number], values)
            else:
                known.rows.append(number)
                if not self.kind.fold(known.values, values):
                    refused.add(key)
        for key in refused:
            for number in found.pop(key).rows:
                self.rejected.append((number, "", "", "said_twice"))
        return list(found.values())
