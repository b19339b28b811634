"""Runs as a process of its own: `python -m crm.importing.sheet IN OUT` writes the first sheet with rows as CSV."""

import csv
import datetime as dt
import resource
import sys
import zipfile

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
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        if not sheet.height:
            continue
        with open(out, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 -- nothing but the standard library
            writer = csv.writer(file)
            for row in sheet.iter_rows():
                writer.writerow([text(cell) for cell in row])
        return 0
    return 4


def text(cell):
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
