"""Files of what distributors report: sell-out by month, stock by day."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from crm.importing.digest import digest
from crm.importing.errors import ImportRefused
from crm.importing.kinds.registry import kind_of, likely
from crm.importing.periods import length_of, month_of, period_of
from crm.models import Customer, Product, SellOut, StockLevel
from tests.crm.importing.conftest import counts
from tests.crm.importing.test_wizard import Wizard
from tests.factories import make_customer, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-11-24 09:00Z", tick=False):
        yield


@pytest.fixture
def fjord(owner):
    return make_customer("Fjord Handel AS", code="K1", owner=owner)


@pytest.fixture
def goods(db):
    return make_product("A1", name="Lamp"), make_product("B2", name="Tape 5 m")


def reasons(run, level="rejected"):
    return list(run.rows.filter(level=level).values_list("number", "reason"))


SELL_OUT = (
    "Distributor;SKU;Month;Sell-out qty;Amount;Currency\n"
    "K1;A1;2026-08;40;1000.50;NOK\n"
    "K1;A1;2026-09;50;1250;NOK\n"
    "Fjord Handel AS;Tape 5 m;2026-09;-3;;\n"
)


def sold():
    rows = SellOut.objects.order_by("month", "product__sku")
    return list(rows.values_list("customer__code", "product__sku", "month", "quantity"))


def test_an_amount_is_never_taken_without_its_currency(bring_file, fjord, goods):
    text = "Customer;SKU;Month;Sold qty;Amount;Currency\nK1;A1;2026-08;40;{};NOK\n"
    bring_file("sell_out", text.format(100))
    row = SellOut.objects.get()
    row.amount, row.currency = None, ""
    row.save()
    bring_file("sell_out", text.format(120))
    row.refresh_from_db()
    assert (row.amount, row.currency) == (120, "NOK")


def test_whom_and_what_files_call_so_comes_before_who_is_called_so_here(bring_file, owner):
    """As in files of orders: the ERP's words mean what they meant before somebody else was given them here."""
    renamed = make_customer("Fjord", code="K9", owner=owner, imported={"code": "K1"})
    lamp = make_product("A1-EU", imported={"sku": "A1"})
    make_customer("Another", code="K1", owner=owner)
    make_product("A1")
    bring_file("stock", "Customer code;SKU;Date;Stock\nK1;A1;2026-03-01;5\nK9;A1-EU;2026-03-02;5\n")
    assert set(StockLevel.objects.values_list("customer", "product")) == {(renamed.pk, lamp.pk)}


@pytest.mark.both
def test_sell_out_arrives_once_and_goes_again(bring_file, take_back, fjord, goods):
    before = digest()
    run = bring_file("sell_out", SELL_OUT)
    assert counts(run) == (3, 0, 0, 0)
    assert sold() == [
        ("K1", "A1", date(2026, 8, 1), 40),
        ("K1", "A1", date(2026, 9, 1), 50),
        ("K1", "B2", date(2026, 9, 1), -3),
    ]
    first, last = SellOut.objects.get(month=date(2026, 8, 1)), SellOut.objects.get(product__sku="B2")
    assert (first.amount, first.currency) == (Decimal("1000.50"), "NOK")
    assert (last.amount, last.currency) == (None, "")
    for _again in range(2):
        assert counts(bring_file("sell_out", SELL_OUT)) == (0, 0, 3, 0)
    take_back(run)
    assert digest() == before


def test_a_preview_shows_the_rows_as_they_will_be_and_writes_none(bring_file, fjord, goods):
    before = digest()
    tried = bring_file("sell_out", SELL_OUT, dry_run=True)
    assert digest() == before
    assert counts(tried) == (3, 0, 0, 0)
    assert tried.summary["records"][0] == {
        "number": 2,
        "fate": "created",
        "cells": ["Fjord Handel AS", "Lamp", "2026-08-01", "40", "1000.5", "NOK"],
    }


