from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from crm.models import Assignment, ImportRun, NotePerson, Order, Person, Promise, Shipment, ShipmentLine
from crm.timeline import timeline_page
from tests.factories import make_customer, make_note, make_order, make_person


def titles(page):
    return [entry.title for entry in page.entries]


def everything(customer, user, kind="all"):
    """All entries, page by page."""
    entries, before = [], ""
    while True:
        page = timeline_page(customer, user, kind, before)
        entries += page.entries
        if not page.more:
            return entries
        before = page.more


def test_notes_and_orders_are_merged_newest_first(customer, owner):
    make_order(customer, date(2026, 2, 1), number="PO-1")
    make_note(customer, happened_at=datetime(2026, 2, 3, 9, tzinfo=UTC), kind="call")
    make_order(customer, date(2026, 2, 3), number="PO-2")
    assert titles(timeline_page(customer, owner)) == ["Order PO-2", "Call · Olivia Owner", "Order PO-1"]
    assert titles(timeline_page(customer, owner, "orders")) == ["Order PO-2", "Order PO-1"]
    assert titles(timeline_page(customer, owner, "notes")) == ["Call · Olivia Owner"]
    assert timeline_page(customer, owner, "nonsense").kind == "all"


@pytest.mark.parametrize("same_moment", [True, False])
def test_every_entry_comes_exactly_once_over_the_pages(customer, owner, same_moment):
    start = datetime(2026, 2, 3, 9, tzinfo=UTC)
    for n in range(13):
        happened_at = start if same_moment else start - timedelta(hours=7 * n)
        ordered_on = start.date() if same_moment else start.date() - timedelta(days=n // 3)
        note = make_note(customer, happened_at=happened_at)
        Promise.objects.create(note=note, text="Samples", done_at=start + timedelta(days=n % 2))
        order = make_order(customer, ordered_on, run=make_run(owner, happened_at))
        Shipment.objects.create(order=order, shipped_on=ordered_on)
        Assignment.objects.create(customer=customer, rep=owner, from_on=ordered_on, to_on=ordered_on)
    keys = [entry.key for entry in everything(customer, owner)]
    assert len(keys) == len(set(keys)) == 7 * 13
    positions = [entry.position for entry in everything(customer, owner)]
    assert positions == sorted(positions, reverse=True)


def test_a_day_of_many_orders_is_shown_to_its_end(customer, owner):
    for _ in range(45):
        make_order(customer, date(2026, 2, 3), [])
    make_order(customer, date(2026, 2, 1), [], number="PO-LAST")
    entries = everything(customer, owner)
    assert len(entries) == len({entry.key for entry in entries}) == 46
    assert entries[-1].title == "Order PO-LAST"


def test_an_order_says_its_amount_and_whether_it_was_cancelled(customer, owner):
    make_order(customer, date(2026, 2, 1), [("A", 10, "12.50"), ("B", 1, "1")], number="PO-1")
    make_order(customer, date(2026, 1, 1), number="PO-2", status=Order.Status.CANCELLED)
    make_order(customer, date(2025, 1, 1), [("A", -1, "5")], number="RT-3", kind=Order.Kind.RETURN)
    first, second, third = timeline_page(customer, owner).entries
    assert first.text == "2 lines · EUR 126.00"
    assert second.text.startswith("cancelled")
    assert (third.title, third.group) == ("Return RT-3", "return")


def test_an_import_says_until_when_orders_are_known_and_who_brought_them(customer, owner):
    now = datetime(2026, 2, 5, 8, tzinfo=UTC)
    run = ImportRun.objects.create(
        user=owner, file_name="march.xlsx", file_hash="0" * 64, state="applied", complete_through=date(2026, 2, 4),
        started_at=now, applied_at=now,
    )  # fmt: skip
    make_order(customer, date(2026, 2, 1), run=run)
    make_order(customer, date(2026, 2, 2), run=run)
    entry = timeline_page(customer, owner).entries[0]
    assert entry.title.startswith("Orders imported up to")
    assert entry.text == "2 orders from march.xlsx · Olivia Owner"


def test_a_colleagues_private_note_is_not_there(customer, owner, manager):
    make_note(customer, text="secret", author=manager, private=True)
    assert titles(timeline_page(customer, owner)) == []
    assert len(titles(timeline_page(customer, manager))) == 1


def test_whom_the_reader_may_not_see_is_not_named(customer, owner, manager):
    note = make_note(customer)
    for person in (make_person(given_name="Own", owner=owner), make_person(customer, given_name="Kari")):
        NotePerson.objects.create(note=note, person=person)
    named = {user: timeline_page(customer, user).entries[0].people for user in (owner, manager)}
    assert len(named[owner]) == 2
    assert ["Kari" in name for _, name in named[manager]] == [True]


@pytest.mark.once
def test_a_full_timeline_asks_as_often_as_a_short_one(customer, owner):
    for subject in (customer, make_person(customer), owner):
        counts = []
        for wanted in (5, 30):
            for n in range(wanted):
                fill(customer, owner, subject, date(2026, 1, 1) + timedelta(days=n))
            with CaptureQueriesContext(connection) as queries:
                page = timeline_page(subject, owner)
                [entry.people for entry in (*page.pinned, *page.entries)]
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 14, subject


def fill(customer, owner, subject, day):
    """An entry of every kind on one day."""
    person = subject if isinstance(subject, Person) else make_person(customer)
    moment = datetime.combine(day, time(9), tzinfo=UTC)
    note = make_note(customer, author=owner, happened_at=moment, pinned=True)
    NotePerson.objects.create(note=note, person=person)
    Promise.objects.create(note=note, text="Samples", due_on=day, done_at=moment + timedelta(hours=1))
    order = make_order(customer, day, run=make_run(owner, moment))
    shipment = Shipment.objects.create(order=order, shipped_on=day)
    ShipmentLine.objects.create(shipment=shipment, order_line=order.lines.get(), quantity=1)
    Assignment.objects.create(customer=customer, rep=owner, from_on=day, to_on=day)


def make_run(user, moment, **fields):
    return ImportRun.objects.create(
        user=user, file_name="march.xlsx", file_hash="0" * 64, state="applied", started_at=moment, applied_at=moment, **fields
    )  # fmt: skip


def test_pages_without_and_with_htmx(client_for, owner, customer):
    for n in range(12):
        make_order(customer, date(2026, 1, 1) + timedelta(days=n))
    client, path = client_for(owner), f"/customers/{customer.pk}/timeline/"
    whole = client.get(path).content.decode()
    assert "<html" in whole
    assert "Show earlier" in whole
    card = client.get(path, {"kind": "orders"}, HTTP_HX_REQUEST="true").content.decode()
    assert card.lstrip().startswith("<section")
    more = timeline_page(customer, owner).more
    rest = client.get(path, {"before": more}, HTTP_HX_REQUEST="true").content.decode()
    assert rest.count("<li") == 4
    for nonsense in (
        "nonsense",
        "0001-01-01T00:00:00+14:00~a",
        "2026-01-01T00:00~a",
        "2026-01-01T00:00+00:00~note-x",
    ):
        assert client.get(path, {"before": nonsense}).status_code == 200


def entry_of(page, kind):
    return next(entry for entry in page.entries if entry.kind == kind)


def test_pinned_notes_stand_above_the_list_and_not_in_it(customer, owner):
    old = make_note(
        customer, text="Never call before ten.", pinned=True, happened_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    for n in range(9):
        make_note(customer, text=f"Note {n}")
    first = timeline_page(customer, owner)
    assert [entry.edit_note for entry in first.pinned] == [old.pk]
    second = timeline_page(customer, owner, before=first.more)
    assert second.pinned == []
    assert old.pk not in [entry.edit_note for entry in (*first.entries, *second.entries)]
    assert timeline_page(customer, owner, "orders").pinned == []


def test_pinned_ones_beyond_the_first_three_stay_in_the_list(customer, owner):
    for _ in range(5):
        make_note(customer, pinned=True)
    page = timeline_page(customer, owner)
    assert (len(page.pinned), len(page.entries)) == (3, 2)
    assert all(entry.pinned for entry in page.entries)


def test_a_promise_is_told_when_it_is_made_and_when_it_is_kept(client_for, customer, owner):
    made = datetime(2026, 2, 3, 9, tzinfo=UTC)
    note = make_note(customer, happened_at=made)
    Promise.objects.create(
        note=note, text="Send samples", due_on=date(2026, 2, 10), done_at=made + timedelta(days=9)
    )
    Promise.objects.create(note=note, text="Their forecast", by="them", due_on=date(2026, 3, 1))
    page = timeline_page(customer, owner, "promises")
    assert titles(page) == ["We kept our promise", "They promised", "We promised"]
    assert entry_of(page, "kept").late == "2 days late"
    text = client_for(owner).get(f"/customers/{customer.pk}/timeline/?kind=promises").content.decode()
    assert "done 12 Feb" in text
    assert "overdue since 1 Mar" in text


def test_a_shipment_says_what_left_and_how_late(customer, owner):
    order = make_order(customer, date(2026, 2, 1), [("A", 10, "1"), ("B", 5, "1")], number="PO-1")
    order.lines.update(promised_on=date(2026, 2, 10), unit="pcs")
    for number, day, sku in (("DN-1", 9, "A"), ("DN-2", 13, "B")):
        shipment = Shipment.objects.create(order=order, number=number, shipped_on=date(2026, 2, day))
        ShipmentLine.objects.create(
            shipment=shipment, order_line=order.lines.get(product__sku=sku), quantity=4
        )
    late, on_time = timeline_page(customer, owner, "shipments").entries
    assert (late.title, late.text, late.late) == ("Shipped: PO-1", "1 of 2 lines: 4 pcs B", "3 days late")
    assert (on_time.text, on_time.on_time) == ("1 of 2 lines: 4 pcs A", "on time")


def test_an_order_says_how_often_the_customer_was_spoken_to_before_it(customer, owner, manager):
    make_order(customer, date(2026, 3, 31), number="PO-2")
    make_order(customer, date(2025, 3, 31), number="PO-1")
    for day, kind in ((30, "call"), (31, "call"), (1, "visit"), (2, "gift"), (3, "claim")):
        make_note(customer, happened_at=datetime(2026, 3, day, 23, 30, tzinfo=UTC), kind=kind)
    make_note(customer, happened_at=datetime(2026, 1, 29, 9, tzinfo=UTC), kind="visit")  # 61 days before
    make_note(
        customer, happened_at=datetime(2026, 3, 4, tzinfo=UTC), kind="visit", author=manager, private=True
    )
    newest, oldest = timeline_page(customer, owner, "orders").entries
    assert newest.contacts == "60 days before: 1 visit, 2 calls, 1 claim"
    assert oldest.contacts == ""


def test_who_looked_after_the_customer_when(customer, owner, mate):
    Assignment.objects.create(customer=customer, rep=mate, from_on=date(2025, 1, 1), to_on=date(2025, 12, 31))
    Assignment.objects.create(customer=customer, rep=owner, from_on=date(2026, 1, 1))
    now, before = timeline_page(customer, owner).entries
    assert (now.title, now.text) == ("Olivia Owner takes over", "")
    assert (before.title, before.text) == ("Max Mate takes over", "until 31 Dec 2025")


def test_a_persons_timeline_has_his_notes_and_promises_alone(customer, owner):
    person, other = make_person(customer), make_person(customer)
    note = make_note(customer, text="Likes tea")
    NotePerson.objects.create(note=note, person=person)
    NotePerson.objects.create(note=note, person=other)
    Promise.objects.create(note=note, text="Send tea")
    make_note(customer, text="Somebody else")
    make_order(customer)
    page = timeline_page(person, owner)
    assert [entry.kind for entry in page.entries] == ["promise", "note"]
    assert page.entries[1].customer == customer
    assert [filter.label for filter in page.filters] == ["All", "Notes", "Promises"]


def test_a_colleagues_timeline_has_what_he_did_where_the_reader_sees_it(customer, owner, manager, stranger):
    elsewhere = make_customer("Iberia Import SL", owner=stranger)
    for where in (customer, elsewhere):
        note = make_note(where, author=owner)
        Promise.objects.create(note=note, text="Samples")
        Promise.objects.create(note=note, text="A forecast", by="them")
        make_order(where, credited_to=owner, run=make_run(owner, note.happened_at))
    make_note(customer, author=manager)
    make_note(customer, author=owner, private=True)
    seen = timeline_page(owner, manager).entries
    assert sorted(entry.kind for entry in seen) == ["import", "note", "order", "promise"]
    assert {entry.customer for entry in seen if entry.kind != "import"} == {customer}
    assert "1 order from" in next(entry.text for entry in seen if entry.kind == "import")


def test_whose_timeline_one_may_open(client_for, owner, mate, manager, stranger, admin):
    for reader, subject, status in (
        (owner, owner, 200), (manager, owner, 200), (admin, owner, 200),
        (mate, owner, 404), (stranger, owner, 404), (owner, manager, 404), (manager, stranger, 404),
    ):  # fmt: skip
        assert client_for(reader).get(f"/team/{subject.pk}/timeline/").status_code == status


def test_a_word_is_found_in_every_kind_and_in_guided_lines(customer, owner, client_for):
    note = make_note(customer, text="About tents", wants="A longer warranty")
    Promise.objects.create(note=note, text="Ask about the warranty")
    make_order(customer, number="WARRANTY-1")
    make_note(customer, text="Nothing of it", pinned=True)
    page = timeline_page(customer, owner, q=" warranty ")
    assert [entry.kind for entry in page.entries] == ["promise", "note", "order"]
    assert page.pinned == []
    text = client_for(owner).get(f"/customers/{customer.pk}/timeline/", {"q": "nowhere"}).content.decode()
    assert "Nothing here has “nowhere” in it." in text


def test_search_and_kind_stay_over_the_pages(customer, owner, client_for):
    for n in range(10):
        make_note(customer, text=f"Tent {n}")
        make_note(customer, text=f"Rope {n}")
    page = timeline_page(customer, owner, "notes", q="tent")
    rest = client_for(owner).get(page.more_url).content.decode()
    assert rest.count("Tent ") == 2
    assert "Rope" not in rest


@pytest.mark.urls("tests.crm.test_timeline")
def test_people_and_notes_are_links_where_they_have_pages(customer, owner, mate, client_for):
    person = make_person(customer)
    note = make_note(customer, wants="A discount", decision="We decline")
    NotePerson.objects.create(note=note, person=person)
    text = client_for(owner).get(f"/customers/{customer.pk}/timeline/").content.decode()
    for words in (
        f"/people/{person.pk}/",
        f"/notes/{note.pk}/",
        "A discount",
        "How, or do we decline?",
        "We decline",
    ):
        assert words in text


def nowhere(request, pk):
    return HttpResponse()


urlpatterns = [
    path("people/<int:pk>/", nowhere, name="person"),
    path("notes/<int:pk>/", nowhere, name="note"),
    path("", include("config.urls")),
]
