"""Runs as a process of its own: `python -m crm.importing.sheet IN OUT` writes a workbook's table as CSV.

The table is the first sheet with rows; further sheets with the same header (a sheet a year, say) continue it.
"""

import csv
import datetime as dt
import resource
import sys
import zipfile
from itertools import islice

from python_calamine import CalamineWorkbook

MEMORY = 2 << 30
UNPACKED = 1 << 30


def main(path, out):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED:
                return 3
    workbook = CalamineWorkbook.from_path(path)
    header = None
    with open(out, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 -- nothing but the standard library
        writer = csv.writer(file)
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            first, rows = _beginning(sheet) if sheet.height else (None, [])
            if first is None or header not in (None, first):
                continue
            # Of the first sheet also the empty rows above the header, so that row numbers are the sheet's.
            writer.writerows(rows if header is None else [])
            header = first
            writer.writerows(
                [text(cell) for cell in row] for row in islice(sheet.iter_rows(), len(rows), None)
            )
    return 0 if header else 4


def _beginning(sheet):
    """The first row that holds something, and all rows down to it; (None, []) where no row does."""
    above = []
    for row in sheet.iter_rows():
        above.append([text(cell) for cell in row])
        if any(above[-1]):
            return above[-1], above
    return None, []


def text(cell):
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).replace("\0", "")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
