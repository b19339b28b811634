"""Runs as a process of its own: `python -m crm.importing.sheet IN OUT [SHEET]` writes a workbook's table as CSV.

The table is the first sheet with rows, a hidden one only where no other has any, or the one named; further sheets with
the same header (a sheet a year, say) continue it. Prints the names of all sheets as JSON.
"""

import csv
import datetime as dt
import json
import resource
import sys
import zipfile
from itertools import islice

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY = 2 << 30
UNPACKED = 1 << 30
WRITTEN = 1 << 30
SECONDS = 120
TOO_LARGE, EMPTY, PROTECTED, TOO_MANY = 3, 4, 5, 6
MOST_SHEETS = 500
LONGEST_NAME = 200
MOST_MERGED = 200_000
# The name of the stream in which Office keeps what it encrypts.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def main(path, out, wanted=None):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    # A second more before the kill that says nothing: the signal tells the parent what it was.
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED:
                return TOO_LARGE
    elif _is_encrypted(path):
        return PROTECTED
    try:
        workbook = CalamineWorkbook.from_path(path)
    except PasswordError:
        return PROTECTED
    if len(workbook.sheet_names) > MOST_SHEETS:
        return TOO_MANY
    written = _write(workbook, _sheets(workbook, wanted), out)
    print(json.dumps([_shown(name) for name in workbook.sheet_names]))  # noqa: T201 -- the parent process reads it
    return 0 if written else EMPTY


def _is_encrypted(path):
    with open(path, "rb") as file:  # noqa: PTH123 -- nothing but the standard library
        return ENCRYPTED in file.read()


def _shown(name):
    return name[:LONGEST_NAME]


def _sheets(workbook, wanted):
    """The names of the sheets in the order in which they are looked at."""
    tables = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if wanted:
        names = [sheet.name for sheet in tables]
        place = next((n for n, name in enumerate(names) if wanted in (name, _shown(name))), len(names))
        return names[place:]
    # Sorting is stable: among the visible the order stays.
    return [
        sheet.name for sheet in sorted(tables, key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
    ]


def _write(workbook, names, out):
    """Writes the table; returns its header, None where no sheet has one."""
    header = None
    with open(out, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
        writer = csv.writer(file)
        for name in names:
            sheet = workbook.get_sheet_by_name(name)
            rows = _rows(sheet) if sheet.height else iter(())
            first, above = _beginning(rows)
            if first is None or header not in (None, first):
                continue
            # Of the first sheet also the empty rows above the header, so that row numbers are the sheet's.
            writer.writerows(above if header is None else [])
            header = first
            writer.writerows(rows)
    return header


def _beginning(rows):
    """The first row that holds something, without its empty end, and all rows down to it; (None, []) where none does."""
    above = []
    for row in rows:
        above.append(row)
        if any(map(str.strip, row)):
            last = max(index for index, cell in enumerate(row) if cell.strip())
            return row[: last + 1], above
    return None, []


def _rows(sheet):
    """Rows as text. What is merged over several rows holds for each of them; a number does not: it may be their sum."""
    merged = {}
    for (top, left), (bottom, _right) in islice(sheet.merged_cell_ranges or [], MOST_MERGED):
        if bottom > top:
            merged.setdefault(top, []).append((left, bottom))
    holding = {}
    for number, cells in enumerate(sheet.iter_rows()):
        row = [text(cell) for cell in cells]
        for column, (until, value) in list(holding.items()):
            if number > until:
                del holding[column]
            elif not row[column]:
                row[column] = value
        for column, until in merged.get(number, ()):
            if column < len(cells) and isinstance(cells[column], (str, dt.date)) and row[column]:
                holding[column] = (until, row[column])
        yield row


def text(cell):
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e16:
        return str(int(cell))
    return str(cell).replace("\0", "")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
