"""What a file is, before anybody says anything: its encoding and delimiter or sheet, its header below title rows, samples."""

from dataclasses import replace
from itertools import islice

from django.utils.translation import gettext as _

from crm.importing.errors import ImportRefused
from crm.importing.files import opened
from crm.importing.kinds.registry import fields_named
from crm.importing.values import looks_like_thousands

LOOKED_AT = 300
SHOWN = 20
SEARCHED = 60
# What is longer is not kept while the file is looked at.
CUT = 200
LONGEST = 60


def look(path, reading) -> dict:
    """As JSON keeps it; `values` of each column are for guessing alone. Raises ImportRefused."""
    with opened(path, reading) as source:
        rows = [
            (number, [cell[:CUT] for cell in cells])
            for number, cells in islice(replace(source, header_row=0).rows(), LOOKED_AT)
        ]
    if not rows:
        raise ImportRefused(_("The file is empty."))
    number = reading.header_row or header_row(rows[:SEARCHED])
    above = [cells for row, cells in rows if row < number]
    header = next((cells for row, cells in rows if row == number), None)
    if header is None:
        raise ImportRefused(_("Row %(row)s is empty or too far down to be the header.") % {"row": number})
    below = [(row, cells) for row, cells in rows if row > number and cells != header]
    if not below:
        raise ImportRefused(_("The file has a header, but no rows below it."))
    width = _width([header, *(cells for _row, cells in below)])
    header = _cut(header, width)
    return {
        "encoding": source.encoding,
        "delimiter": source.delimiter,
        "sheets": list(source.sheets),
        "sheet": reading.sheet,
        "header_row": number,
        "above": [" · ".join(cell.strip() for cell in cells if cell.strip())[:CUT] for cells in above][:5],
        "header": header,
        "rows": [[row, _cut(cells, width)] for row, cells in below[:SHOWN]],
        "thousands": _thousands(below, width),
        "values": [_values(below, index) for index in range(width)],
    }


def header_row(rows) -> int:
    """The row that names the most fields; else the first that is about as wide as the table and holds no number."""
    known = {number: fields_named(cells) for number, cells in rows}
    best = max(known, key=known.get)
    if known[best] >= 2:
        return best
    widest = max(_filled(cells) for _number, cells in rows)
    for number, cells in rows:
        if _filled(cells) * 3 >= widest * 2 and not any(_is_number(cell) for cell in cells):
            return number
    return rows[0][0]


def _filled(cells):
    return sum(bool(cell.strip()) for cell in cells)


def _is_number(text):
    return text.strip().replace(".", "").replace(",", "").removeprefix("-").isdigit()


def _width(rows):
    """Without the empty columns at the end that spreadsheets drag along."""
    return max((index + 1 for cells in rows for index, cell in enumerate(cells) if cell.strip()), default=0)


def _cut(cells, width):
    return [cell.strip()[:LONGEST] for cell in cells[:width]] + [""] * (width - len(cells))


def _values(rows, index):
    """Different values of the column, in the order of the file."""
    ordered = dict.fromkeys(cells[index].strip()[:LONGEST] for _row, cells in rows if index < len(cells))
    ordered.pop("", None)
    return list(islice(ordered, 40))


def _thousands(rows, width):
    """{column: what in it looks like thousands, and what tells its decimals}."""
    columns = ([cells[index].strip() for _row, cells in rows if index < len(cells)] for index in range(width))
    return {
        str(index): list(pair) for index, texts in enumerate(columns) if (pair := looks_like_thousands(texts))
    }
