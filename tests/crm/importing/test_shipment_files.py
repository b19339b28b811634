"""Files of shipments: which order line a row means, what is new of it, and what follows for the order."""

import random
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.importing import shown, undo_plan
from crm.importing.digest import digest
from crm.importing.errors import ImportRefused
from crm.importing.kinds.registry import likely
from crm.models import Customer, Order, OrderLine, Product, Shipment, ShipmentLine
from tests.crm.importing.conftest import counts
from tests.factories import make_customer, make_order, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HEADER = "Sales document;Item;Material;Delivery quantity;Actual goods movement date;Delivery\n"


def file(*rows):
    return HEADER + "".join(f"{row}\n" for row in rows)


PART = file("SO-1;10;LAMP;6;2026-03-02;DN-1")
REST = file("SO-1;10;LAMP;4;2026-03-09;DN-2", "SO-1;000020;ROPE;5;2026-03-09;DN-2")


@pytest.fixture
def order(owner):
    """SO-1: ten lamps (line 10) and five ropes (line 20)."""
    return with_lines(owner, "SO-1", ("10", "LAMP", 10), ("20", "ROPE", 5))


def with_lines(owner, number, *lines, **fields):
    customer = Customer.objects.filter(owner=owner).first() or make_customer(owner=owner)
    rows = [(sku, quantity, "5") for _key, sku, quantity in lines]
    order = make_order(customer, date(2026, 2, 20), rows, number=number, **fields)
    for line, (key, _sku, _quantity) in zip(order.lines.order_by("pk"), lines, strict=True):
        OrderLine.objects.filter(pk=line.pk).update(key=key)
    return order


def left():
    """{(shipment, line): quantity} of all that is recorded."""
    rows = ShipmentLine.objects.values_list("shipment__number", "order_line__key", "quantity")
    return {(number, key): int(quantity) for number, key, quantity in rows}


def said(run, level="rejected"):
    return list(run.rows.filter(level=level).values_list("number", "reason"))


@pytest.mark.both
def test_a_part_leaves_then_the_rest_and_the_order_is_shipped(bring_file, order):
    assert counts(bring_file("shipments", PART)) == (1, 0, 0, 0)
    order.refresh_from_db()
    assert order.status == Order.Status.RECEIVED
    revision = Customer.objects.get().orders_rev
    assert counts(bring_file("shipments", REST)) == (2, 0, 0, 0)
    assert left() == {("DN-1", "10"): 6, ("DN-2", "10"): 4, ("DN-2", "20"): 5}
    assert list(order.shipments.order_by("number").values_list("number", "shipped_on")) == [
        ("DN-1", date(2026, 3, 2)),
        ("DN-2", date(2026, 3, 9)),
    ]
    order.refresh_from_db()
    assert order.status == Order.Status.SHIPPED
    assert Customer.objects.get().orders_rev > revision


def test_the_same_file_three_times_changes_nothing(bring_file, order):
    bring_file("shipments", REST)
    before = digest()
    for _again in range(2):
        assert counts(bring_file("shipments", REST)) == (0, 0, 2, 0)
    assert digest() == before


@pytest.mark.both
def test_it_goes_again_without_a_trace(bring_file, take_back, order):
    bring_file("shipments", PART)
    before = digest()
    run = bring_file("shipments", REST)
    assert digest() != before
    take_back(run)
    assert digest() == before
    order.refresh_from_db()
    assert order.status == Order.Status.RECEIVED


def test_a_preview_changes_nothing_and_says_what_would_follow(bring_file, order):
    bring_file("shipments", PART)
    before = digest()
    tried = bring_file("shipments", REST, dry_run=True)
    assert digest() == before
    assert shown.records(tried)[1][0]["cells"][:3] == [
        ("Order number", "text", "SO-1"),
        ("SKU", "text", "LAMP"),
        ("Shipped quantity", "number", 4),
    ]
    assert shown.changes(tried) == [("orders", [("SO-1", [("status", "received", "shipped")])])]
    assert counts(tried) == counts(bring_file("shipments", REST))


@pytest.mark.both
def test_a_corrected_file_changes_quantity_and_day_and_can_be_taken_back(bring_file, take_back, order):
    bring_file("shipments", PART)
    before = digest()
    run = bring_file("shipments", PART.replace(";6;2026-03-02", ";7;2026-03-03"))
    assert counts(run) == (0, 1, 0, 0)
    assert left() == {("DN-1", "10"): 7}
    assert Shipment.objects.get().shipped_on == date(2026, 3, 3)
    assert dict(shown.changes(run)) == {
        "shipment lines": [("DN-1 · SO-1 10", [("quantity", "6", "7")])],
        "shipments": [("DN-1", [("shipped on", "2026-03-02", "2026-03-03")])],
    }
    take_back(run)
    assert digest() == before


