from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import ImportRun, Order
from crm.timeline import timeline_page
from tests.factories import make_note, make_order, make_user


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
        make_note(customer, happened_at=start if same_moment else start - timedelta(hours=7 * n))
        make_order(customer, start.date() if same_moment else start.date() - timedelta(days=n // 3))
    keys = [entry.key for entry in everything(customer, owner)]
    assert len(keys) == len(set(keys)) == 26
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


def test_a_full_timeline_asks_as_often_as_a_short_one(customer, owner):
    counts = []
    for wanted in (2, 30):
        for n in range(wanted):
            make_note(customer, author=make_user())
            make_order(customer, date(2026, 1, 1) + timedelta(days=n))
        with CaptureQueriesContext(connection) as queries:
            timeline_page(customer, owner)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


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
