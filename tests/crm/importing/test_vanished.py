"""Lines that a newer file no longer has: shown, removed only where its user says that it is complete, undone exactly."""

import pytest

from crm.importing import vanished
from crm.importing.choices import Choices
from crm.importing.digest import digest
from crm.models import Customer, ImportRun, OrderLine, Shipment
from tests.crm.importing.conftest import counts
from tests.crm.importing.test_wizard import Wizard, media  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db
FIRST = [
    ("A1", "2026-03-01", "X", 5, "10.50"),
    ("A1", "2026-03-01", "Y", 6, "3"),
    ("A1", "2026-03-01", "Z", 7, "2"),
    ("A2", "2026-03-20", "Y", 6, "3"),
]
COMPLETE = Choices(remove=True)


def lines():
    return sorted(OrderLine.objects.values_list("order__number", "product__sku"))


def test_they_are_counted_and_named_and_stay_where_nobody_says_more(bring):
    bring(FIRST)
    run = bring(FIRST[:1])
    assert counts(run) == (0, 0, 1, 0)
    gone = run.summary["vanished"]
    assert (gone["going"], gone["staying"]) == (2, 0)
    assert [(line["order"], line["sku"]) for line in gone["first"]] == [("A1", "Y"), ("A1", "Z")]
    assert run.summary["kinds"]["line"]["removed"] == 0
    assert len(lines()) == 4


def test_a_complete_file_removes_them_from_the_orders_that_it_names(bring, taken_back):
    bring(FIRST)
    before, revision = digest(), Customer.objects.get().orders_rev
    run = bring(FIRST[:1], choices=COMPLETE)
    assert counts(run) == (0, 0, 1, 0)
    assert run.summary["kinds"]["line"]["removed"] == 2
    assert run.summary["kinds"]["order"] == {"created": 0, "updated": 1, "unchanged": 0}
    assert lines() == [("A1", "X"), ("A2", "Y")]
    assert Customer.objects.get().orders_rev > revision
    assert counts(bring(FIRST[:1], choices=COMPLETE)) == (0, 0, 1, 0)
    assert taken_back(run).state == "undone"
    assert digest() == before


def test_a_try_removes_nothing(bring):
    bring(FIRST)
    before = digest()
    run = bring(FIRST[:1], choices=COMPLETE, dry_run=True)
    assert run.summary["kinds"]["line"]["removed"] == 2
    assert digest() == before


def test_pairs_of_reversals_are_parted_made_anew_and_restored(bring, taken_back):
    """The return pairs with the latest equal line; when that one goes, the earlier one takes its place."""
    bring([
        ("A1", "2026-03-01", "X", 5, "1"), ("A2", "2026-03-05", "X", 5, "1"), ("A2", "2026-03-05", "Y", 1, "1"),
        ("C3", "2026-03-06", "X", -5, "1"), ("C3", "2026-03-06", "Z", -1, "1"), ("A0", "2026-03-01", "Z", 1, "1"),
    ])  # fmt: skip
    back = OrderLine.objects.get(order__number="C3", product__sku="X")
    assert back.reverses.order.number == "A2"
    before = digest()
    run = bring([("A2", "2026-03-05", "Y", 1, "1"), ("C3", "2026-03-06", "X", -5, "1")], choices=COMPLETE)
    assert run.summary["kinds"]["line"]["removed"] == 2
    back.refresh_from_db()
    assert back.reverses.order.number == "A1"
    assert OrderLine.objects.get(order__number="A0").learn
    assert taken_back(run).state == "undone"
    assert digest() == before


def test_both_lines_of_a_pair_go_and_return(bring, taken_back):
    bring(
        [
            ("A1", "2026-03-01", "X", 5, "1"),
            ("A1", "2026-03-01", "X", -5, "1"),
            ("A1", "2026-03-01", "Y", 1, "1"),
        ]
    )
    before = digest()
    run = bring([("A1", "2026-03-01", "Y", 1, "1")], choices=COMPLETE)
    assert lines() == [("A1", "Y")]
    taken_back(run)
    assert digest() == before


def test_what_a_person_touched_or_what_was_shipped_stays_and_is_named(bring):
    bring([*FIRST, ("A1", "2026-03-01", "W", 1, "1")])
    typed, edited, shipped = (OrderLine.objects.get(order__number="A1", product__sku=sku) for sku in "WYZ")
    edited.quantity = 9
    edited.save()
    shipment = Shipment.objects.create(order=shipped.order, shipped_on="2026-03-05")
    shipment.lines.create(order_line=shipped, quantity=1)
    OrderLine.objects.filter(pk=typed.pk).update(imported_hash=None)
    run = bring(FIRST[:1], choices=COMPLETE)
    assert run.summary["kinds"]["line"]["removed"] == 0
    stay = run.summary["vanished"]["stay"]
    assert {(line["sku"], line["why"]) for line in stay} == {("Y", "edited"), ("Z", "in_use")}
    assert len(lines()) == 5


