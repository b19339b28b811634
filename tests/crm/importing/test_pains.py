"""What users of other tools complain of in imports and exports, each as something that can't happen here."""

import csv
import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from crm.importing import jobs
from crm.importing.digest import TABLES, digest
from crm.importing.runs import Wish, run_import
from crm.models import Customer, Order, OrderLine
from tests.crm.importing.conftest import HEADER, full
from tests.crm.importing.test_wizard import Wizard, counts

pytestmark = pytest.mark.django_db
ROWS = [
    full("A1", "2026-03-01", "X1", 10, "12.50"),
    full("A1", "2026-03-01", "X2", 2, "99"),
    full("A2", "2026-03-09", "X1", -1, "12.50"),
    full("B1", "2026-03-10", "X1", 5, "1", "K2"),
]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def wizard(owner, client_for):
    return Wizard(client_for(owner))


def text(rows, header=HEADER, delimiter=","):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([header, *rows])
    return stream.getvalue()


def table_counts():
    return {model.__name__: model.objects.count() for model in TABLES}


def cells(page, heading):
    """The words of each row of the table below this heading."""
    section = page.split(heading, 1)[1].split("</section>", 1)[0]
    return section.split("<tr>")[1:]


def test_the_same_file_three_times_doubles_nothing_and_says_so(wizard):
    wizard.apply(text(ROWS).encode())
    before, rows = digest(), table_counts()
    for _ in range(3):
        wizard.upload(text(ROWS).encode())
        assert counts(wizard.work()) == (0, 0, 4, 0)
        wizard.post("import_apply")
        assert counts(wizard.work()) == (0, 0, 4, 0)
        assert (digest(), table_counts()) == (before, rows)
        (lines,) = [
            row for row in cells(wizard.get().content.decode(), "What changed") if "Order lines" in row
        ]
        for label, n in (("New", 0), ("Changed", 0), ("Unchanged", 4), ("Rejected", 0)):
            assert f'data-label="{label}">{n}<' in lines


def test_no_row_is_lost_in_silence(wizard):
    """Each rejected row with its row, column, value and reason: on the page the first ones, in the file all, to be mended."""
    bad = [full(f"C{n}", "one day", "X1", n, "1") for n in range(1, 301)]
    odd = [
        full("D1", "2026-03-02", "X1", "a few", "1"),
        full("D2", "2026-03-02", "X1", 3, "cheap"),
        full("", "2026-03-02", "X1", 3, "1"),
    ]
    run = wizard.apply(text([*bad, *ROWS, *odd]).encode())
    assert counts(run) == (4, 0, 0, 303)
    assert run.read == 307 == len(bad) + len(odd) + len(ROWS)
    assert run.rows.filter(level="rejected").values("number").distinct().count() == 303
    page = wizard.get().content.decode()
    shown = cells(page, "Rejected rows")
    for row, column, value in (
        ("306", "Quantity", "a few"),
        ("307", "Price", "cheap"),
        ("308", "Order no", ""),
    ):
        assert any(
            f'data-label="Row">{row}<' in one and f">{column}<" in one and f">{value or '–'}<" in one
            for one in shown
        ), (row, column)
    assert "<b>300</b> This is not a date that can be read." in page

    back = b"".join(wizard.get("import_rejected")).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(back)))) == 1 + 303
    mended = back.replace("one day", "2026-04-01").replace("a few", "4").replace("cheap", "2")
    wizard.upload(mended.encode("utf-8-sig"), "mended.csv")
    # The row that has no order number is still rejected, and counted.
    assert counts(wizard.work()) == (302, 0, 0, 1)


def test_a_bad_import_is_taken_back_to_the_last_value(wizard):
    """Also what it wrote over; where somebody went on working, nothing happens before he has seen what stays."""
    wizard.apply(text(ROWS).encode())
    before = digest()
    spoilt = [[*row[:6], "Spoilt", row[7] * 100, "0.01"] for row in ROWS] + [
        full("Z9", "2026-05-01", "NEW", 1, "1")
    ]
    run = wizard.apply(text(spoilt).encode())
    assert (run.created, run.updated) == (1, 4)
    wizard.post("import_undo")
    assert wizard.work().state == "undone"
    assert digest() == before

    wizard.apply(text(spoilt).encode())
    line = OrderLine.objects.get(order__number="B1")
    line.quantity = 7
    line.save()
    edited = digest()
    wizard.post("import_undo")
    assert wizard.work().state == "applied"
    assert digest() == edited
    assert "B1" in wizard.get().content.decode().split("stay", 1)[1]
    wizard.post("import_undo", {"rest": "1"})
    assert wizard.work().state == "undone"
    assert OrderLine.objects.get(order__number="B1").quantity == 7
    assert Order.objects.filter(number="Z9").count() == 0


KOREAN_HEADER = ["전표번호", "일자", "거래처코드", "거래처", "국가", "품번", "품명", "수량", "단가"]
KOREAN = [["A1", "2026.03.01", "K1", "노르드 상사", "노르웨이", "X1", "등산화", "10", "1,250.50"]]


def xlsx(header, rows):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in [header, *rows]:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("form", ["cp949", "utf-8", "utf-8-sig", "utf-16", "xlsx"])
def test_a_korean_file_reads_the_same_in_whatever_form(wizard, form):
    content = (
        xlsx(KOREAN_HEADER, [[*KOREAN[0][:1], dt.date(2026, 3, 1), *KOREAN[0][2:7], 10, 1250.5]])
        if form == "xlsx"
        else text(KOREAN, KOREAN_HEADER, ";").encode(form)
    )
    run = wizard.apply(content, "매출.xlsx" if form == "xlsx" else "매출.csv")
    assert counts(run) == (1, 0, 0, 0)
    (line,) = OrderLine.objects.select_related("order__customer", "product")
    customer = line.order.customer
    assert (customer.code, customer.name, customer.country) == ("K1", "노르드 상사", "NO")
    assert (line.product.sku, line.product.name) == ("X1", "등산화")
    assert (line.order.ordered_on, line.quantity, line.amount) == (dt.date(2026, 3, 1), 10, 12505)


