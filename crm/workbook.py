"""Rows as an Excel workbook: days are days, numbers are numbers, and text is text whatever it begins with."""

from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from tempfile import TemporaryFile

from django.http import FileResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

# Written while its reader waits: so many take about ten seconds.
MOST_ROWS = 50_000
MEASURED = 200
# Days in a workbook are counted from there.
FIRST_YEAR = 1900
WIDTHS = 8, 48


class TooManyRows(Exception):
    """A workbook of all these would take too long to write."""


def workbook_response(file_name, header, rows):
    """Written to a temporary file, row by row: memory does not grow with the list. Raises TooManyRows."""
    book = Workbook(write_only=True)
    # The response closes it.
    file = TemporaryFile()  # noqa: SIM115
    try:
        _write(book.create_sheet(), header, iter(rows))
    finally:
        # Also where that failed: the sheet's own temporary file goes only so.
        book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=file_name)


def _write(sheet, header, rows):
    sheet.freeze_panes = "A2"
    # Columns are as wide as their first rows want: in a sheet that is written row by row they must be said first.
    first = list(islice(rows, MEASURED))
    for index, cells in enumerate(zip(header, *first, strict=True), start=1):
        longest = max(len(_text(cell)) for cell in cells)
        sheet.column_dimensions[get_column_letter(index)].width = min(max(longest + 2, WIDTHS[0]), WIDTHS[1])
    sheet.append([_heading(sheet, str(name)) for name in header])
    for count, row in enumerate(chain(first, rows)):
        if count >= MOST_ROWS:
            raise TooManyRows
        sheet.append([_cell(sheet, value) for value in row])


def _heading(sheet, name):
    cell = WriteOnlyCell(sheet, name)
    cell.font, cell.alignment = Font(bold=True), Alignment(vertical="top")
    return cell


def _cell(sheet, value):
    if isinstance(value, date) and value.year < FIRST_YEAR:
        return value.isoformat()
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.make_naive(value)
    if value is None or isinstance(value, (bool, int, float, Decimal, date)):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    if not text.startswith(("=", "#")):
        return text
    # openpyxl would take it for a formula, or for an error like #N/A.
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _text(value):
    return "" if value is None else str(value)
