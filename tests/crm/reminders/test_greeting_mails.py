"""Greetings that Dangol sends: asked for, proposed the day before, approved, stoppable, written down."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.models import ContactPoint, Greeting, GreetingMail, Person, PersonDate
from crm.reminders import jobs
from tests.factories import make_customer, make_person

pytestmark = pytest.mark.django_db
State = GreetingMail.State


@pytest.fixture
def kari(rep):
    customer = make_customer(owner=rep, time_zone="Europe/Oslo")
    person = make_person(customer, given_name="Kari", owner=rep, greet_by_mail=True)
    ContactPoint.objects.create(person=person, kind="email", value="kari@example.no")
    PersonDate.objects.create(person=person, month=11, day=27)
    return person


@pytest.fixture
def proposed(kari, mailoutbox):
    jobs.send_due()
    (digest,) = mailoutbox
    assert "Approve the greeting" in digest.body
    mailoutbox.clear()
    return GreetingMail.objects.get()


def approve(client_for, rep, row, text="Happy birthday, dear Kari!"):
    return client_for(rep).post(reverse("greeting_mail", args=[row.pk]), {"text": text}, follow=True)


def to_kari(mailoutbox):
    return [mail for mail in mailoutbox if mail.to == ["kari@example.no"]]


def test_what_is_approved_leaves_on_the_day_from_his_own_address(proposed, rep, client_for, at, mailoutbox):
    assert proposed.state == State.PROPOSED
    page = client_for(rep).get(reverse("greeting_mails")).content.decode()
    assert "Happy birthday, Kari!" in page
    approve(client_for, rep, proposed)
    jobs.send_due()
    assert not to_kari(mailoutbox)
    at(datetime(2026, 11, 27, 8, 1, tzinfo=UTC))
    jobs.send_due()
    jobs.send_due()
    (mail,) = to_kari(mailoutbox)
    assert mail.body == "Happy birthday, dear Kari!"
    assert rep.email in mail.from_email
    greeting = Greeting.objects.get()
    assert (greeting.how, greeting.text) == (Greeting.How.MAIL, "Happy birthday, dear Kari!")


def test_what_is_not_approved_is_not_sent(proposed, at, mailoutbox):
    at(datetime(2026, 11, 27, 9, tzinfo=UTC))
    jobs.send_due()
    assert not to_kari(mailoutbox)


def test_it_can_be_stopped_to_the_last_minute(proposed, rep, client_for, at, mailoutbox):
    approve(client_for, rep, proposed)
    at(datetime(2026, 11, 27, 7, 59, tzinfo=UTC))
    client_for(rep).post(reverse("greeting_mail", args=[proposed.pk]), {"stop": "1"})
    at(datetime(2026, 11, 27, 8, 1, tzinfo=UTC))
    jobs.send_due()
    assert not to_kari(mailoutbox)
    answer = approve(client_for, rep, proposed)
    assert "too late, or it was stopped" in answer.content.decode()


@pytest.mark.parametrize(
    "change", [{"status": "left"}, {"status": "deceased"}, {"greet": False}, {"greet_by_mail": False}]
)
def test_who_is_not_to_be_greeted_any_more_gets_nothing(
    proposed, kari, rep, client_for, at, mailoutbox, change
):
    approve(client_for, rep, proposed)
    Person.objects.filter(pk=kari.pk).update(**change)
    at(datetime(2026, 11, 27, 8, 1, tzinfo=UTC))
    jobs.send_due()
    assert not to_kari(mailoutbox)
    assert GreetingMail.objects.get().state == State.EMPTY


def test_a_corrected_birthday_stops_it(proposed, kari, rep, client_for, at, mailoutbox):
    approve(client_for, rep, proposed)
    PersonDate.objects.filter(person=kari).update(day=30)
    at(datetime(2026, 11, 27, 8, 1, tzinfo=UTC))
    jobs.send_due()
    assert not to_kari(mailoutbox)


def test_nothing_is_proposed_where_nobody_asked(kari):
    Person.objects.update(greet_by_mail=False)
    jobs.send_due()
    assert not GreetingMail.objects.exists()


def test_the_owner_says_it_on_the_persons_form(kari, rep, client_for):
    page = client_for(rep).get(reverse("person_edit", args=[kari.pk])).content.decode()
    assert "Let Dangol propose a birthday mail" in page


@pytest.mark.once
def test_the_page_asks_as_often_for_many_as_for_few_and_what_is_open_comes_first(rep, client_for):
    counts, client = [], client_for(rep)
    for wanted in (2, 12):
        for n in range(wanted):
            person = make_person(make_customer(owner=rep), given_name=f"P{n}", owner=rep)
            ContactPoint.objects.create(person=person, kind="email", value=f"p{n}@example.no")
            row = PersonDate.objects.create(person=person, month=11, day=20 + n % 10)
            state = State.PROPOSED if n % 2 else State.STOPPED
            GreetingMail.objects.create(
                user=rep, date=row, occurs_on=date(2026, 11, 20 + n % 10), text="Hello", state=state,
                next_attempt_at=datetime(2026, 11, 27, 8, tzinfo=UTC),
            )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("greeting_mails")).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "p1@example.no" in page
    assert page.rindex("Approve") < page.index(">stopped<")
