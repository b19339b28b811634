"""Every list out again, as CSV and as a workbook, and order lines in again."""

import csv
import html
import io
import re
import tempfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from crm import workbook
from crm.importing.mapping import FIELD_OF, FIELDS, normal
from crm.importing.runs import Wish, run_import
from crm.models import Note, NotePerson, OrderLine
from crm.orders_export import LINE_COLUMNS
from tests.factories import make_customer, make_note, make_order, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LISTS = ["/customers/", "/people/", "/orders/", "/orders/?lines=1", "/products/"]


@pytest.fixture
def download(client_for, owner):
    client = client_for(owner)

    def download(path, form):
        response = client.get(f"{path}{'&' if '?' in path else '?'}format={form}")
        assert response["Content-Disposition"].endswith(f'.{form}"')
        return b"".join(response)

    return download


@pytest.fixture
def leftovers(monkeypatch, tmp_path):
    """Temporary files of workbooks that nobody wants any more, but for those of other processes."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return lambda: list(tmp_path.glob("openpyxl.*"))


def sheets(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [book.get_sheet_by_index(n).to_python() for n in range(len(book.sheet_names))]


def written(value):
    """A cell of a workbook as CSV has it."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    return str(value)


def same(one, other):
    try:
        return Decimal(one) == Decimal(other)
    except ArithmeticError:
        return one.lstrip("'") == other


@pytest.fixture
def shop(customer):
    make_order(customer, date(2026, 1, 15), [("=A1+1", 10, "12.50"), ("B", 3, "0.10")], number="PO-1")
    make_order(customer, date(2026, 2, 15), [("-B", -5, "7"), ("#N/A", 1, "1")], number="007")
    person = make_person(customer, given_name="Ingrid", family_name="Solheim")
    call = make_note(customer, kind=Note.Kind.CALL, happened_at=timezone.now())
    NotePerson.objects.create(note=call, person=person)
    return make_customer("=SUM(A1) & Söhne\x0b 한빛", owner=customer.owner)


@pytest.mark.parametrize("path", LISTS)
def test_a_workbook_holds_what_the_csv_holds(download, shop, path):
    rows = list(csv.reader(io.StringIO(download(path, "csv").decode("utf-8-sig"))))
    (sheet,) = sheets(download(path, "xlsx"))
    assert len(sheet) == len(rows) > 1
    for line, cells in zip(rows, sheet, strict=True):
        for one, other in zip(line, cells, strict=True):
            assert same(one.replace("\x0b", ""), written(other)), (one, other)


def test_days_numbers_and_text_are_what_they_are(download, shop):
    (header, *rows) = sheets(download("/orders/?lines=1", "xlsx"))[0]
    lines = {row[header.index("SKU")]: dict(zip(header, row, strict=True)) for row in rows}
    line = lines["=A1+1"]
    assert line["Order date"] == date(2026, 1, 15)
    assert (line["Quantity"], line["Unit price"], line["Line amount"]) == (10, 12.5, 125)
    assert lines["-B"]["Order number"] == "007"
    assert lines["-B"]["Quantity"] == -5
    assert "#N/A" in lines


def test_more_than_one_waits_for_is_refused_and_the_csv_offered(
    client_for, customer, owner, monkeypatch, leftovers
):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    for n in range(4):
        make_order(customer, date(2026, 1, 1 + n), number=f"PO-{n}")
    client = client_for(owner)
    refused = client.get("/orders/?format=xlsx&sort=number")
    assert refused.status_code == 422
    assert not leftovers()
    (csv_link,) = re.findall(r'href="(\?[^"]*format=csv[^"]*)"', refused.content.decode())
    assert b"".join(client.get("/orders/" + html.unescape(csv_link))).count(b"PO-") == 4


def test_an_empty_list_is_a_sheet_with_a_header(download, owner):
    (sheet,) = sheets(download("/orders/?lines=1", "xlsx"))
    assert sheet[0][0] == "Order number"
    assert len(sheet) == 1


def facts():
    """What a reader knows of all orders."""
    columns = ("order__number", "order__kind", "order__customer__name", "key", "product__sku", "quantity", "unit", "unit_price",
               "amount", "unit_cost", "promised_on", "learn")  # fmt: skip
    return list(OrderLine.objects.order_by("pk").values_list("pk", *columns))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_import_knows_every_column_again(language):
    with translation.override(language):
        assert {name: FIELD_OF.get(normal(str(FIELDS[name]))) for name in LINE_COLUMNS} == {
            name: name for name in LINE_COLUMNS
        }


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_lines_that_went_out_come_in_unchanged(download, customer, owner, tmp_path, form):
    path = tmp_path / "erp.csv"
    path.write_text(
        "Order no,Date,Customer code,Customer,Country,SKU,Item name,Qty,Unit price,Cost,Currency,Due date\n"
        "A-1,2026-01-05,K1,Nordlys AS,Norway,=LAMP,Head lamp,10,12.50,9.10,NOK,2026-02-01\n"
        "A-1,2026-01-05,K1,Nordlys AS,Norway,=LAMP,Head lamp,5,11.25,9.10,NOK,\n"
        "A-2,2026-02-05,K1,Nordlys AS,Norway,WAX,Wax,-3,7,,NOK,\n"
    )
    run_import(Wish(path, owner=owner))
    make_order(customer, date(2026, 3, 1), [("TYPED", 4, "2.50")], number="BY-HAND")
    before, lines = facts(), OrderLine.objects.count()
    back = tmp_path / f"back.{form}"
    back.write_bytes(download("/orders/?lines=1", form))
    run, _ = run_import(Wish(back, owner=owner))
    assert (run.read, run.created, run.updated, run.rejected) == (lines, 0, 0, 0)
    assert (run.unchanged, facts()) == (lines, before)


def test_a_longer_list_asks_as_often(client_for, owner, customer, django_assert_max_num_queries):
    client = client_for(owner)
    for n in range(30):
        make_order(customer, date(2026, 1, 1 + n % 28), [("A", 1, "1"), ("B", 2, "1")], number=f"PO-{n}")
    with django_assert_max_num_queries(8):
        assert b"".join(client.get("/orders/?lines=1&format=csv")).count(b"PO-") == 60
