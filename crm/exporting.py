"""Rows out again, as CSV or as a workbook: both open by double click, in any language."""

import csv
from datetime import date, datetime
from decimal import Decimal

from django.http import StreamingHttpResponse
from django.shortcuts import render

from crm.workbook import MOST_ROWS, TooManyRows, workbook_response

BOM = "\ufeff"  # tells Excel that the file is UTF-8
# What a spreadsheet takes for the start of a formula; with Korean, Chinese and Japanese settings the wide forms too.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_download(request, *filters):
    """Where one of the `filters` can't be read the page says so: a file of nothing would be taken for the answer."""
    return request.GET.get("format") in FORMATS and all(one.form.is_valid() for one in filters)


def page_status(request):
    """Of a page in the place of the file that was asked for: no script shall take it for one."""
    return 422 if is_download(request) else 200


def download(request, name, header, rows):
    """`rows` (any iterable of sequences) as the file `name` of the format that was asked for."""
    form = request.GET["format"]
    try:
        return FORMATS[form](f"{name}.{form}", header, rows)
    except TooManyRows:
        query = request.GET.copy()
        query["format"] = "csv"
        context = {"most": MOST_ROWS, "csv": f"?{query.urlencode()}"}
        return render(request, "crm/too_many_rows.html", context, status=422)


def csv_response(file_name, header, rows):
    """Streams the rows."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def csv_lines(header, rows):
    """The text of a CSV file, line by line; numbers stay numbers, text can't become a formula."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([cell(value) for value in header])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


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


FORMATS = {"csv": csv_response, "xlsx": workbook_response}
