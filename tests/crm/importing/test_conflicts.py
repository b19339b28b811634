"""What a person edited and the file says otherwise: both are shown, and the user says whose value counts."""

import pytest

from crm.importing import shown
from crm.importing.choices import OURS, THEIRS, Choices
from crm.importing.digest import digest
from crm.models import Customer, Order, OrderLine, Product
from tests.crm.importing.conftest import counts, full
from tests.crm.importing.test_wizard import Wizard, media  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db
ROWS = [("A1", "2026-03-01", "X", 5, "10.50"), ("A2", "2026-03-20", "Y", 6, "3")]


@pytest.fixture
def edited(bring):
    """Known by an import, and then edited by a person: the customer, a product, the head of an order and a line of it."""
    bring(ROWS)
    Customer.objects.update(name="Ours", city="Oslo")
    Product.objects.filter(sku="X").update(name="Our boots")
    Order.objects.filter(number="A1").update(ordered_on="2026-02-02")
    OrderLine.objects.filter(order__number="A1").update(quantity=50, amount=525)


def news():
    rows = [full("A1", "2026-03-03", "X", 7, "11"), full(*ROWS[1])]
    for row in rows:
        row[3] = "Theirs"
    rows[0][6] = "Their boots"
    return rows


def now():
    order = Order.objects.get(number="A1")
    line = order.lines.get()
    return (
        Customer.objects.get().name, Product.objects.get(sku="X").name, str(order.ordered_on),
        int(line.quantity), float(line.unit_price), float(line.amount),
    )  # fmt: skip


OUR, THEIR = (
    ("Ours", "Our boots", "2026-02-02", 50, 10.5, 525),
    ("Theirs", "Their boots", "2026-03-03", 7, 11, 77),
)


def test_both_values_are_named_and_ours_stay(bring, edited):
    run = bring(news())
    assert now() == OUR
    said = run.summary["conflicts"]
    assert said["count"] == 4
    assert [
        (row, [(str(name), *pair) for name, *pair in fields], taken)
        for _id, _kind, row, fields, taken in shown.conflicts(run)["first"]
    ] == [
        ("Ours", [("name", "Ours", "Theirs")], False),
        ("Our boots", [("name", "Our boots", "Their boots")], False),
        ("A1", [("ordered on", "2026-02-02", "2026-03-03")], False),
        (
            "A1 · Our boots",
            [("quantity", "50", "7"), ("unit price", "10.5", "11"), ("amount", "525", "77")],
            False,
        ),
    ]
    assert {row.reason for row in run.rows.all()} == {"edited_since"}
    assert bring(news()).summary["conflicts"] == {"count": 0, "first": []}


def test_the_files_are_taken_for_all_and_undone_exactly(bring, edited, taken_back):
    before, revision = digest(), Customer.objects.get().orders_rev
    run = bring(news(), choices=Choices(conflicts=THEIRS))
    assert counts(run) == (0, 1, 1, 0)
    assert now() == THEIR
    assert Customer.objects.get().orders_rev > revision
    assert not run.rows.exists()
    assert {entry["taken"] for entry in run.summary["conflicts"]["first"]} == {True}
    assert run.summary["kinds"]["customer"]["updated"] == 1
    assert counts(bring(news())) == (0, 0, 2, 0)
    assert taken_back(run).state == "undone"
    assert digest() == before
    assert now() == OUR


def test_single_ones_are_answered_otherwise_than_all(bring, edited, taken_back):
    before = digest()
    asked = [entry["id"] for entry in bring(news(), dry_run=True).summary["conflicts"]["first"]]
    run = bring(news(), choices=Choices(conflicts=THEIRS, each={asked[0]: OURS, asked[3]: OURS}))
    assert now() == (OUR[0], *THEIR[1:3], *OUR[3:])
    taken_back(run)
    assert digest() == before
    bring(news(), choices=Choices(each={asked[3]: THEIRS}))
    assert now() == (*OUR[:3], *THEIR[3:])


def test_an_order_that_a_person_moved_goes_to_the_files_customer_only_if_asked(bring, taken_back):
    bring([*ROWS, ("B1", "2026-03-02", "X", 4, "1", "K2")])
    order = Order.objects.get(number="A1")
    order.customer = Customer.objects.get(code="K2")
    order.save()
    before = digest()
    moved = [("A1", "2026-03-01", "X", 5, "10.50", "K3"), ROWS[1]]
    run = bring(moved, dry_run=True)
    assert run.summary["conflicts"]["first"][0]["fields"] == [["customer", "Customer K2", "Customer K3"]]
    run = bring(moved, choices=Choices(conflicts=THEIRS))
    order.refresh_from_db()
    assert order.customer.code == "K3"
    run = taken_back(run)
    assert run.summary["stays"] == []
    assert run.state == "undone"
    assert digest() == before


