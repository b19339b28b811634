"""A file that comes again: what is known is recognised, whatever a person or the ERP has changed since."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from crm.importing import matching
from crm.importing.digest import digest
from crm.importing.errors import ImportRefused
from crm.models import (
    Assignment,
    Customer,
    ImportChange,
    ImportRow,
    ImportRun,
    Order,
    OrderLine,
    Product,
)
from tests.crm.importing.conftest import HEADER, counts, full
from tests.factories import make_customer, make_order, make_user

pytestmark = pytest.mark.django_db
NUMBERED = [*HEADER, "Line no"]
ROWS = [("A1", "2026-03-01", "X", 5, "10.50"), ("A2", "2026-03-20", "Y", 6, "3")]


def numbered(*cells, number):
    return [*full(*cells), number]


def test_another_item_on_a_numbered_line_is_a_change_of_the_line(bring):
    bring([numbered("A1", "2026-03-01", "X", 1, "2", number="10")], NUMBERED)
    assert counts(bring([numbered("A1", "2026-03-01", "Z", 1, "2", number="10")], NUMBERED)) == (0, 1, 0, 0)
    assert OrderLine.objects.get().product.sku == "Z"


def test_a_line_number_may_repeat_within_an_order(bring):
    rows = [numbered("A1", "2026-03-01", sku, n, "2", number="1") for n, sku in enumerate("XYX", start=1)]
    assert counts(bring(rows, NUMBERED)) == (3, 0, 0, 0)
    assert counts(bring(rows[::-1], NUMBERED)) == (0, 0, 3, 0)


def test_an_export_that_begins_to_number_its_lines_finds_them(bring):
    bring(ROWS)
    rows = [numbered(*row, number="10") for row in ROWS]
    assert counts(bring(rows, NUMBERED)) == (0, 0, 2, 0)
    rows[0][7] = 8
    assert counts(bring(rows, NUMBERED)) == (0, 1, 1, 0)
    assert OrderLine.objects.count() == 2


@pytest.mark.parametrize(("field", "value"), [("code", "K-1"), ("name", "Nordlys AS"), ("country", "SE")])
@pytest.mark.parametrize("coded", [True, False])
def test_a_corrected_customer_stays_the_one_the_file_means(bring, field, value, coded):
    rows = [full(*row) for row in ROWS]
    for row in rows:
        row[2] = row[2] if coded else ""
    bring(rows)
    Customer.objects.update(**{field: value})
    before = Customer.objects.values().get()
    assert counts(bring(rows)) == (0, 0, 2, 0)
    assert Customer.objects.values().get() == before


def test_a_corrected_sku_stays_the_one_the_file_means(bring):
    bring(ROWS)
    Product.objects.filter(sku="X").update(sku="X-new")
    assert counts(bring(ROWS)) == (0, 0, 2, 0)
    assert counts(bring([("A1", "2026-03-01", "X", 9, "10.50"), ROWS[1]])) == (0, 1, 1, 0)
    assert set(Product.objects.values_list("sku", flat=True)) == {"X-new", "Y"}


def test_another_item_chosen_by_a_person_stays(bring):
    bring(ROWS)
    line = OrderLine.objects.get(product__sku="X")
    line.product = Product.objects.get(sku="Y")
    line.save()
    assert counts(bring(ROWS)) == (0, 0, 2, 0)
    run = bring([("A1", "2026-03-01", "X", 9, "10.50"), ROWS[1]])
    assert counts(run) == (0, 0, 2, 0)
    assert run.rows.get().reason == "edited_since"
    line.refresh_from_db()
    assert (line.product.sku, line.quantity) == ("Y", 5)


def test_a_country_told_later_brings_its_time_zone(bring):
    rows = [full(*row) for row in ROWS]
    for row in rows:
        row[4] = ""
    bring(rows)
    bring(ROWS)
    assert Customer.objects.values_list("country", "time_zone").get() == ("NO", "Europe/Oslo")


def test_a_correction_parts_a_pair_that_was_a_reversal(bring):
    rows = [("A1", "2026-03-01", "X", 5, "1"), ("C2", "2026-03-02", "X", -5, "1")]
    bring(rows)
    assert OrderLine.objects.filter(learn=False).count() == 2
    assert counts(bring([rows[0], ("C2", "2026-03-02", "X", -3, "1")])) == (0, 1, 1, 0)
    assert not OrderLine.objects.filter(learn=False).exists()
    assert not OrderLine.objects.exclude(reverses=None).exists()


def test_an_order_number_of_a_colleague_does_not_take_his_order(bring):
    mine, theirs = make_user(), make_user()
    bring([("A1", "2026-03-01", "X", 5, "1", "KA")], owner=theirs)
    run = bring(
        [("A1", "2026-03-01", "X", 7, "1", "KB"), ("B1", "2026-03-01", "X", 1, "1", "KB")], owner=mine
    )
    assert counts(run) == (1, 0, 0, 1)
    row = run.rows.get()
    assert (row.reason, row.column, row.value) == ("not_yours", "Order no", "A1")
    assert Order.objects.get(number="A1").customer.code == "KA"
    assert OrderLine.objects.get(order__number="A1").quantity == 5


def test_rejected_rows_make_no_customer_and_no_product(bring):
    bring([("A1", "2026-03-01", "X", 5, "1", "K1"), ("A1", "2026-03-01", "Y", 5, "1", "K2")])
    assert list(Customer.objects.values_list("code", flat=True)) == ["K1"]
    assert list(Product.objects.values_list("sku", flat=True)) == ["X"]


def test_an_unreadable_date_spoils_no_other_row(bring):
    run = bring([("A1", "2026-03-01x", "X", 5, "1"), ("A2", "2026-03-01", "X", 5, "1")])
    assert counts(run) == (1, 0, 0, 1)


def test_a_year_typed_wrong_does_not_promise_the_future(bring):
    bring([*ROWS, ("A9", "2062-03-20", "Y", 6, "3")])
    assert Customer.objects.get().orders_known_through <= timezone.localdate() + dt.timedelta(days=1)


def test_a_promise_for_days_to_come_is_refused(bring):
    with pytest.raises(ImportRefused, match="still to come"):
        bring(ROWS, complete_through=timezone.localdate() + dt.timedelta(days=3))
    with pytest.raises(ImportRefused, match="too long"):
        bring(ROWS, source="S" * 41)


def test_a_file_of_credits_alone_makes_no_return_of_a_known_order(bring):
    bring(ROWS)
    bring([("A1", "2026-03-01", "CREDIT", -1, "2")])
    assert Order.objects.get(number="A1").kind == "order"
    # Where the file turns the order's only line itself, it is one.
    bring([("A2", "2026-03-20", "Y", -6, "3")])
    assert Order.objects.get(number="A2").kind == "return"


def test_a_dry_run_says_what_it_would_keep(bring):
    bring(ROWS)
    Customer.objects.update(name="Mine")
    news = [full(*row) for row in ROWS]
    for row in news:
        row[3] = "Theirs"
    bring(news, dry_run=True)
    assert ImportRow.objects.get(reason="edited_since").value.endswith("Theirs")


def test_an_order_typed_in_before_the_erp_had_it_becomes_the_erps(bring, taken_back):
    customer = make_customer("Customer K1", code="K1", country="NO")
    typed = make_order(customer, dt.date(2026, 3, 1), [("X", 5, "10.50")], number="A1")
    other = make_order(make_customer("Other"), dt.date(2026, 3, 1), [("X", 1, "2")], number="A2")
    before = digest()
    run = bring(ROWS, source="SAP")
    assert counts(run) == (1, 0, 1, 0)
    assert list(customer.orders.order_by("number").values_list("number", "source")) == [
        ("A1", "SAP"),
        ("A2", "SAP"),
    ]
    assert (typed.lines.count(), other.lines.count()) == (1, 1)
    other.refresh_from_db()
    assert other.source == "", "the same number of somebody else"
    assert counts(bring(ROWS, source="SAP")) == (0, 0, 2, 0)
    assert run.summary["changes"]["order"] == [{"row": "A1", "fields": [["source", "", "SAP"]]}]
    taken_back(run)
    typed.refresh_from_db()
    assert typed.source == ""
    assert digest() == before


def typed_by_hand(owner=None, code="K1", **fields):
    customer = make_customer("Customer K1", code=code, country="NO", owner=owner)
    return make_order(customer, dt.date(2026, 3, 1), [("X", 5, "10.50")], number="A1", **fields)


def test_a_typed_order_of_another_reps_namesake_is_not_taken(bring):
    mine, other = make_user(), make_user()
    order = typed_by_hand(owner=other, code="")
    named = make_customer("Customer K1", country="NO", owner=mine)
    rows = [[*full(*row)[:2], "", *full(*row)[3:]] for row in ROWS]
    bring(rows, source="SAP", user=mine, owner=mine)
    order.refresh_from_db()
    assert (order.source, named.orders.filter(source="SAP").count()) == ("", 2)


def test_a_typed_order_is_found_where_the_file_names_no_country(bring):
    order = typed_by_hand(code="")
    rows = [[*full(*row)[:2], "", full(*row)[3], "", *full(*row)[5:]] for row in ROWS]
    bring(rows, source="SAP")
    order.refresh_from_db()
    assert order.source == "SAP"


def test_an_order_that_came_from_a_file_without_a_name_is_no_typed_one(bring):
    bring(ROWS)
    bring(ROWS, source="SAP")
    assert Order.objects.filter(number="A1").count() == 2


def test_a_number_typed_in_again_keeps_the_import_from_giving_it_back(bring, taken_back):
    order = typed_by_hand()
    run = bring(ROWS, source="SAP")
    make_order(order.customer, dt.date(2026, 3, 5), number="A1")
    assert taken_back(run).summary["stays"]
    order.refresh_from_db()
    assert order.source == "SAP"


def test_an_order_typed_in_while_the_import_prepares_is_seen(bring, monkeypatch):
    customer = make_customer("Customer K1", code="K1", country="NO")
    change_between(
        monkeypatch, lambda: make_order(customer, dt.date(2026, 3, 1), [("X", 5, "10.50")], number="A1"), 1
    )
    bring(ROWS, source="SAP")
    assert Order.objects.filter(number="A1").count() == 1


STATED = [*HEADER, "Status"]


def stated(*row, status):
    return [*full(*row), status]


def test_what_an_export_calls_cancelled_is_left_out_and_said(bring):
    called_off = [("B1", "2026-03-02", "X", 1, "2"), ("B2", "2026-03-03", "X", 1, "2")]
    rows = [
        stated(*ROWS[0], status="invoiced"),
        *(stated(*row, status=word) for row, word in zip(called_off, ("Storniert", "취소"), strict=True)),
    ]
    run = bring(rows, STATED)
    assert counts(run) == (1, 0, 0, 2)
    assert set(run.rows.values_list("column", "reason")) == {("Status", "cancelled_there")}
    assert list(Order.objects.values_list("number", "status")) == [(ROWS[0][0], "invoiced")]
    assert counts(bring(rows, STATED)) == (0, 0, 1, 2)


def test_what_was_cancelled_here_too_is_no_news(bring):
    bring(ROWS)
    Order.objects.update(status="cancelled")
    assert counts(bring([stated(*row, status="cancelled") for row in ROWS], STATED)) == (0, 0, len(ROWS), 0)
    assert set(Order.objects.values_list("status", flat=True)) == {"cancelled"}


def test_a_run_whose_process_died_says_so_at_the_next_start(bring):
    for state in (ImportRun.State.APPLIED, ImportRun.State.STAGING):
        ImportRun.objects.create(file_name=state, file_hash="", state=state, started_at=timezone.now())
    bring(ROWS)
    assert ImportRun.objects.get(file_name="applied").state == ImportRun.State.APPLIED
    assert ImportRun.objects.get(file_name="staging").state == ImportRun.State.FAILED


def change_between(monkeypatch, change, times):
    """Lets somebody change orders after they were read and before they are written, so many times."""
    left, plan = [times], matching.plan

    def interrupted(*arguments):
        done = plan(*arguments)
        if left[0]:
            left[0] -= 1
            change()
        return done

    monkeypatch.setattr(matching, "plan", interrupted)


def person_edits():
    line = OrderLine.objects.get(product__sku="X")
    line.quantity += 50
    line.save()


def test_who_edits_a_line_during_the_import_keeps_his_value(bring, monkeypatch):
    bring(ROWS)
    change_between(monkeypatch, person_edits, times=1)
    run = bring([("A1", "2026-03-01", "X", 9, "10.50"), ROWS[1]])
    assert counts(run) == (0, 0, 2, 0)
    assert OrderLine.objects.get(product__sku="X").quantity == 55


def test_orders_that_never_hold_still_are_refused_with_the_reason(bring, monkeypatch):
    bring(ROWS)
    change_between(monkeypatch, person_edits, times=9)
    with pytest.raises(ImportRefused, match="Try again later"):
        bring([("A1", "2026-03-01", "X", 9, "10.50")])
    assert ImportRun.objects.first().state == ImportRun.State.FAILED


TABLES = (Customer, Product, Order, OrderLine, Assignment)


def everything():
    """All rows, but for the counter of changes, which only ever grows."""
    return {
        model: {
            row["id"]: {name: value for name, value in row.items() if name != "orders_rev"}
            for row in model.objects.values()
        }
        for model in TABLES
    }


def take_back(run):
    models = {model._meta.model_name: model for model in TABLES}
    OrderLine.objects.filter(reverses__order__run=run).update(reverses=None)
    for change in reversed(run.changes.exclude(before__isnull=True)):
        values = {name: value for name, value in change.before.items() if name != "sku"}
        models[change.model].objects.filter(pk=change.row).update(**values)
    Order.objects.filter(run=run).delete()
    for model in (OrderLine, Assignment, Customer, Product):
        made = ImportChange.objects.filter(run=run, model=model._meta.model_name, before__isnull=True)
        model.objects.filter(pk__in=made.values("row")).delete()


def test_whatever_a_run_wrote_over_can_be_restored_exactly(bring):
    rep = make_user()
    bring(
        [*ROWS, ("A3", "2026-03-21", "GIANT", 900, "2"), ("B1", "2026-03-02", "X", 4, "1", "K2")], owner=rep
    )
    Assignment.objects.filter(customer__code="K2").delete()
    OrderLine.objects.filter(order__number="A2").update(quantity=60)
    Order.objects.filter(number="B1").update(ordered_on=dt.date(2026, 2, 27))
    before = everything()
    news = [
        ("A1", "2026-03-02", "X", 7, "10.50"),  # changed line, changed order
        ("A1", "2026-03-02", "NEW", 1, "1"),  # further line of a known order
        ("A2", "2026-03-20", "Y", 8, "3"),  # changed by a person
        ("C4", "2026-03-22", "GIANT", -900, "2"),  # reverses a known line
        ("B1", "2026-03-03", "X", 4, "1", "K2"),
        ("B2", "2026-04-03", "X", 4, "1", "K2"),
        ("Z1", "2026-04-04", "X", 4, "1", "K3"),  # new customer
    ]
    rows = [full(*row) for row in news]
    rows[0][3] = rows[1][3] = rows[2][3] = rows[3][3] = "Customer One"
    run = bring(rows, owner=rep)
    assert counts(run) == (4, 1, 2, 0)
    after = everything()
    with transaction.atomic():
        take_back(run)
    assert everything() == before
    assert after != before


def test_of_two_namesakes_the_importers_own_is_meant(bring):
    mine, theirs = make_user(), make_user()
    own = make_customer("Customer K1", code="77", owner=mine)
    other = make_customer("Customer K1", code="", owner=theirs)
    row = full("A1", "2026-03-01", "X", 5, "1")
    row[2] = ""
    assert counts(bring([row], user=mine, owner=mine)) == (1, 0, 0, 0)
    assert Order.objects.get().customer == own
    other.refresh_from_db()
    assert (other.imported, other.orders_known_through) == (make_customer().imported, None)
