"""Files with a row an order and several items in it: what is counted are lines, what is named is the file's row."""

from decimal import Decimal

import pytest

from crm.importing import items
from crm.importing.digest import digest
from crm.models import ImportMapping, OrderLine, Product
from tests.crm.importing.conftest import counts
from tests.crm.importing.test_wizard import Wizard, media  # noqa: F401 -- a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HEAD = ["Order no", "Date", "Customer"]
GROUPS = [*HEAD, "Item 1", "Qty 1", "Price 1", "Item 2", "Qty 2", "Price 2"]
WIDE = [*HEAD, "AUR-100", "AUR-200"]
BOTH = {"order_number": 0, "ordered_on": 1, "customer_name": 2, "item@3": 3, "item@4": 4}


def lines():
    return list(
        OrderLine.objects.order_by("order__number", "product__sku").values_list(
            "order__number", "product__sku", "quantity", "unit_price"
        )
    )


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (
            GROUPS,
            "order_number ordered_on customer_name sku#1 quantity#1 unit_price#1 sku#2 quantity#2 unit_price#2",
        ),
        (
            ["주문번호", "주문일", "거래처", "품번1", "수량1", "단가1", "품번2", "수량2", "단가2"],
            "order_number ordered_on customer_name sku#1 quantity#1 unit_price#1 sku#2 quantity#2 unit_price#2",
        ),
        (
            [
                "Order no",
                "Date",
                "Customer",
                "Price",
                "Item #1 SKU",
                "Item #1 Qty",
                "Item #2 SKU",
                "Item #2 Qty",
            ],
            "order_number ordered_on customer_name unit_price sku#1 quantity#1 sku#2 quantity#2",
        ),
        (
            ["Order no", "Date", "Customer", "Amount", "Product_1", "Quantity_1", "Product_2", "Quantity_2"],
            "order_number ordered_on customer_name amount sku#1 quantity#1 sku#2 quantity#2",
        ),
    ],
)
def test_groups_are_known_by_their_numbers(header, fields):
    found = items.recognise(header)
    assert sorted(found, key=found.get) == fields.split()


def test_one_number_makes_no_group():
    assert items.groups([*HEAD, "Item 1", "Qty 1", "Address 2", "Price 2"]) == {}


@pytest.mark.both
def test_groups_become_lines_and_the_same_file_again_changes_nothing(bring, taken_back):
    before = digest()
    rows = [
        ["A1", "2026-03-01", "Nord", "X", "5", "2", "Y", "3", "1.5"],
        ["A2", "2026-03-02", "Nord", "Y", "1", "1.5", "", "", ""],
        ["A3", "2026-03-03", "Nord", "X", "2"],
    ]
    run = bring(rows[:2], GROUPS)
    assert counts(run) == (3, 0, 0, 0)
    assert run.summary["file_rows"] == 2
    assert [row["number"] for row in run.summary["rows"]] == [2, 2, 3]
    assert lines() == [("A1", "X", 5, 2), ("A1", "Y", 3, Decimal("1.5")), ("A2", "Y", 1, Decimal("1.5"))]
    assert counts(bring(rows[:2], GROUPS)) == (0, 0, 3, 0)
    rows[0][4] = "6"
    assert counts(bring(rows[:2], GROUPS)) == (0, 1, 2, 0)
    run = bring(rows, GROUPS)
    assert counts(run) == (0, 0, 3, 1)
    row = run.rows.get()
    assert (row.number, row.column, row.reason) == (4, "Price 1", "no_price")
    assert digest() != before


def test_each_line_of_a_row_is_rejected_for_itself_and_by_the_rows_number(bring):
    rows = [
        ["A1", "2026-03-01", "Nord", "X", "5", "2", "Y", "three", "1.5"],
        ["A2", "2026-03-02", "Nord", "", "", "", "", "", ""],
        ["", "2026-03-02", "Nord", "X", "1", "1", "Y", "1", "1"],
    ]
    run = bring(rows, GROUPS)
    assert counts(run) == (1, 0, 0, 4)
    assert [(row.number, row.column, row.value, row.reason) for row in run.rows.all()] == [
        (2, "Qty 2", "three", "bad_quantity"),
        (3, "Item 1", "", "no_item"),
        (4, "Order no", "", "no_order_number"),
        (4, "Order no", "", "no_order_number"),
    ]


def test_contradictions_and_doubts_name_the_files_row(bring):
    rows = [
        ["A1", "2026-03-01", "Nord", "X", "5", "2", "Y", "3", "1"],
        ["A1", "2026-03-01", "Other", "X", "5", "2", "Y", "3", "1"],
        ["A2", "2062-03-01", "Nord", "", "", "", "Y", "3", "1"],
    ]
    run = bring(rows, GROUPS)
    assert counts(run) == (3, 0, 0, 2)
    assert {(row.number, row.reason) for row in run.rows.all()} == {(3, "other_customer"), (4, "future_date")}


