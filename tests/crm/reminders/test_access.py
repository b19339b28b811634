"""A digest names no customer that its reader may not see."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import DigestItem, Employment, PersonDate
from crm.reminders import jobs
from crm.reminders.clock import Clock
from crm.reminders.kind import kinds
from tests.crm.reminders.conftest import NOW
from tests.factories import make_customer, make_person, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = date(2026, 11, 26)


def moved(rep, customer, **fields):
    """Somebody whom the rep keeps and who works now at a customer of another rep's."""
    person = make_person(owner=rep, given_name="Kari", **fields)
    Employment.objects.create(person=person, customer=customer)
    return person


@pytest.fixture
def elsewhere(at):
    at(datetime(2026, 1, 5, tzinfo=UTC))
    other = make_user("other@example.com", name="Other", time_zone="Europe/Berlin", language="en")
    at(NOW)
    return make_customer("Secret Outdoor AS", owner=other)


def digest_of(user):
    jobs.send_due()
    (body,) = [sent.body + sent.alternatives[0][0] for sent in mail.outbox if sent.to == [user.email]]
    return body


def test_of_a_birthday_only_who_has_the_customer_reads_where(rep, elsewhere):
    PersonDate.objects.create(person=moved(rep, elsewhere), month=11, day=26)
    body = digest_of(rep)
    assert "Kari" in body
    assert "Secret Outdoor" not in body
    mail.outbox = [sent for sent in mail.outbox if sent.to != [rep.email]]
    assert "Secret Outdoor AS · today" in digest_of(elsewhere.owner)


def test_of_two_jobs_the_one_that_he_may_see_is_named(rep, elsewhere):
    person = make_person(make_customer("Fjord AS", owner=rep), owner=rep, given_name="Kari")
    Employment.objects.create(person=person, customer=elsewhere)
    PersonDate.objects.create(person=person, month=11, day=26)
    body = digest_of(rep)
    assert "Fjord AS · today" in body
    assert "Secret Outdoor" not in body


def test_his_day_is_that_of_where_he_works_whoever_has_the_customer(rep, elsewhere, at):
    type(elsewhere).objects.update(time_zone="America/New_York")
    PersonDate.objects.create(person=moved(rep, elsewhere), month=11, day=26)
    rep.time_zone = "Asia/Seoul"
    rep.save()
    at(datetime(2026, 11, 26, 22, 30, tzinfo=UTC))
    assert "today there, 26 Nov" in digest_of(rep)


def test_of_a_silence_only_who_has_the_customer_reads_where(rep, elsewhere, at):
    at(datetime(2026, 10, 27, 8, tzinfo=UTC))
    moved(rep, elsewhere, cadence_days=30)
    at(NOW)
    body = digest_of(rep)
    assert "Kari" in body
    assert "no contact written down yet" in body
    assert "Secret Outdoor" not in body


@pytest.mark.parametrize("kind", ["birthday", "contact"])
def test_the_lines_of_many_people_are_asked_for_as_often_as_those_of_few(rep, elsewhere, kind):
    counts = []
    for wanted in (3, 20):
        for _n in range(wanted):
            person = moved(rep, elsewhere, cadence_days=1)
            PersonDate.objects.create(person=person, month=11, day=26)
        subjects = PersonDate.objects if kind == "birthday" else type(person).objects
        on = TODAY if kind == "birthday" else date(2026, 11, 27)
        items = [
            DigestItem(pk=n, kind=kind, subject=pk, occurs_on=on, lead=0, meant_on=on)
            for n, pk in enumerate(subjects.values_list("pk", flat=True), start=1)
        ]
        with CaptureQueriesContext(connection) as queries:
            lines = kinds()[kind].lines(rep, items, Clock(NOW, rep.time_zone))
        assert len(lines) == len(items)
        counts.append(len(queries))
    assert counts[0] == counts[1]
