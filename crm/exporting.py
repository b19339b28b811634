"""Rows out again as CSV that a spreadsheet opens by double click, in any language."""

import csv
from datetime import date, datetime
from decimal import Decimal

from django.http import StreamingHttpResponse

BOM = "\ufeff"  # tells Excel that the file is UTF-8
# What a spreadsheet takes for the start of a formula; with Korean, Chinese and Japanese settings the wide forms too.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_response(file_name, header, rows):
    """Streams `rows` (any iterable of sequences); numbers stay numbers, text can't become a formula."""
    writer = csv.writer(_Echo())

    def lines():
        yield BOM + writer.writerow([cell(value) for value in header])
        for row in rows:
            yield writer.writerow([cell(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def cell(value):
    if value is None:
        return ""
    if isinstance(value, (int, float, Decimal)):
        return format(value, "f") if isinstance(value, Decimal) else value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    text = str(value)
    # A leading apostrophe makes a spreadsheet show what would else be run as a formula.
    return "'" + text if text.startswith(DANGEROUS) else text


class _Echo:
    """A file that hands back what is written to it, so that the csv module can feed a stream."""

    @staticmethod
    def write(line):
        return line
