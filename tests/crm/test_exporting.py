import csv
import io
from datetime import date
from decimal import Decimal

from crm.exporting import csv_response


def written(rows):
    response = csv_response("x.csv", ["고객", "값"], rows)
    return b"".join(response.streaming_content).decode("utf-8")


def test_excel_opens_it_by_double_click():
    assert written([]).startswith("\ufeff고객")


def test_text_can_not_become_a_formula_and_numbers_stay_numbers():
    rows = [
        ["=1+1", -5],
        ["@SUM(A1)", Decimal("-5.50")],
        ["+41 79", 3],
        ["-x", date(2026, 3, 1)],
        ["\tTab", None],
    ]
    found = list(csv.reader(io.StringIO(written(rows).lstrip("\ufeff"))))[1:]
    assert found == [
        ["'=1+1", "-5"],
        ["'@SUM(A1)", "-5.50"],
        ["'+41 79", "3"],
        ["'-x", "2026-03-01"],
        ["'\tTab", ""],
    ]