def test_what_a_person_corrected_stays(bring_file, order):
    bring_file("shipments", PART)
    ShipmentLine.objects.update(quantity=5)
    Shipment.objects.update(shipped_on=date(2026, 3, 1))
    assert counts(bring_file("shipments", PART)) == (0, 0, 1, 0)
    run = bring_file("shipments", PART.replace(";6;2026-03-02", ";7;2026-03-03"))
    assert counts(run) == (0, 0, 1, 0)
    assert said(run, "warning") == [(2, "edited_since"), (2, "edited_since")]
    assert left() == {("DN-1", "10"): 5}
    assert Shipment.objects.get().shipped_on == date(2026, 3, 1)


def test_what_a_person_took_out_stays_out(bring_file, order):
    bring_file("shipments", REST)
    ShipmentLine.objects.filter(order_line__key="20").delete()
    run = bring_file("shipments", REST.replace("ROPE;5", "ROPE;4"))
    assert said(run, "warning") == [(3, "edited_since")]
    assert left() == {("DN-2", "10"): 4}


def test_a_shipment_with_another_number_by_now_is_known_by_its_old_one(bring_file, order):
    bring_file("shipments", PART)
    Shipment.objects.update(number="DN-1b")
    assert counts(bring_file("shipments", PART)) == (0, 0, 1, 0)
    assert left() == {("DN-1b", "10"): 6}


def test_what_a_person_typed_that_day_without_a_number_is_the_same_shipment(bring_file, take_back, order):
    typed = Shipment.objects.create(order=order, shipped_on=date(2026, 3, 2))
    ShipmentLine.objects.create(shipment=typed, order_line=order.lines.get(key="10"), quantity=6)
    before = digest()
    run = bring_file("shipments", PART)
    assert counts(run) == (0, 1, 0, 0)
    assert left() == {("DN-1", "10"): 6}
    take_back(run)
    assert digest() == before


def test_taking_back_spares_what_was_edited_since(bring_file, take_back, order):
    run = bring_file("shipments", file("SO-1;10;LAMP;6;2026-03-02;DN-1", "SO-1;20;ROPE;1;2026-03-05;DN-2"))
    Shipment.objects.filter(number="DN-1").update(shipped_on=date(2026, 3, 1))
    with pytest.raises(ImportRefused):
        take_back(run)
    run.refresh_from_db()
    assert run.summary["stays"] == [{"model": "shipment", "name": "DN-1", "why": "edited"}]
    run.options["undo_rest"] = True
    run.save()
    take_back(run)
    assert left() == {("DN-1", "10"): 6}


@pytest.mark.both
def test_what_is_edited_while_the_import_is_being_taken_back_stays(bring_file, take_back, order, monkeypatch):
    """Between what was found out and what is done; no history watches shipments."""
    run = bring_file("shipments", PART)
    planned = undo_plan.plan

    def edited(*asked):
        plan = planned(*asked)
        ShipmentLine.objects.update(quantity=4)
        return plan

    monkeypatch.setattr(undo_plan, "plan", edited)
    with pytest.raises(ImportRefused):
        take_back(run)
    assert left() == {("DN-1", "10"): 4}


def test_a_file_without_numbers_has_a_shipment_a_day(bring_file, order):
    text = (
        "Order no,SKU,Qty,Ship date\nSO-1,LAMP,3,2026-03-02\nSO-1,ROPE,5,2026-03-02\nSO-1,LAMP,7,2026-03-05\n"
    )
    assert counts(bring_file("shipments", text)) == (3, 0, 0, 0)
    assert sorted(s.lines.count() for s in Shipment.objects.all()) == [1, 2]
    assert counts(bring_file("shipments", text)) == (0, 0, 3, 0)
    order.refresh_from_db()
    assert order.status == Order.Status.SHIPPED


