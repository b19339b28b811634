"""An import taken back: every fact stands as before; what was touched since stays, and is named."""

import datetime as dt

import pytest

from crm.importing import jobs
from crm.importing.digest import digest
from crm.models import Assignment, Customer, Note, Order, OrderLine, Product, Shipment
from tests.crm.importing.conftest import counts, full
from tests.factories import make_customer, make_note, make_user

pytestmark = pytest.mark.django_db
ROWS = [("A1", "2026-03-01", "X", 5, "10.50"), ("A2", "2026-03-20", "Y", 6, "3")]


def news():
    """A file that changes all that a file can change of what `known` left."""
    rows = [
        full("A1", "2026-03-02", "X", 7, "10.50"),  # another line and another day
        full("A1", "2026-03-02", "NEW", 1, "1"),  # a further line of a known order
        full("C4", "2026-03-22", "GIANT", -900, "2"),  # reverses a known line
        full("B1", "2026-03-03", "X", 4, "1", "K2"),
        full("B2", "2026-04-03", "X", 4, "1", "K2"),
        full("Z1", "2026-04-04", "X", 4, "1", "K3"),  # a new customer
    ]
    for row in rows[:3]:
        row[3] = "Customer One"
    return rows


@pytest.fixture
def known(bring):
    rep = make_user()
    bring(
        [*ROWS, ("A3", "2026-03-21", "GIANT", 900, "2"), ("B1", "2026-03-02", "X", 4, "1", "K2")], owner=rep
    )
    Assignment.objects.filter(customer__code="K2").delete()
    return rep


def test_all_facts_stand_as_before(bring, known, taken_back):
    before = digest()
    revisions = dict(Customer.objects.values_list("pk", "orders_rev"))
    run = bring(news(), owner=known)
    assert counts(run) == (4, 1, 1, 0)
    assert digest() != before
    run = taken_back(run)
    assert (run.state, run.wanted, run.message) == ("undone", "", "")
    assert run.undone_at
    assert digest() == before
    assert all(rev > revisions[pk] for pk, rev in Customer.objects.values_list("pk", "orders_rev"))


def test_the_first_import_leaves_nothing(bring, taken_back):
    before = digest()
    run = taken_back(bring([*ROWS, ("C2", "2026-03-21", "Y", -6, "3")], owner=make_user()))
    assert run.state == "undone"
    assert digest() == before
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_the_same_file_can_be_imported_again_after_it(bring, known, taken_back):
    before = digest()
    taken_back(bring(news(), owner=known))
    again = bring(news(), owner=known)
    assert again.created == 4
    taken_back(again)
    assert digest() == before


def test_an_order_that_a_person_edited_stays_and_is_named(bring, taken_back):
    before_nothing = bring(ROWS)
    line = OrderLine.objects.get(order__number="A1")
    line.quantity = 99
    line.save()
    before = digest()
    run = taken_back(before_nothing)
    assert run.state == "applied"
    assert "changed since" in run.message
    assert digest() == before
    named = {(row["model"], row["name"], row["why"]) for row in run.summary["stays"]}
    assert ("order", "A1", "edited") in named
    assert ("order", "A2", "edited") not in named

    run = taken_back(run, undo_rest=True)
    assert run.state == "undone"
    assert list(Order.objects.values_list("number", flat=True)) == ["A1"]
    assert OrderLine.objects.get().quantity == 99
    assert Customer.objects.count() == 1
    assert list(Product.objects.values_list("sku", flat=True)) == ["X"]


@pytest.mark.parametrize(
    "touch",
    [
        lambda customer: make_note(customer, author=make_user()),
        lambda customer: customer.save(),
        lambda customer: Shipment.objects.create(
            order=Order.objects.get(number="A1"), shipped_on="2026-03-05"
        ),
        lambda customer: Order.objects.filter(number="A1").update(learn=False),
        lambda customer: Order.objects.filter(number="A1").update(ordered_on=dt.date(2026, 1, 1)),
        lambda customer: Order.objects.create(customer=customer, ordered_on="2026-05-01", currency="EUR"),
        lambda customer: customer.assignments.create(rep=make_user(), from_on="2026-01-01"),
    ],
    ids=["a note", "edited", "shipped", "not learned from", "another day", "another order", "assigned"],
)
def test_what_a_person_added_is_never_lost(bring, taken_back, touch):
    run = bring(ROWS)
    touch(Customer.objects.get())
    before = digest()
    run = taken_back(run)
    assert (run.state, run.wanted) == ("applied", "")
    assert run.summary["stays"]
    assert digest() == before
    notes, shipments = Note.objects.count(), Shipment.objects.count()
    assert taken_back(run, undo_rest=True).state == "undone"
    assert Customer.objects.count() == 1
    assert (Note.objects.count(), Shipment.objects.count()) == (notes, shipments)