def test_rows_of_one_month_are_added_up_whatever_they_call_it(bring_file, fjord, goods):
    text = (
        "Customer,SKU,Product,Date,Quantity,Amount\n"
        "K1,A1,,2026-08-03,10,100\n"
        "Fjord Handel AS,A1,,2026-08-20,20,\n"
        "fjord handel as,,lamp,Aug 2026,5,50.5\n"
        "K1,B2,,2026-08,1,\n"
    )
    run = bring_file("sell_out", text)
    assert counts(run) == (4, 0, 0, 0)
    lamp = SellOut.objects.get(product__sku="A1")
    assert (lamp.quantity, lamp.amount, lamp.currency) == (35, Decimal("150.50"), "EUR")
    header, *rows = text.splitlines()
    again = bring_file("sell_out", "\n".join([header, *reversed(rows)]))
    assert counts(again) == (0, 0, 4, 0)


def test_amounts_of_two_currencies_are_not_added(bring_file, fjord, goods):
    text = (
        "Customer,SKU,Month,Quantity,Amount,Currency\n"
        "K1,A1,2026-08,10,100,NOK\nK1,A1,2026-08,10,100,EUR\nK1,B2,2026-08,1,9,EUR\n"
        "K1,Lamp,2026-09,10,100,NOK\nK1,A1,2026-09,10,100,EUR\n"
    )
    run = bring_file("sell_out", text)
    assert reasons(run) == [(row, "said_twice") for row in (2, 3, 5, 6)]
    assert sold() == [("K1", "B2", date(2026, 8, 1), 1)]


def test_whose_it_is_and_of_when_may_be_said_once_for_the_file(bring_file, owner, fjord, goods):
    text = "품번;품명;판매수량\nA1;Lamp;7\n;Tape 5 m;8\n"
    assert kind_of("sell_out").open_questions({"sku": 0, "quantity": 1}) == {"customer", "day"}
    run = bring_file("sell_out", text, customer=fjord, day=date(2026, 10, 31))
    assert counts(run) == (2, 0, 0, 0)
    assert sold() == [("K1", "A1", date(2026, 10, 1), 7), ("K1", "B2", date(2026, 10, 1), 8)]


def test_a_distributors_own_customers_are_no_customers_where_he_is_named(bring_file, fjord, goods):
    text = "Customer,SKU,Month,Qty\nSki shop Voss,A1,2026-10,3\nSki shop Bergen,A1,2026-10,4\n"
    assert counts(bring_file("sell_out", text, customer=fjord)) == (2, 0, 0, 0)
    assert sold() == [("K1", "A1", date(2026, 10, 1), 7)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("K9;A1;2026-08;1;;", "none_of_yours"),
        (";A1;2026-08;1;;", "no_customer"),
        ("K1;;2026-08;1;;", "no_item"),
        ("K1;Z9;2026-08;1;;", "unknown_product"),
        ("K1;Twin;2026-08;1;;", "several_products"),
        ("K1;A1;;1;;", "no_day"),
        ("K1;A1;soon;1;;", "bad_date"),
        ("K1;A1;2026-12;1;;", "future_report"),
        ("K1;A1;2026-08;;;", "no_quantity"),
        ("K1;A1;2026-08;many;;", "bad_quantity"),
        ("K1;A1;2026-08;999999999999;;", "too_large"),
        ("K1;A1;2026-08;1;5;XXZ", "bad_currency"),
    ],
)
def test_a_bad_row_is_named_and_the_others_arrive(bring_file, fjord, goods, row, reason):
    make_product(name="Twin")
    make_product(name="Twin")
    run = bring_file("sell_out", SELL_OUT.replace("2026-08;40", "2026-07;40") + row + "\n")
    assert counts(run) == (3, 0, 0, 1)
    assert reasons(run) == [(5, reason)]


@pytest.mark.parametrize("called", ["K7", "Secret AS"])
def test_a_colleagues_customer_is_as_unknown_as_nobodys(bring_file, mate, fjord, goods, called):
    make_customer("Secret AS", code="K7", owner=mate)
    run = bring_file("sell_out", f"Customer;SKU;Month;Qty\n{called};A1;2026-08;1\nNobody;A1;2026-08;1\n")
    assert reasons(run) == [(2, "none_of_yours"), (3, "none_of_yours")]
    assert not SellOut.objects.exists()