def test_german_days_and_a_customer_without_a_web_address_are_no_trouble(wizard):
    rows = [["A1", "28.09.2025", "Nordlys AS", "X1", "3", "1.234,50"]]
    header = ["Belegnummer", "Order date", "Customer", "SKU", "Quantity", "Price"]
    wizard.upload(text(rows, header, ";").encode())
    wizard.work()
    wizard.columns(column_0="order_number")
    wizard.work()
    wizard.post("import_apply")
    assert counts(wizard.work()) == (1, 0, 0, 0)
    line = OrderLine.objects.get()
    assert (str(line.order.ordered_on), line.unit_price) == ("2025-09-28", Decimal("1234.50"))


@pytest.mark.slow
def test_a_hundred_thousand_lines_in_the_background_with_progress_and_cancel(wizard, monkeypatch):
    rows = [
        full(f"A{n // 10}", f"2026-03-{1 + n // 10 % 28:02d}", f"X{n % 300}", 1 + n % 9, "2")
        for n in range(100_000)
    ]
    # The answer to the upload does not wait for the worker.
    assert wizard.upload(text(rows).encode()).status_code == 302
    wizard.work()
    shown, report = [], jobs._Progress.__call__

    def watched(progress, done, total):
        report(progress, done, total)
        if f"{done:,} of 100,000 rows" in wizard.get("import_progress").content.decode():
            shown.append(done)
        if shown == [20_000, 40_000]:
            wizard.post("import_cancel")

    monkeypatch.setattr(jobs._Progress, "__call__", watched)
    before = digest()
    wizard.columns()
    assert (wizard.work().state, wizard.run.wanted) == ("uploaded", "")
    assert shown == [20_000, 40_000]
    assert digest() == before
    wizard.columns()
    assert wizard.work().state == "previewed"
    wizard.post("import_apply")
    assert counts(wizard.work()) == (100_000, 0, 0, 0)


def test_what_was_deleted_comes_in_again(wizard):
    wizard.apply(text(ROWS).encode())
    lines = sorted(OrderLine.objects.values_list("order__number", "key", "amount"))
    Order.objects.get(number="A1").delete()
    Order.objects.filter(customer__code="K2").delete()
    Customer.objects.filter(code="K2").delete()
    run = wizard.apply(text(ROWS).encode())
    assert counts(run) == (3, 0, 1, 0)
    assert sorted(OrderLine.objects.values_list("order__number", "key", "amount")) == lines
    # A customer who was put away is no second one.
    Customer.objects.update(status=Customer.Status.ARCHIVED)
    wizard.apply(text([*ROWS, full("A9", "2026-03-30", "X1", 1, "1")]).encode())
    assert Customer.objects.filter(code="K1").count() == 1


@pytest.mark.parametrize("form", ["csv", pytest.param("xlsx", marks=pytest.mark.slow)])
def test_an_order_date_is_the_same_day_everywhere(client_for, owner, tmp_path, form):
    """Typed or imported in Seoul, read in Los Angeles, and after ten rounds through a spreadsheet."""
    path = tmp_path / "erp.csv"
    rows = [full("A1", "2026-03-01 00:30", "X1", 10, "2"), full("A2", "2026-03-08 23:45", "X1", 1, "2")]
    path.write_text(text(rows))
    owner.time_zone = "Asia/Seoul"
    owner.save()
    run_import(Wish(path, "EUR", owner, owner))
    days = {"A1": dt.date(2026, 3, 1), "A2": dt.date(2026, 3, 8)}
    for time_zone in ("Asia/Seoul", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago") * 3:
        owner.time_zone = time_zone
        owner.save()
        client = client_for(owner)
        back = tmp_path / f"back.{form}"
        back.write_bytes(b"".join(client.get(f"/orders/?lines=1&format={form}")))
        with timezone.override(time_zone):
            run, _ = run_import(Wish(back, "", owner, owner))
        assert counts(run) == (0, 0, 2, 0)
        assert dict(Order.objects.values_list("number", "ordered_on")) == days
        order = Order.objects.get(number="A1")
        assert 'value="2026-03-01"' in client.get(reverse("order_edit", args=[order.pk])).content.decode()


def test_all_rows_go_out_and_come_in_unchanged(client_for, owner, tmp_path):
    """More than a page of them; formulas as text, returns as numbers, Korean for Excel."""
    path = tmp_path / "erp.csv"
    rows = [
        full(f"A{n}", "2026-03-01", "=1+1", -5 if n % 9 == 0 else 5, "2", f"K{n % 7}") for n in range(600)
    ]
    for row in rows:
        row[3] = f"한빛 {row[2]}"
    path.write_text(text(rows))
    run_import(Wish(path, "EUR", owner, owner))
    client = client_for(owner)
    page = client.get("/orders/").content.decode()
    assert "600" in page
    content = b"".join(client.get("/orders/?lines=1&format=csv"))
    assert content.startswith("\ufeff".encode())
    header, *found = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert len(found) == 600
    assert {row[header.index("SKU")] for row in found} == {"'=1+1"}
    assert {Decimal(row[header.index("Quantity")]) for row in found} == {5, -5}
    back = tmp_path / "back.csv"
    back.write_bytes(content)
    before = digest()
    run, _ = run_import(Wish(back, "", owner, owner))
    assert counts(run) == (0, 0, 600, 0)
    assert digest() == before