def test_an_item_that_a_person_chose_is_replaced_only_if_asked(bring):
    header = ["Order no", "Order date", "Customer code", "Customer", "Country", "SKU", "Description", "Quantity",
              "Price", "Line no"]  # fmt: skip
    bring(
        [[*full("A1", "2026-03-01", "X", 1, "2"), 10], [*full("A1", "2026-03-01", "Y", 1, "2"), 20]], header
    )
    line = OrderLine.objects.get(key="10")
    line.product = Product.objects.get(sku="Y")
    line.save()
    rows = [[*full("A1", "2026-03-01", "Z", 3, "2"), 10], [*full("A1", "2026-03-01", "Y", 1, "2"), 20]]
    asked = bring(rows, header, dry_run=True).summary["conflicts"]["first"]
    assert [entry["fields"][0][0] for entry in asked] == ["quantity", "sku"]
    bring(rows, header, choices=Choices(each={asked[0]["id"]: THEIRS}))
    line.refresh_from_db()
    assert (line.product.sku, line.quantity) == ("Y", 3)


def test_the_first_are_shown_and_all_are_counted(bring):
    rows = [(f"A{n}", "2026-03-01", "X", 5, "1") for n in range(60)]
    bring(rows)
    OrderLine.objects.update(quantity=9)
    run = bring([(number, day, sku, 6, price) for number, day, sku, _n, price in rows])
    assert run.summary["conflicts"]["count"] == 60
    assert len(run.summary["conflicts"]["first"]) == 25


TEXT = "Order no,Order date,Customer,SKU,Qty,Price\nA1,2026-01-05,Nord,X,1,2\nA2,2026-01-06,Nord,X,1,2\n"


def test_the_preview_asks_for_all_and_one_by_one(owner, client_for):
    wizard = Wizard(client_for(owner))
    wizard.apply(TEXT.encode(), "first.csv")
    OrderLine.objects.update(quantity=9)
    wizard.upload(TEXT.replace(",1,2", ",4,2").encode(), "second.csv")
    run = wizard.work()
    page = wizard.get().content.decode()
    assert "Edited here, and different in the file" in page
    assert "Keep what people typed" in page
    assert "the person&#x27;s value was kept" not in page  # once is enough
    first, _second = (entry["id"] for entry in run.summary["conflicts"]["first"])
    wizard.post("import_preview", {"said": "1", "conflicts": THEIRS, f"each_{first}": OURS})
    run = wizard.work()
    assert [entry["taken"] for entry in run.summary["conflicts"]["first"]] == [False, True]
    assert '<option value="ours" selected>' in wizard.get().content.decode()
    wizard.post("import_apply")
    wizard.work()
    assert list(OrderLine.objects.order_by("order__number").values_list("quantity", flat=True)) == [9, 4]
    assert "the file's" in wizard.get().content.decode()


def test_an_answer_that_is_none_is_refused(owner, client_for):
    wizard = Wizard(client_for(owner))
    wizard.apply(TEXT.encode(), "first.csv")
    wizard.preview(TEXT.replace(",1,2", ",4,2").encode(), "second.csv")
    assert wizard.post("import_preview", {"said": "1", "conflicts": "x"}).status_code == 422
    assert wizard.post("import_apply", {"said": "1", "conflicts": "x"}).status_code == 422
    assert wizard.run.state == "previewed"


def test_a_rep_does_not_overrule_the_catalogue(bring, owner, manager):
    bring(ROWS[:1], user=owner, owner=owner)
    product = Product.objects.get()
    product.name = "Our boots"
    product.save()
    rows = [full(*ROWS[0])]
    rows[0][6] = "Their boots"
    run = bring(rows, user=owner, owner=owner, choices=Choices(conflicts=THEIRS))
    assert Product.objects.get().name == "Our boots"
    assert run.summary["conflicts"]["count"] == 0
    assert [row.reason for row in run.rows.all()] == ["catalogue_kept"]
    rows[0][6] = "Their shoes"
    bring(rows, user=manager, owner=owner, choices=Choices(conflicts=THEIRS))
    assert Product.objects.get().name == "Their shoes"