def test_a_customer_handed_over_before_the_import_is_no_longer_reported_for(bring_file, mate, fjord, goods):
    Customer.objects.update(owner=mate)
    run = bring_file("sell_out", "SKU;Month;Qty\nA1;2026-08;1\n", customer=fjord)
    assert reasons(run) == [(2, "none_of_yours")]


def test_an_item_and_a_customer_are_known_by_what_files_called_them(bring_file, fjord, goods):
    Customer.objects.update(code="NEW", imported={"code": "K1", "name": "Fjord"})
    Product.objects.filter(sku="A1").update(sku="A1-NEW", imported={"sku": "A1"})
    assert counts(bring_file("sell_out", SELL_OUT)) == (3, 0, 0, 0)


def test_a_new_figure_is_written_shown_and_taken_back(bring_file, take_back, fjord, goods):
    bring_file("sell_out", SELL_OUT)
    before = digest()
    run = bring_file("sell_out", SELL_OUT.replace(";50;", ";55;"))
    assert counts(run) == (0, 1, 2, 0)
    assert SellOut.objects.get(month=date(2026, 9, 1), product__sku="A1").quantity == 55
    ((change,),) = [entry["fields"] for entry in run.summary["changes"]["sellout"]]
    assert change[0] == "quantity"
    assert (Decimal(change[1]), Decimal(change[2])) == (50, 55)
    take_back(run)
    assert digest() == before


def test_what_a_person_corrected_stays_and_is_named(bring_file, take_back, fjord, goods):
    run = bring_file("sell_out", SELL_OUT)
    row = SellOut.objects.get(month=date(2026, 8, 1))
    row.quantity = 44
    row.save()
    again = bring_file("sell_out", SELL_OUT.replace(";40;", ";41;"))
    row.refresh_from_db()
    assert row.quantity == 44
    assert reasons(again, "warning") == [(2, "edited_since")]
    take_back(again)
    with pytest.raises(ImportRefused):
        take_back(run)
    assert SellOut.objects.count() == 3
    run.refresh_from_db()
    assert run.summary["stays"] == [
        {"model": "sellout", "name": "Fjord Handel AS · Lamp · 2026-08", "why": "edited"}
    ]
    run.options["undo_rest"] = True
    run.save()
    take_back(run)
    assert SellOut.objects.get().quantity == 44


STOCK = "재고일자,거래처코드,품번,현재고\n2026-10-31,K1,A1,120\n2026-10-31,K1,B2,0\n2026-10-31,K1,A1,30.5\n"


@pytest.mark.both
def test_stock_of_several_warehouses_is_added_up_and_goes_again(bring_file, take_back, fjord, goods):
    before = digest()
    run = bring_file("stock", STOCK)
    assert counts(run) == (3, 0, 0, 0)
    found = StockLevel.objects.order_by("product__sku").values_list("product__sku", "on", "quantity")
    assert list(found) == [("A1", date(2026, 10, 31), Decimal("150.5")), ("B2", date(2026, 10, 31), 0)]
    for _again in range(2):
        assert counts(bring_file("stock", STOCK)) == (0, 0, 3, 0)
    take_back(run)
    assert digest() == before


def test_nobody_has_less_than_nothing(bring_file, fjord, goods):
    run = bring_file("stock", STOCK + "2026-10-30,K1,A1,-1\n2026-11-30,K1,A1,1\n")
    assert reasons(run) == [(5, "negative_stock"), (6, "future_report")]
    assert StockLevel.objects.count() == 2


def test_the_day_of_the_count_may_be_said_once(bring_file, fjord, goods):
    text = "Vendor SKU;Stock on hand\nA1;5\n"
    bring_file("stock", text, customer=fjord, day=date(2026, 11, 1))
    assert StockLevel.objects.get().on == date(2026, 11, 1)


def test_who_no_longer_sees_the_customer_does_not_take_his_report_back(
    bring_file, take_back, owner, mate, fjord, goods
):
    run = bring_file("stock", STOCK)
    Customer.objects.update(owner=mate)
    with pytest.raises(ImportRefused):
        take_back(run, owner)
    run.refresh_from_db()
    assert {row["why"] for row in run.summary["stays"]} == {"not_yours"}
    assert not any(row["name"] for row in run.summary["stays"])