def test_what_a_later_import_changed_stays_until_that_one_is_taken_back(bring, taken_back):
    nothing = digest()
    first = bring(ROWS)
    after_first = digest()
    second = bring([("A1", "2026-03-01", "X", 8, "10.50"), ROWS[1], ("A7", "2026-04-20", "Y", 6, "3")])
    run = taken_back(first)
    assert run.state == "applied"
    assert {"order", "customer", "product"} >= {row["model"] for row in run.summary["stays"]}
    assert ("A1", "later_import") in {(row["name"], row["why"]) for row in run.summary["stays"]}
    assert taken_back(second).state == "undone"
    assert digest() == after_first
    assert taken_back(first).state == "undone"
    assert digest() == nothing


def test_a_return_that_stays_keeps_its_pair(bring, taken_back):
    bring([ROWS[0]])
    run = bring([ROWS[0], ("C9", "2026-03-05", "X", -5, "10.50"), ("A5", "2026-03-06", "Y", 1, "1")])
    assert OrderLine.objects.filter(learn=False).count() == 2
    order = Order.objects.get(number="C9")
    order.save()
    assert taken_back(run).state == "applied"
    assert taken_back(run, undo_rest=True).state == "undone"
    assert set(Order.objects.values_list("number", flat=True)) == {"A1", "C9"}
    assert OrderLine.objects.filter(learn=False).count() == 2


def test_customers_that_moved_to_a_stranger_are_not_taken_from_him(bring, taken_back):
    rep = make_user()
    run = bring(ROWS, user=rep, owner=rep)
    Customer.objects.update(owner=make_user())
    before = digest()
    run = taken_back(run)
    assert {row["why"] for row in run.summary["stays"]} >= {"not_yours"}
    assert {row["name"] for row in run.summary["stays"] if row["why"] == "not_yours"} == {""}
    taken_back(run, undo_rest=True)
    assert digest() == before


def test_taking_back_twice_does_nothing_more(bring, taken_back):
    make_customer("Bystander")
    run = taken_back(bring(ROWS))
    before = digest()
    run = taken_back(run)
    assert (run.state, run.wanted) == ("undone", "")
    assert digest() == before


def test_who_edits_meanwhile_keeps_his_value(bring, taken_back, monkeypatch):
    run = bring(ROWS)
    plan, left = jobs.undo.undo_plan.plan, [1]

    def interrupted(*arguments):
        done = plan(*arguments)
        if left[0]:
            left[0] -= 1
            line = OrderLine.objects.get(order__number="A1")
            line.quantity = 77
            line.save()
        return done

    monkeypatch.setattr(jobs.undo.undo_plan, "plan", interrupted)
    run = taken_back(run)
    assert run.state == "applied"
    assert OrderLine.objects.filter(quantity=77).exists()


def test_an_order_does_not_return_to_a_customer_who_moved_to_a_stranger(bring, taken_back):
    rep = make_user()
    bring(ROWS, user=rep, owner=rep)
    run = bring([("A1", "2026-03-01", "X", 5, "10.50", "K2")], user=rep, owner=rep)
    assert Order.objects.get(number="A1").customer.code == "K2"
    Customer.objects.filter(code="K1").update(owner=make_user())
    run = taken_back(run, undo_rest=True)
    assert run.state == "undone"
    assert {"model": "order", "name": "", "why": "not_yours"} in run.summary["stays"]
    assert Order.objects.get(number="A1").customer.code == "K2"


def test_what_moved_to_a_new_customer_or_became_a_new_item_returns_exactly(bring, taken_back):
    header = ["Order no", "Order date", "Customer code", "Customer", "Country", "SKU", "Description", "Quantity",
              "Price", "Line no"]  # fmt: skip
    bring([[*full(*ROWS[0]), 10], [*full(*ROWS[1]), 10]], header)
    before = digest()
    moved = [[*full("A1", "2026-03-01", "NEW", 5, "10.50", "K9"), 10], [*full(*ROWS[1]), 10]]
    run = bring(moved, header)
    assert Order.objects.get(number="A1").customer.code == "K9"
    assert OrderLine.objects.get(order__number="A1").product.sku == "NEW"
    run = taken_back(run)
    assert run.summary["stays"] == []
    assert run.state == "undone"
    assert digest() == before


def test_who_brought_it_in_does_not_learn_what_another_called_it_since(
    bring, taken_back, owner, mate, manager
):
    """The manager who takes it back may see it; the rep reads the same page."""
    run = bring(ROWS, user=owner, owner=owner)
    customer = Customer.objects.get()
    customer.name, customer.owner = "Secret", mate
    customer.save()
    run = taken_back(run, undo_by=manager.pk)
    stays = [row for row in run.summary["stays"] if row["model"] == "customer"]
    assert stays == [{"model": "customer", "name": "", "why": "edited"}]