def test_a_column_an_item_takes_the_last_known_price(bring):
    bring([
        ["P1", "2026-01-01", "Nord", "AUR-100", "1", "10"], ["P2", "2026-01-02", "Nord", "AUR-100", "1", "12"],
        ["P3", "2026-01-03", "Sund", "AUR-100", "1", "9"], ["P4", "2026-01-04", "Sund", "AUR-200", "1", "7"],
    ], [*HEAD, "SKU", "Qty", "Price"])  # fmt: skip
    rows = [
        ["W1", "2026-02-01", "Nord", "5", "0"],
        ["W2", "2026-02-02", "Vest", "1", "2"],
        ["W3", "2026-02-03", "Vest", "", "-"],
    ]
    run = bring(rows, WIDE, columns=BOTH)
    assert counts(run) == (3, 0, 0, 1)
    assert (run.rows.get().number, run.rows.get().reason) == (4, "no_item")
    assert lines()[-3:] == [("W1", "AUR-100", 5, 12), ("W2", "AUR-100", 1, 9), ("W2", "AUR-200", 2, 7)]
    # What became of prices since says nothing of this order.
    bring([["P9", "2026-03-02", "Nord", "AUR-100", "1", "20"]], [*HEAD, "SKU", "Qty", "Price"])
    assert counts(bring(rows, WIDE, columns=BOTH)) == (0, 0, 3, 1)


def test_without_a_known_price_the_cells_line_is_rejected(bring):
    bring([["P1", "2026-01-01", "Nord", "AUR-100", "1", "10"]], [*HEAD, "SKU", "Qty", "Price"])
    run = bring([["W1", "2026-02-01", "Nord", "5", "6"]], WIDE, columns=BOTH)
    assert counts(run) == (1, 0, 0, 1)
    row = run.rows.get()
    assert (row.number, row.column, row.value, row.reason) == (2, "AUR-200", "AUR-200", "no_known_price")
    run = bring([["W2", "2026-02-01", "Nord", "5", ""]], WIDE, columns=BOTH, currency="USD")
    assert run.rows.get().reason == "no_known_price"


def test_a_column_may_be_called_by_the_name_of_a_product(bring):
    bring([["P1", "2026-01-01", "Nord", "AUR-100", "Boots", "1", "10"]],
          [*HEAD, "SKU", "Description", "Qty", "Price"])  # fmt: skip
    bring([["W1", "2026-02-01", "Nord", "5", ""]], [*HEAD, "Boots", "Tent"], columns=BOTH)
    assert lines()[-1] == ("W1", "AUR-100", 5, 10)
    assert Product.objects.count() == 1


WIDE_TEXT = "Order no;Date;Customer;AUR-100;AUR-200;Remark\nW1;2026-02-01;Nord;5;6;x\n"


def test_in_the_browser_columns_are_chosen_as_items_and_remembered(owner, client_for):
    wizard = Wizard(client_for(owner))
    wizard.apply(b"Order no;Date;Customer;SKU;Qty;Price\nP1;2026-01-01;Nord;AUR-100;1;10\n", "first.csv")
    wizard.upload(WIDE_TEXT.encode(), "wide.csv")
    wizard.work()
    page = wizard.get("import_columns").content.decode()
    assert "Item column: quantity of this SKU" in page
    answers = dict(
        zip(
            [f"column_{n}" for n in range(6)],
            ["order_number", "ordered_on", "customer_name", "item", "item", ""],
            strict=True,
        )
    )
    refused = wizard.post(
        "import_columns", answers | {"column_5": "quantity", "currency": "EUR", "name": "Wide"}
    )
    assert "leave out the other columns" in refused.content.decode()
    wizard.post("import_columns", answers | {"currency": "EUR", "name": "Wide"})
    run = wizard.work()
    assert counts(run) == (1, 0, 0, 1)
    page = wizard.get().content.decode()
    assert "2 order lines read · rows of the file: 1" in page
    assert "The file has no price, and none is known of an earlier order." in page
    assert ImportMapping.objects.get(name="Wide").columns["item@3"] == "AUR-100"
    assert b"Item column" in wizard.client.get("/imports/mappings/").content
    wizard.upload(WIDE_TEXT.replace("W1", "W2").encode(), "next.csv")
    assert counts(wizard.work()) == (1, 0, 0, 1)
    assert wizard.get("import_columns").content.decode().count('<option value="item" selected>') == 2


def test_in_the_browser_groups_are_suggested(owner, client_for):
    wizard = Wizard(client_for(owner))
    text = ";".join(GROUPS) + "\nA1;2026-03-01;Nord;X;5;2;Y;3;1.5\n"
    wizard.upload(text.encode(), "groups.csv")
    wizard.work()
    page = wizard.get("import_columns").content.decode()
    assert '<option value="quantity#2" selected>Quantity (item 2)</option>' in page
    wizard.columns()
    assert counts(wizard.work()) == (2, 0, 0, 0)
    wizard.post("import_apply")
    wizard.work()
    assert len(lines()) == 2


def test_known_skus_as_headers_are_suggested_as_items(owner, client_for):
    Product.objects.create(sku="AUR-100", name="Boots")
    Product.objects.create(sku="AUR-200", name="Tent")
    wizard = Wizard(client_for(owner))
    wizard.upload(WIDE_TEXT.encode(), "wide.csv")
    wizard.work()
    assert wizard.get("import_columns").content.decode().count('<option value="item" selected>') == 2