def test_the_order_of_rows_says_nothing(bring_file, take_back, owner):
    with_lines(owner, "SO-7", ("10", "LAMP", 4), ("9", "LAMP", 3), ("30", "LAMP", 2))
    rows = [f"SO-7;;LAMP;{n};2026-03-0{day};DN-{day}" for day, n in ((1, 2), (2, 4), (3, 1), (3, 3), (4, 2))]
    run = bring_file("shipments", file(*rows))
    # Line 9 comes before line 10; what is more than ordered lies on the last.
    as_written = left()
    assert as_written == {
        ("DN-1", "9"): 2,
        ("DN-2", "9"): 1,
        ("DN-2", "10"): 3,
        ("DN-3", "10"): 1,
        ("DN-3", "30"): 3,
        ("DN-4", "30"): 2,
    }
    take_back(run)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        run = bring_file("shipments", file(*rows))
        assert left() == as_written
        assert counts(bring_file("shipments", file(*reversed(rows)))) == (0, 0, 5, 0)
        take_back(run)


def test_less_of_an_item_with_several_lines_needs_the_line(bring_file, owner):
    with_lines(owner, "SO-7", ("10", "LAMP", 4), ("20", "LAMP", 3))
    bring_file("shipments", file("SO-7;;LAMP;6;2026-03-01;DN-1"))
    assert counts(bring_file("shipments", file("SO-7;;LAMP;5;2026-03-01;DN-1"))) == (0, 1, 0, 0)
    assert left() == {("DN-1", "10"): 4, ("DN-1", "20"): 1}
    run = bring_file("shipments", file("SO-7;;LAMP;3;2026-03-01;DN-1"))
    assert said(run) == [(2, "name_the_line")]
    assert counts(bring_file("shipments", file("SO-7;10;;3;2026-03-01;DN-1"))) == (0, 1, 0, 0)
    assert left() == {("DN-1", "10"): 3, ("DN-1", "20"): 1}


def test_batches_of_one_line_are_summed(bring_file, order):
    run = bring_file(
        "shipments", file("SO-1;10;LAMP;2;2026-03-02;DN-1", "SO-1;900001;LAMP;3;2026-03-02;DN-1")
    )
    assert counts(run) == (2, 0, 0, 0)
    assert left() == {("DN-1", "10"): 5}


def test_rows_of_one_shipment_with_several_days_are_one_of_the_last(bring_file, order):
    text = file("SO-1;10;LAMP;2;2026-03-02;DN-1", "SO-1;20;ROPE;3;2026-03-04;DN-1")
    run = bring_file("shipments", text)
    assert Shipment.objects.get().shipped_on == date(2026, 3, 4)
    assert said(run, "warning") == [(2, "several_days")]
    again = bring_file("shipments", text)
    assert (counts(again), said(again, "warning")) == ((0, 0, 2, 0), [])


def test_more_than_was_ordered_is_brought_in_and_named(bring_file, order):
    bring_file("shipments", PART)
    run = bring_file("shipments", file("SO-1;10;LAMP;5;2026-03-09;DN-2"))
    assert said(run, "warning") == [(2, "overshipped")]
    assert run.rows.get().value == "SO-1 · LAMP: 11 > 10"
    assert left() == {("DN-1", "10"): 6, ("DN-2", "10"): 5}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (";10;LAMP;1;2026-03-02;DN-9", "no_order_number"),
        ("SO-9;10;LAMP;1;2026-03-02;DN-9", "unknown_order"),
        ("SO-1;;;1;2026-03-02;DN-9", "no_line"),
        ("SO-1;30;;1;2026-03-02;DN-9", "unknown_line"),
        ("SO-1;10;TENT;1;2026-03-02;DN-9", "unknown_line"),
        ("SO-1;10;LAMP;0;2026-03-02;DN-9", "zero_quantity"),
        ("SO-1;10;LAMP;-1;2026-03-02;DN-9", "negative_shipped"),
        ("SO-1;10;LAMP;;2026-03-02;DN-9", "no_quantity"),
        ("SO-1;10;LAMP;many;2026-03-02;DN-9", "bad_quantity"),
        ("SO-1;10;LAMP;1;;DN-9", "no_shipped_day"),
        ("SO-1;10;LAMP;1;soon;DN-9", "bad_date"),
        ("SO-1;10;LAMP;1;2026-02-19;DN-9", "shipped_before_ordered"),
        ("SO-1;10;LAMP;1;2199-01-01;DN-9", "not_shipped_yet"),
        (f"SO-1;10;LAMP;1;2026-03-02;{'9' * 81}", "too_long"),
    ],
)
def test_a_bad_row_is_named_and_the_others_arrive(bring_file, order, row, reason):
    run = bring_file("shipments", PART + row + "\n")
    assert counts(run) == (1, 0, 0, 1)
    assert said(run) == [(3, reason)]


