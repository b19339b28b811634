from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone

from analytics.refresh import judge_stale
from analytics.today.birthdays import birthdays
from analytics.today.contact import out_of_touch
from analytics.today.orders import expected, overdue
from crm.models import Employment, ExchangeRate, ImportRun, NotePerson, PersonDate, Promise
from tests.factories import make_customer, make_note, make_order, make_orders, make_person

pytestmark = pytest.mark.once

NOW = datetime(2026, 3, 24, 9, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


def regular(name, owner, gap=21, last=TODAY - timedelta(days=4), price="10", **fields):
    customer = make_customer(name, owner=owner, **({"orders_known_through": TODAY} | fields))
    make_orders(customer, [(last - timedelta(days=gap * n), [("A", 10, price)]) for n in range(12)])
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
    judge_stale()


@pytest.fixture
def show(client_for, owner):
    def show(user=owner):
        return client_for(user).get("/").content.decode()

    return show


@pytest.mark.both
def test_the_most_money_at_risk_comes_first_and_no_rate_is_no_sum(book, owner):
    late = overdue(owner, TODAY)
    assert [row.outlook.customer.name for row in late] == ["Large Late", "Small Late", "Rateless Late"]
    assert late[0].at_risk == late[0].outlook.amount * Decimal("0.9")
    assert late[2].at_risk is None


@pytest.mark.both
def test_this_week_holds_what_is_expected_within_seven_days(book, owner):
    assert [(row.customer.name, row.days_away) for row in expected(owner, TODAY)] == [("Due Soon", 3)]


def test_the_page_in_one_glance(book, show, owner):
    page = show()
    for text in (
        "Tue 24 Mar",
        "Large Late",
        "reckoned in EUR",
        "no rate",
        "Due Soon",
        "3 orders are late, worth EUR 8,200 and 1 without a rate",
        "1 order comes this week",
        "orders known up to 24 Mar",
    ):
        assert text in page
    assert "Long Gone" not in page
    assert "Due Later" not in page


BIRTHDAYS = {
    "today": (3, 24, {}, 0),
    "in two weeks": (4, 7, {}, 14),
    "after that": (4, 8, {}, None),
    "yesterday": (3, 23, {}, None),
    "lunar, tomorrow": (2, 7, {"calendar": "korean_lunar"}, 1),
    "Chinese, on the 7th of the second month": (2, 7, {"calendar": "chinese_lunar"}, 1),
}


@pytest.mark.both
@pytest.mark.parametrize(("month", "day", "fields", "away"), BIRTHDAYS.values(), ids=BIRTHDAYS)
def test_birthdays_of_the_next_two_weeks_in_every_calendar(customer, owner, month, day, fields, away):
    PersonDate.objects.create(person=make_person(customer), month=month, day=day, **fields)
    found = birthdays(owner, TODAY)
    assert [birthday.days_away for birthday in found] == ([] if away is None else [away])


@pytest.mark.both
def test_29_february_is_found_on_the_1st_of_march_too(customer, owner):
    PersonDate.objects.create(person=make_person(customer), month=2, day=29, missing="after")
    assert [b.on for b in birthdays(owner, date(2026, 3, 1))] == [date(2026, 3, 1)]


def test_nobody_is_greeted_who_left_or_asked_not_to_be(customer, owner):
    for fields in ({"status": "left"}, {"greet": False}):
        PersonDate.objects.create(person=make_person(customer, **fields), month=3, day=24)
    assert birthdays(owner, TODAY) == []


def test_promises_of_both_sides_are_due_and_can_be_done(customer, owner, client_for, show):
    note = make_note(customer)
    for text, by, days in (("Send samples", "us", -3), ("Their forecast", "them", 5), ("Far away", "us", 30)):
        Promise.objects.create(note=note, text=text, by=by, due_on=TODAY + timedelta(days=days))
    page = show()
    assert page.index("Send samples") < page.index("Their forecast")
    assert "they promised" in page
    assert "Far away" not in page
    client_for(owner).post(f"/promises/{Promise.objects.get(text='Send samples').pk}/toggle/", {"done": "1"})
    assert "<h3>Send samples" not in show()
    assert Promise.objects.get(text="Send samples").done_at == NOW


@pytest.mark.both
def test_what_was_imported_since_yesterday(customer, show, stranger):
    run = ImportRun.objects.create(
        file_name="march.xlsx", file_hash="0" * 64, state="applied", read=3, created=3, complete_through=TODAY,
        started_at=NOW, applied_at=NOW - timedelta(hours=3),
    )  # fmt: skip
    make_order(customer, run=run)
    assert "march.xlsx" in show()
    assert "march.xlsx" not in show(stranger)
    with time_machine.travel(NOW + timedelta(days=1)):
        assert "march.xlsx" in show()
    with time_machine.travel(NOW + timedelta(days=2)):
        assert "march.xlsx" not in show()


def test_a_full_day_asks_as_often_as_a_quiet_one(client_for, owner, mate):
    client, counts = client_for(owner), []
    client.get("/")
    for wanted in (5, 50):
        for n in range(wanted):
            fill_a_day(owner, mate, n, f"C{wanted}-{n}")
        judge_stale()
        with CaptureQueriesContext(connection) as queries:
            client.get("/", {"all": "contact"})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40


def fill_a_day(owner, mate, n, name):
    """An entry of every kind."""
    due_soon = n % 2
    customer = make_customer(name, owner=owner, orders_known_through=TODAY)
    customer.history.update(history_user=mate)
    for back in range(5):
        last = TODAY - timedelta(days=5 if due_soon else 60)
        make_order(customer, last - timedelta(days=(7 if due_soon else 14) * back))
    person = make_person(customer, cadence_days=7)
    person.history.update(history_user=mate)
    PersonDate.objects.create(person=person, month=3, day=26)
    note = make_note(customer, kind="call")
    NotePerson.objects.create(note=note, person=person)
    Promise.objects.create(note=note, text="x", due_on=TODAY)


@pytest.fixture
def ingrid(customer):
    """To be spoken to every 30 days; entered a year ago."""
    person = make_person(customer, family_name="Solheim", cadence_days=30)
    type(person).objects.update(created_at=NOW - timedelta(days=365))
    person.refresh_from_db()
    return person


def talk(customer, person, days_ago, kind="call", **fields):
    note = make_note(customer, happened_at=NOW - timedelta(days=days_ago), kind=kind, **fields)
    NotePerson.objects.create(note=note, person=person)
    return note


@pytest.mark.both
def test_a_logged_call_moves_the_next_nudge_to_today_and_the_cadence(customer, owner, ingrid, show):
    talk(customer, ingrid, 45)
    [entry] = out_of_touch(owner, TODAY)
    assert (entry.days_over, entry.last_on) == (15, TODAY - timedelta(days=45))
    assert "Call 7 Feb · every 30 days" in " ".join(show().split())
    talk(customer, ingrid, 0, kind="visit")
    assert out_of_touch(owner, TODAY + timedelta(days=29)) == []
    [entry] = out_of_touch(owner, TODAY + timedelta(days=30))
    assert (entry.days_over, entry.last_on) == (0, TODAY)


@pytest.mark.both
@pytest.mark.parametrize("kind", ["note", "gift", "claim", "rumour"])
def test_only_real_contact_counts(customer, owner, ingrid, kind):
    talk(customer, ingrid, 0, kind=kind)
    [entry] = out_of_touch(owner, TODAY)
    assert (entry.last_on, entry.days_over) == (None, 335)


def test_editing_somebody_is_no_contact_and_a_deleted_note_neither(customer, owner, ingrid, show):
    note = talk(customer, ingrid, 1)
    note.deleted_at = NOW
    note.save()
    ingrid.facts = "Likes tea."
    ingrid.save()
    assert [entry.last_on for entry in out_of_touch(owner, TODAY)] == [None]
    assert "no contact since entered" in show()


@pytest.mark.both
def test_the_longest_over_comes_first_and_only_active_people_with_a_cadence(customer, owner):
    people = [
        make_person(customer, family_name=name, cadence_days=days)
        for name, days in (("A", 10), ("B", 5), ("C", None))
    ]
    gone = make_person(customer, cadence_days=1, status="left")
    for person in (*people, gone):
        talk(customer, person, 20)
    assert [entry.subject for entry in out_of_touch(owner, TODAY)] == [people[1].pk, people[0].pk]


def test_contact_late_at_night_is_of_the_day_it_was_where_the_reader_is(customer, owner, ingrid):
    note = make_note(customer, happened_at=datetime(2026, 2, 21, 15, 0, tzinfo=UTC), kind="call")
    NotePerson.objects.create(note=note, person=ingrid)
    for zone, day in (("Asia/Seoul", date(2026, 2, 22)), ("America/New_York", date(2026, 2, 21))):
        with timezone.override(zone):
            [entry] = out_of_touch(owner, date(2026, 4, 1))
            assert entry.last_on == day


@pytest.mark.both
def test_what_a_colleague_sees_of_people_is_his_alone(customer, owner, ingrid, mate, manager, stranger):
    talk(customer, ingrid, 40)
    talk(customer, ingrid, 1, author=manager, private=True)
    assert [entry.days_over for entry in out_of_touch(owner, TODAY)] == [10]
    assert out_of_touch(manager, TODAY) == []  # he did speak to her; nobody else may know
    assert out_of_touch(mate, TODAY) == out_of_touch(stranger, TODAY) == []


def test_an_employer_that_the_reader_may_not_see_is_not_named(owner, stranger, show):
    elsewhere = make_customer("Secret Customer", owner=stranger)
    person = make_person(owner=owner, family_name="Both", cadence_days=1)
    Employment.objects.create(person=person, customer=elsewhere)
    PersonDate.objects.create(person=person, month=3, day=26)
    type(person).objects.update(created_at=NOW - timedelta(days=9))
    page = show()
    assert page.count("Ingrid Both") >= 2
    assert "Secret Customer" not in page


@pytest.mark.both
def test_everybody_sees_what_is_his_in_every_list(
    book, customer, owner, mate, manager, stranger, ingrid, show
):
    PersonDate.objects.create(person=ingrid, month=3, day=26)
    Promise.objects.create(note=make_note(customer), text="Build a prototype", due_on=TODAY)
    secrets = ("Large Late", "Due Soon", "Solheim", "Build a prototype")
    for user in (owner, manager):
        assert not [secret for secret in secrets if secret not in show(user)]
    for user in (mate, stranger):
        assert not [secret for secret in secrets if secret in show(user)]


def test_an_empty_page_says_what_to_do_first(show, stranger):
    page = show(stranger)
    assert "No customers yet" in page
    assert 'href="/imports/new/"' in page


def test_a_quiet_day_is_said(customer, show):
    assert "Nothing is waiting for you." in show()


def test_the_sentence_leads_to_its_lists(book, show):
    page = show()
    assert '<a href="#overdue">3 orders are late' in page
    assert 'id="overdue"' in page


def test_a_long_list_shows_its_head_and_all_on_demand(customer, show, client_for, owner):
    note = make_note(customer)
    for n in range(9):
        Promise.objects.create(note=note, text=f"Promise {n}", due_on=TODAY)
    page = show()
    assert "Promise 5" in page
    assert "Promise 6" not in page
    assert "Show 3 more" in page
    whole = client_for(owner).get("/", {"all": "promise"}).content.decode()
    assert "Promise 8" in whole


@pytest.mark.urls("tests.analytics.test_today")
def test_contact_is_logged_from_the_entry(customer, ingrid, show):
    assert f"/log/?customer={customer.pk}&amp;person={ingrid.pk}" in show()


urlpatterns = [path("log/", lambda request: None, name="log"), path("", include("config.urls"))]
