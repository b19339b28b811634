from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics import today as questions
from analytics.models import Dismissal
from analytics.refresh import refresh_stale
from crm.models import Customer, ExchangeRate, ImportRun, PersonDate, Promise
from tests.factories import make_customer, make_note, make_order, make_person

NOW = datetime(2026, 3, 24, 9, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


def regular(name, owner, gap=21, last=TODAY - timedelta(days=4), price="10", **fields):
    customer = make_customer(name, owner=owner, **({"orders_known_through": TODAY} | fields))
    for n in range(12):
        make_order(customer, last - timedelta(days=gap * n), [("A", 10, price)])
    return customer


@pytest.fixture
def book(owner):
    """Late by a little money, late by much, late without a rate, silent for long, due this week, due later."""
    late = TODAY - timedelta(days=60)
    regular("Small Late", owner, gap=14, last=late, price="10")
    regular("Large Late", owner, gap=14, last=late, price="900", currency="USD")
    regular("Rateless Late", owner, gap=14, last=late, price="5000", currency="KWD")
    regular("Long Gone", owner, gap=14, last=TODAY - timedelta(days=300), price="900")
    regular("Due Soon", owner, gap=7)
    regular("Due Later", owner, gap=40)
    ExchangeRate.objects.create(currency="USD", month=date(2026, 1, 1), rate=Decimal("0.9"))
    refresh_stale()


@pytest.fixture
def show(client_for, owner):
    def show(user=owner):
        return client_for(user).get("/").content.decode()

    return show


def test_the_most_money_at_risk_comes_first_and_no_rate_is_no_sum(book, owner):
    late = questions.overdue(owner, TODAY)
    assert [row.outlook.customer.name for row in late] == ["Large Late", "Small Late", "Rateless Late"]
    assert late[0].at_risk == late[0].outlook.amount * Decimal("0.9")
    assert late[2].at_risk is None


def test_this_week_holds_what_is_expected_within_seven_days(book, owner):
    assert [row.customer.name for row in questions.expected(owner, TODAY)] == ["Due Soon"]


def test_the_page_in_one_glance(book, show, owner):
    page = show()
    for text in (
        "Tue 24 Mar",
        "Large Late",
        "reckoned in EUR",
        "no rate",
        "Due Soon",
        "orders known up to 24 Mar",
    ):
        assert text in page
    assert "Long Gone" not in page
    assert "Due Later" not in page


def test_a_dismissed_customer_stays_away_until_he_orders(book, client_for, owner, show):
    customer = Customer.objects.get(name="Large Late")
    answer = client_for(owner).post(f"/customers/{customer.pk}/dismiss/", {"reason": "stocked"}, follow=True)
    assert "Large Late is out of your list." in answer.content.decode()
    assert "Large Late</a>" not in show()
    with time_machine.travel(NOW + timedelta(days=20)):
        assert "Large Late</a>" not in show()
    make_order(customer, TODAY - timedelta(days=50), [("A", 10, "900")])
    refresh_stale()
    assert "Large Late</a>" in show()


def test_later_means_a_week(book, client_for, owner, show):
    customer = Customer.objects.get(name="Small Late")
    client_for(owner).post(f"/customers/{customer.pk}/dismiss/", {"reason": "later"})
    with time_machine.travel(NOW + timedelta(days=6)):
        assert "Small Late</a>" not in show()
    with time_machine.travel(NOW + timedelta(days=7)):
        assert "Small Late</a>" in show()


def test_a_dismissal_is_ones_own_and_needs_a_reason(book, client_for, owner, manager, show):
    customer = Customer.objects.get(name="Large Late")
    assert (
        "Choose why."
        in client_for(owner).post(f"/customers/{customer.pk}/dismiss/", follow=True).content.decode()
    )
    assert not Dismissal.objects.exists()
    client_for(manager).post(f"/customers/{customer.pk}/dismiss/", {"reason": "lost"})
    assert "Large Late</a>" in show()
    assert "Large Late</a>" not in show(manager)


BIRTHDAYS = {
    "today": (3, 24, {}, 0),
    "in two weeks": (4, 7, {}, 14),
    "after that": (4, 8, {}, None),
    "yesterday": (3, 23, {}, None),
    "lunar, tomorrow": (2, 7, {"calendar": "korean_lunar"}, 1),
    "Chinese, on the 7th of the second month": (2, 7, {"calendar": "chinese_lunar"}, 1),
}


@pytest.mark.parametrize(("month", "day", "fields", "away"), BIRTHDAYS.values(), ids=BIRTHDAYS)
def test_birthdays_of_the_next_two_weeks_in_every_calendar(customer, owner, month, day, fields, away):
    PersonDate.objects.create(person=make_person(customer), month=month, day=day, **fields)
    found = questions.birthdays(owner, TODAY)
    assert [birthday.days_away for birthday in found] == ([] if away is None else [away])


def test_29_february_is_found_on_the_1st_of_march_too(customer, owner):
    PersonDate.objects.create(person=make_person(customer), month=2, day=29, missing="after")
    assert [b.on for b in questions.birthdays(owner, date(2026, 3, 1))] == [date(2026, 3, 1)]


def test_nobody_is_greeted_who_left_or_asked_not_to_be(customer, owner):
    for fields in ({"status": "left"}, {"greet": False}):
        PersonDate.objects.create(person=make_person(customer, **fields), month=3, day=24)
    assert questions.birthdays(owner, TODAY) == []


def test_promises_of_both_sides_are_due_and_can_be_done(customer, owner, client_for, show):
    note = make_note(customer)
    for text, by, days in (("Send samples", "us", -3), ("Their forecast", "them", 5), ("Far away", "us", 30)):
        Promise.objects.create(note=note, text=text, by=by, due_on=TODAY + timedelta(days=days))
    page = show()
    assert page.index("Send samples") < page.index("Their forecast")
    assert "they promised" in page
    assert "Far away" not in page
    client_for(owner).post(f"/promises/{Promise.objects.get(text='Send samples').pk}/done/")
    assert "<h3>Send samples" not in show()
    assert Promise.objects.get(text="Send samples").done_at == NOW


def test_what_was_imported_since_yesterday(customer, show, stranger):
    run = ImportRun.objects.create(
        file_name="march.xlsx", file_hash="0" * 64, state="applied", read=3, created=3, complete_through=TODAY,
        started_at=NOW, applied_at=NOW - timedelta(hours=3),
    )  # fmt: skip
    make_order(customer, run=run)
    assert "march.xlsx" in show()
    assert "march.xlsx" not in show(stranger)
    with time_machine.travel(NOW + timedelta(days=1)):
        assert "march.xlsx" not in show()


def test_a_full_day_asks_as_often_as_a_quiet_one(client_for, owner):
    client, counts = client_for(owner), []
    client.get("/")
    for wanted in (2, 15):
        for n in range(wanted):
            customer = regular(
                f"C{wanted}-{n}",
                owner,
                gap=7 if n % 2 else 14,
                last=TODAY - timedelta(days=5 if n % 2 else 60),
            )
            PersonDate.objects.create(person=make_person(customer), month=3, day=26)
            Promise.objects.create(note=make_note(customer), text="x", due_on=TODAY)
        refresh_stale()
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


def test_a_stranger_dismisses_nothing(customer, client_for, stranger):
    assert (
        client_for(stranger).post(f"/customers/{customer.pk}/dismiss/", {"reason": "lost"}).status_code == 404
    )