def test_an_order_with_a_rejected_row_is_left_alone(bring):
    bring(FIRST)
    run = bring([FIRST[0], ("A1", "2026-03-01", "Y", "six", "3")], choices=COMPLETE)
    assert counts(run) == (0, 0, 1, 1)
    assert run.summary["vanished"]["going"] == 0
    run = bring([FIRST[0], ("A1", "2026-03-01", "Y", 6, "3", "K2")], choices=COMPLETE)
    assert counts(run) == (0, 0, 1, 1)
    assert len(lines()) == 4


def test_an_order_is_not_asked_about_by_a_file_of_another_erp(bring):
    bring(FIRST)
    assert bring(FIRST[:1], source="ERP-2", choices=COMPLETE).summary["vanished"]["going"] == 0
    assert OrderLine.objects.count() == 5


def test_a_renumbered_line_is_the_same_line_and_not_a_vanished_one(bring):
    bring([FIRST[0], FIRST[1]])
    run = bring([("A1", "2026-03-01", "X", 8, "10.50"), FIRST[1]], choices=COMPLETE)
    assert counts(run) == (0, 1, 1, 0)
    assert run.summary["vanished"]["going"] == 0


def test_the_import_that_brought_them_waits_for_the_one_that_removed_them(bring, taken_back):
    nothing = digest()
    first = bring(FIRST[:1])
    further = bring(FIRST)
    before = digest()
    last = bring(FIRST[:1], choices=COMPLETE)
    for run in (first, further):
        assert taken_back(run).state == "applied"
        assert "later_import" in {row["why"] for row in ImportRun.objects.get(pk=run.pk).summary["stays"]}
    assert taken_back(last).state == "undone"
    assert digest() == before
    assert taken_back(further).state == "undone"
    assert taken_back(first).state == "undone"
    assert digest() == nothing


def test_a_line_that_came_again_meanwhile_is_not_doubled(bring, taken_back):
    bring(FIRST)
    run = bring(FIRST[:1], choices=COMPLETE)
    again = bring(FIRST)
    assert again.created == 2
    before = digest()
    assert taken_back(run).state == "applied"
    assert digest() == before
    taken_back(again)
    assert taken_back(run).state == "undone"
    assert len(lines()) == 4


def test_a_line_shipped_between_plan_and_transaction_stays(bring, monkeypatch):
    bring(FIRST)
    remove, left = vanished.remove, [1]

    def interrupted(*arguments):
        if left[0]:
            left[0] -= 1
            line = OrderLine.objects.get(order__number="A1", product__sku="Y")
            Shipment.objects.create(order=line.order, shipped_on="2026-03-05").lines.create(
                order_line=line, quantity=1
            )
            raise vanished.OrdersMoved
        return remove(*arguments)

    monkeypatch.setattr(vanished, "remove", interrupted)
    run = bring(FIRST[:1], choices=COMPLETE)
    assert run.summary["kinds"]["line"]["removed"] in {1, 2}
    assert lines()[0] == ("A1", "X")


HEADER = "Order no,Order date,Customer,SKU,Qty,Price\n"
TWO = HEADER + "A1,2026-01-05,Nord,X,1,2\nA1,2026-01-05,Nord,Y,3,4\n"


def test_the_preview_asks_tries_again_and_applies(owner, client_for):
    wizard = Wizard(client_for(owner))
    wizard.apply(TWO.encode(), "first.csv")
    before = digest()
    wizard.upload(TWO.rsplit("A1", 1)[0].encode(), "second.csv")
    wizard.work()
    page = wizard.get().content.decode()
    assert "No longer in the file" in page
    assert "The file is complete: remove these lines" in page
    wizard.post("import_preview", {"said": "1", "remove": "on"})
    run = wizard.work()
    assert (run.state, run.summary["kinds"]["line"]["removed"]) == ("previewed", 1)
    page = wizard.get().content.decode()
    assert "Removed" in page
    assert 'name="remove" form="answers" id="id_remove" checked' in page
    assert digest() == before
    # An import by a click without the page's answers keeps what was said.
    wizard.post("import_apply")
    run = wizard.work()
    assert (run.state, lines()) == ("applied", [("A1", "X")])
    assert "These lines were removed" in wizard.get().content.decode()
    wizard.post("import_undo")
    assert wizard.work().state == "undone"
    assert digest() == before


def test_a_box_that_is_unticked_before_the_import_counts(owner, client_for):
    wizard = Wizard(client_for(owner))
    wizard.apply(TWO.encode(), "first.csv")
    wizard.upload(TWO.rsplit("A1", 1)[0].encode(), "second.csv")
    wizard.work()
    wizard.post("import_preview", {"said": "1", "remove": "on"})
    wizard.work()
    wizard.post("import_apply", {"said": "1"})
    assert wizard.work().state == "applied"
    assert len(lines()) == 2
    assert "These lines were kept" in wizard.get().content.decode()