def test_nothing_of_a_return_is_shipped(bring_file, owner):
    with_lines(owner, "RT-1", ("10", "LAMP", -2), kind=Order.Kind.RETURN)
    assert said(bring_file("shipments", file("RT-1;10;LAMP;2;2026-03-02;DN-1"))) == [(2, "order_is_return")]


def test_a_colleagues_order_is_as_unknown_as_one_that_is_not_there(bring_file, order):
    with_lines(make_user(), "SO-2", ("10", "LAMP", 10))
    run = bring_file("shipments", file("SO-2;10;LAMP;6;2026-03-02;DN-1", "SO-3;10;LAMP;6;2026-03-02;DN-1"))
    assert said(run) == [(2, "unknown_order"), (3, "unknown_order")]
    assert not Shipment.objects.exists()


def test_orders_of_another_erp_are_others(bring_file, owner):
    with_lines(owner, "SO-1", ("10", "LAMP", 10), source="SAP")
    assert said(bring_file("shipments", PART)) == [(2, "unknown_order")]
    assert counts(bring_file("shipments", PART, source="SAP")) == (1, 0, 0, 0)


def test_an_item_is_known_by_the_name_that_files_give_it(bring_file, order):
    Product.objects.filter(sku="LAMP").update(sku="LAMP-2", imported={"sku": "LAMP"})
    assert counts(bring_file("shipments", file("SO-1;;LAMP;6;2026-03-02;DN-1"))) == (1, 0, 0, 0)


def test_a_cancelled_order_of_which_something_left_is_named(bring_file, order):
    Order.objects.update(status=Order.Status.CANCELLED)
    assert said(bring_file("shipments", REST), "warning") == [(2, "order_cancelled")]
    assert Order.objects.get().status == Order.Status.CANCELLED


def test_one_delivery_of_two_orders_is_a_shipment_of_each(bring_file, order, owner):
    with_lines(owner, "SO-2", ("10", "LAMP", 1))
    bring_file("shipments", file("SO-1;10;LAMP;2;2026-03-02;DN-1", "SO-2;10;LAMP;1;2026-03-02;DN-1"))
    assert Shipment.objects.filter(number="DN-1").count() == 2


def queries_of(bring_file, orders, start):
    text = HEADER + "".join(
        f"SO-{number};{key};;1;2026-03-02;DN-{number}\n"
        for number in range(start, start + orders)
        for key in "12"
    )
    with CaptureQueriesContext(
        connection,
    ) as captured:
        run = bring_file("shipments", text)
    assert run.created == 2 * orders
    return len(captured)


def test_more_rows_ask_no_more_queries(bring_file, owner):
    customer = make_customer(owner=owner)
    for number in range(100, 160):
        make_order(customer, date(2026, 2, 1), [("A", 1, "1"), ("B", 2, "1")], number=f"SO-{number}")
    bring_file("shipments", HEADER + "SO-159;1;;1;2026-03-02;DN\n")
    assert queries_of(bring_file, 2, 100) == queries_of(bring_file, 40, 105)


@pytest.mark.parametrize(
    "header",
    [
        "Delivery;Sales document;Item;Material;Delivery quantity;Actual goods movement date",
        "Reference;Source Document;Product;Quantity;Effective Date",
        "Delivery Note;Date;Against Sales Order;Item Code;Delivered Qty;Posting Date",
        "출하번호;출하일자;수주번호;품목코드;품목명;출하수량",
        "Order no,Ship date,Shipment no,SKU,Shipped qty".replace(",", ";"),
    ],
)
def test_a_file_of_shipments_is_known_by_its_headers(owner, header):
    kind = likely(header.split(";"), owner)
    assert kind.name == "shipments"
    named = {kind.field_of(name) for name in header.split(";")}
    assert not kind.missing(named)
    assert "number" in named


def test_the_days_are_asked_for_where_they_may_be_read_either_way(bring_file, order):
    with pytest.raises(ImportRefused):
        bring_file("shipments", PART.replace("2026-03-02", "03/04/2026"))
    run = bring_file("shipments", PART.replace("2026-03-02", "03/04/2026"), date_order="dmy")
    assert counts(run) == (1, 0, 0, 0)
    assert Shipment.objects.get().shipped_on == date(2026, 4, 3)
    assert Shipment.objects.get().shipped_on <= timezone.now().date()
    assert ShipmentLine.objects.get().quantity == Decimal(6)
