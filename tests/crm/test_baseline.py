"""The first change on a screen of a row written in bulk says from what, and puts nothing on who is here now."""

import pytest
from django.urls import reverse

from crm.models import ContactPoint, Employment, Note, Person, PersonDate, Promise
from tests.factories import make_customer, make_note, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]
MODELS = (Person, Employment, ContactPoint, PersonDate, Note, Promise)


@pytest.fixture
def post(client_for, owner):
    def post(path, **data):
        response = client_for(owner).post(path, data)
        assert response.status_code in (200, 302), response.content.decode()
        return response

    return post


@pytest.fixture
def person(customer):
    person = make_person(customer, given_name="Ingrid", family_name="Solheim")
    ContactPoint.objects.create(person=person, kind="email", value="ingrid@fjord.example")
    PersonDate.objects.create(person=person, month=11, day=28)
    forget()
    return person


@pytest.fixture
def note(customer):
    note = make_note(customer, text="Wants a price list")
    Promise.objects.create(note=note, text="send it")
    forget()
    return note


def forget():
    """As if an import had written everything."""
    for model in MODELS:
        model.history.all().delete()


def story(row):
    """Its records, the oldest first: (why, by whom)."""
    records = row.history.order_by("history_id")
    return [(record.history_change_reason, record.history_user) for record in records]


def told(owner, *rows):
    for row in rows:
        assert story(row) == [("baseline", None), (None, owner)], row


@pytest.mark.both
def test_a_person_with_his_rows(post, owner, person, customer):
    job, mail, day = person.employments.get(), person.contact_points.get(), person.dates.get()
    data = {
        "given_name": "Inga", "family_name": "Solheim", "name_order": "given", "status": "active",
        "employments-0-id": job.pk, "employments-0-customer": customer.pk, "employments-0-role": "Head",
        "contact_points-0-id": mail.pk, "contact_points-0-kind": "email",
        "contact_points-0-value": "inga@fjord.example", "dates-0-id": day.pk, "dates-0-kind": "birthday",
        "dates-0-calendar": "gregorian", "dates-0-month": 11, "dates-0-day": 29, "dates-0-missing": "before",
    }  # fmt: skip
    for prefix in ("employments", "contact_points", "dates"):
        data |= {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 1}
    post(f"/people/{person.pk}/edit/", **data)
    told(owner, person, job, mail, day)
    assert list(person.history.order_by("history_id").values_list("given_name", flat=True)) == [
        "Ingrid",
        "Inga",
    ]


@pytest.mark.parametrize("name", ["archive", "restore"])
def test_a_person_archived_and_brought_back(post, owner, person, name):
    Person.objects.filter(pk=person.pk).update(status="left" if name == "archive" else "archived")
    post(f"/people/{person.pk}/{name}/")
    told(owner, person)


def test_a_person_who_moves(post, owner, person):
    job, to = person.employments.get(), make_customer("Bergen Import", owner=owner)
    Person.objects.filter(pk=person.pk).update(status="left")
    post(f"/people/{person.pk}/move/", on="2026-11-01", job=job.pk, where="company", customer=to.pk)
    job.refresh_from_db()
    assert job.to_on is not None
    told(owner, person, job)


def test_a_note_with_its_promises(post, owner, note):
    promise = note.promises.get()
    data = {
        "kind": "call", "text": "Wants two lists", "happened_at": "2026-03-20T10:00",
        "customer": note.customer_id, "customer_name": note.customer.name,
        "promises-TOTAL_FORMS": 1, "promises-INITIAL_FORMS": 1, "promises-0-id": promise.pk,
        "promises-0-by": "us", "promises-0-text": "send them",
    }  # fmt: skip
    post(f"/notes/{note.pk}/edit/", **data)
    told(owner, note, promise)


@pytest.mark.parametrize("name", ["pin", "trash", "restore"])
def test_a_note_pinned_thrown_away_and_taken_back(post, owner, note, name):
    if name == "restore":
        post(f"/notes/{note.pk}/trash/")
        forget()
    post(f"/notes/{note.pk}/{name}/", pinned="1")
    told(owner, note)


def test_a_promise_kept(post, owner, note):
    promise = note.promises.get()
    post(reverse("promise_toggle", args=[promise.pk]), done="1")
    told(owner, promise)


def test_looking_at_a_history_makes_no_class_of_its_own():
    assert type(Person.history) is type(Person.history)
