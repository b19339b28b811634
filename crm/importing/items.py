"""Files with a row an order and several items in it: repeated groups of columns, or a column an item.

"Item 1; Qty 1; Price 1; Item 2; Qty 2; Price 2" or "AUR-100; AUR-200" with quantities in the cells. Such a row is taken
apart into lines before anything else looks at it; what is counted are lines, and what is named is the file's row.
In a mapping the columns are fields with a mark: "quantity#2" is the quantity of group 2, "item@7" the item of column 7.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.importing import mapping
from crm.importing.mapping import FIELD_OF, FIELDS, ITEM, ITEM_LABEL, base, normal

GROUPED = (
    "sku", "product_name", "quantity", "unit", "unit_price", "amount", "unit_cost", "line_number", "promised_on",
)  # fmt: skip
# "Item 1", "Qty_2", "품목1 수량"; the number stands alone.
NUMBERED = re.compile(r"^(\D*?)[\W_]*(\d{1,2})(?!\d)[\W_]*(\D*)$")
NAMES = {"product": "sku", "제품": "product_name", "상품": "product_name"}
NOTHING = re.compile(r"[-–—]?$|0+([.,]0*)?$")


def recognise(header) -> dict[str, int]:
    """field -> column, also of groups. Raises ImportRefused."""
    return mapping.recognise(header, {field: index for index, field in groups(header).items()})


def groups(header) -> dict[int, str]:
    """{column: field with its group}, where at least two groups have an item and a quantity."""
    found = defaultdict(dict)
    for index, name in enumerate(header):
        if match := NUMBERED.match(name.strip()):
            before, number, after = match.groups()
            field = _field(before + after) or _field(after)
            if field in GROUPED:
                found[int(number)].setdefault(field, index)
    whole = {
        n: part for n, part in found.items() if "quantity" in part and {"sku", "product_name"} & set(part)
    }
    if len(whole) < 2:
        return {}
    return {index: f"{field}#{n}" for n, part in whole.items() for field, index in part.items()}


def _field(words):
    name = normal(words)
    return FIELD_OF.get(name) or NAMES.get(name)


def label(field):
    """As a person calls it: "Quantity (item 2)"."""
    plain, _mark, number = field.partition("#")
    if base(field) == ITEM:
        return ITEM_LABEL
    return _("%(field)s (item %(n)s)") % {"field": FIELDS[plain], "n": number} if number else FIELDS[plain]


def is_field(field):
    return base(field) in FIELDS or base(field) == ITEM


def by_group(field):
    name, _mark, number = field.partition("#")
    return int(number), list(FIELDS).index(name)


def choice(field):
    """What is chosen for a column whose field this is: an item column is one like the others."""
    return ITEM if base(field) == ITEM else field


@dataclass(frozen=True)
class Layout:
    """parts: {field: column} of each group or item; names: what the file calls the item of a part, where a column is one."""

    header: list
    plain: dict
    parts: list
    names: list

    @property
    def width(self):
        return len(self.parts)

    @property
    def fields(self):
        return list(dict.fromkeys(field for part in self.parts for field in part)) + ["sku"] * bool(
            self.names
        )

    @property
    def columns(self):
        """{field: place} in the cells of a line."""
        return self.plain | {field: len(self.header) + place for place, field in enumerate(self.fields)}

    def lines(self, rows):
        """(number of the line, cells) of each item of each row; of a row without any the first, to be rejected."""
        for number, cells in rows:
            whole = [*cells, *[""] * (len(self.header) - len(cells))][: len(self.header)]
            # Too wide a row is too wide a line.
            beyond = [cell for cell in cells[len(self.header) :] if cell]
            filled = [place for place, part in enumerate(self.parts) if self._is_filled(part, whole)]
            for place in filled or [0]:
                yield (
                    number * self.width + place,
                    [*whole, *self._values(place, whole, bool(filled)), *beyond],
                )

    def _is_filled(self, part, cells):
        if self.names:
            return not NOTHING.match(cells[part["quantity"]].strip())
        wanted = (
            cells[part[field]].strip() for field in ("sku", "product_name", "quantity") if field in part
        )
        return any(not NOTHING.match(text) for text in wanted)

    def _values(self, place, cells, filled):
        part = self.parts[place]
        values = [cells[part[field]] if field in part else "" for field in self.fields]
        if self.names:
            values[-1] = self.names[place] if filled else ""
        return values

    def header_of(self, field, place):
        """What the file calls this field of this item."""
        part = self.parts[place]
        index = part.get(field, self.plain.get(field))
        if index is None and self.names and field in GROUPED:
            index = part["quantity"]
        return "" if index is None else self.header[index]


def layout(header, columns) -> Layout | None:
    """None where a row is a line."""
    plain = {field: index for field, index in columns.items() if base(field) == field}
    parts = defaultdict(dict)
    for field, index in columns.items():
        name, mark, number = field.partition("#")
        if mark:
            parts[int(number)][name] = index
    if parts:
        return Layout(header, plain, [_named(parts[number]) for number in sorted(parts)], [])
    items = sorted(index for field, index in columns.items() if base(field) == ITEM)
    if not items:
        return None
    return Layout(
        header, plain, [{"quantity": index} for index in items], [header[index].strip() for index in items]
    )


def _named(part):
    """An item of which the file has but a name is known by it."""
    return part if "sku" in part or "product_name" not in part else part | {"sku": part["product_name"]}