def test_the_columns_page_asks_once_for_what_no_column_says(
    client_for, owner, mate, fjord, goods, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "media"
    hidden = make_customer("Secret AS", owner=mate)
    wizard = Wizard(client_for(owner))
    wizard.upload("품번;판매수량\nA1;7\n".encode("cp949"), "셀아웃.csv")
    assert wizard.work().kind == "sell_out"
    page = wizard.get("import_columns").content.decode()
    assert "Customer who reports" in page
    assert "Secret AS" not in page
    refused = wizard.columns()
    assert refused.status_code == 422
    assert refused.content.decode().count("No column says it: say it here.") == 2
    for customer, day in (
        (hidden.pk, "2026-10-31"), (10**30, "2026-10-31"), (fjord.pk, "0026-10-31"), (fjord.pk, "2026-12-31"),
    ):  # fmt: skip
        assert wizard.columns(customer=customer, day=day).status_code == 422
    wizard.columns(customer=fjord.pk, day="2026-10-31")
    wizard.work()
    page = wizard.get().content.decode()
    assert "Oct 2026" in page
    assert "Fjord Handel AS" in page
    wizard.post("import_apply")
    wizard.work()
    assert sold() == [("K1", "A1", date(2026, 10, 1), 7)]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Distributor;SKU;Month;Sell-out qty", "sell_out"),
        ("Item;Description;Units sold;Period", "sell_out"),
        ("대리점;품번;품명;판매월;판매수량;판매금액", "sell_out"),
        ("SKU;Stock on hand", "stock"),
        ("Part number;Description;Qty on hand;As of date", "stock"),
        ("품목코드;품목명;현재고;기준일", "stock"),
        ("Order no;Customer;SKU;Quantity", "orders"),
        ("Customer;Order no;Date;Item;Qty;Amount;Currency", "orders"),
    ],
)
def test_a_report_is_known_by_its_headers(owner, header, kind):
    assert likely(header.split(";"), owner).name == kind


@pytest.mark.parametrize(
    "text",
    ["2026-08", "2026.8", "2026/08", "202608", "2026년 8월", "08/2026", "8.2026", "Aug 2026", "Aug-26", "august 2026",
     "2026 Aug"],
)  # fmt: skip
def test_a_month_is_read_however_it_is_written(text):
    assert month_of(text) == date(2026, 8, 1)


@pytest.mark.parametrize("text", ["8", "08", "8월", "Aug", "August"])
def test_a_month_whose_year_stands_beside_it(text):
    assert month_of(text, "2026") == date(2026, 8, 1)
    assert month_of(text) is None


@pytest.mark.parametrize(
    "text", ["2026-13", "46235", "2026", "31.08.2026", "2026-08-31", "soon", "", "Foo 2026"]
)
def test_what_is_no_month(text):
    assert month_of(text, "2026") is None


@pytest.mark.parametrize(
    ("text", "year", "period"),
    [
        ("2026", "", (date(2026, 1, 1), 12)),
        ("2026년", "", (date(2026, 1, 1), 12)),
        ("", "2026", (date(2026, 1, 1), 12)),
        ("Q3 2026", "", (date(2026, 7, 1), 3)),
        ("2026-Q3", "", (date(2026, 7, 1), 3)),
        ("3Q", "2026", (date(2026, 7, 1), 3)),
        ("2026년 3분기", "", (date(2026, 7, 1), 3)),
        ("H2 2026", "", (date(2026, 7, 1), 6)),
        ("2026 상반기", "", (date(2026, 1, 1), 6)),
        ("2026-08", "", (date(2026, 8, 1), 1)),
        ("202608", "", (date(2026, 8, 1), 1)),
        ("8월", "2026", (date(2026, 8, 1), 1)),
        ("Q5 2026", "", None),
        ("whenever", "2026", None),
    ],
)
def test_a_period_is_read_however_it_is_written(text, year, period):
    assert period_of(text, year) == period


@pytest.mark.parametrize(
    ("text", "months"), [("12", 12), ("분기", 3), ("Half-year", 6), ("3 months", 3), ("2", None)]
)
def test_how_long_a_period_is(text, months):
    assert length_of(text) == months
