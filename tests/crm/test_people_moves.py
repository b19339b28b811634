"""People change employers, are put away, and are erased for good."""

import threading
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from crm import erasure
from crm.forms.people_move import MoveForm
from crm.models import (
    ContactPoint,
    CustomerItem,
    Dismissal,
    Employment,
    ImportChange,
    ImportRow,
    ImportRun,
    Note,
    NotePerson,
    Person,
    PersonDate,
    Promise,
)
from crm.searching import index
from tests.factories import make_customer, make_note, make_person, make_product

pytestmark = pytest.mark.django_db
NAMES = (
    "Min-jun",
    "Minjun",
    "Kim ",
    "김민준",
    "minjun",
    "1234567",
    "12-345",
    "Old Name",
    "Maiden",
    r"\uae40\ubbfc\uc900",
)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-23 09:00", tick=False):
        yield


@pytest.fixture
def post(client_for, owner):
    client = client_for(owner)

    def post(path, follow=False, **data):
        response = client.post(path, data, follow=follow)
        return response, response.content.decode()

    return post


@pytest.fixture
def person(customer):
    return make_person(customer, given_name="Ingrid", family_name="Solheim", role="Buyer")


@pytest.fixture
def other(owner):
    return make_customer("Bergen Import", owner=owner)


# Moving -------------------------------------------------------------------------


def test_a_move_leaves_the_notes_and_takes_the_birthday_along(
    post, client_for, owner, customer, other, person
):
    note = make_note(customer, text="Talked about winter.")
    NotePerson.objects.create(note=note, person=person)
    PersonDate.objects.create(person=person, month=11, day=28)
    job = person.employments.get()
    data = {"job": job.pk, "on": "2026-11-20", "where": "company", "customer": other.pk, "role": "Owner"}
    _, page = post(f"/people/{person.pk}/move/", follow=True, **data)
    assert "Ingrid Solheim works at Bergen Import now." in page
    job.refresh_from_db()
    assert job.to_on == date(2026, 11, 20)
    new = person.employments.get(customer=other)
    assert (new.role, new.from_on, new.to_on) == ("Owner", date(2026, 11, 20), None)
    note.refresh_from_db()
    assert note.customer == customer
    client = client_for(owner)
    assert "28 Nov" in client.get(f"/customers/{other.pk}/").content.decode()
    old = client.get(f"/customers/{customer.pk}/").content.decode()
    assert "28 Nov" not in old
    assert "Talked about winter." in old
    assert job.history.count() == 2, "who moved him, and when, can be looked up"


def test_who_left_for_nobody_knows_where_comes_back(post, customer, other, person):
    job = person.employments.get()
    post(f"/people/{person.pk}/move/", job=job.pk, on="2026-11-20", where="unknown")
    person.refresh_from_db()
    assert person.status == "left"
    assert not person.employments.filter(to_on=None).exists()
    # Whoever sees where he worked last may mend it.
    post(f"/people/{person.pk}/move/", on="2026-11-22", where="company", customer=other.pk)
    person.refresh_from_db()
    assert person.status == "active"
    assert person.employments.get(to_on=None).customer == other


def test_who_leaves_one_of_two_jobs_has_not_left(post, customer, other, person):
    Employment.objects.create(person=person, customer=other)
    job = person.employments.get(customer=customer)
    post(f"/people/{person.pk}/move/", job=job.pk, on="2026-11-20", where="unknown")
    person.refresh_from_db()
    assert person.status == "active"


def test_a_move_that_can_not_be_is_refused_in_words(
    post, client_for, owner, customer, other, person, stranger
):
    job = person.employments.get()
    job.from_on = date(2026, 1, 1)
    job.save()
    path = f"/people/{person.pk}/move/"
    theirs = make_customer("Iberia Import SL", owner=stranger)
    good = {"job": job.pk, "on": "2026-11-20", "where": "company", "customer": other.pk}
    for change, words in (
        ({"on": "2025-12-31"}, "That is before the first day there."),
        ({"on": "soon"}, "Write the day like 2026-03-24."),
        ({"customer": ""}, "Choose the customer, or say that you do not know where."),
        ({"customer": theirs.pk}, "Select a valid choice."),
        ({"customer": customer.pk}, "Select a valid choice."),
    ):
        response, page = post(path, **(good | change))
        assert response.status_code == 422
        assert words in page
    assert person.employments.count() == 1
    assert "Iberia" not in client_for(owner).get(path).content.decode()


def test_of_two_who_move_a_person_at_once_the_second_is_told(post, other, person, monkeypatch):
    job, look = person.employments.get(), MoveForm.is_valid

    def move_after_the_look(form):
        valid = look(form)
        Employment.objects.get_or_create(person=person, customer=other, to_on=None)
        return valid

    monkeypatch.setattr(MoveForm, "is_valid", move_after_the_look)
    data = {"job": job.pk, "on": "2026-11-20", "where": "company", "customer": other.pk}
    response, page = post(f"/people/{person.pk}/move/", **data)
    assert response.status_code == 422
    assert "Select a valid choice." in page
    job.refresh_from_db()
    assert job.to_on is None, "nothing is half done"
    assert person.employments.filter(customer=other).count() == 1


def test_who_may_change_a_person(client_for, customer, person, owner, mate, manager, admin, stranger):
    """The owner, and whoever sees a customer where he works now; not who only sees where he worked."""
    theirs = make_customer("Iberia Import SL", owner=stranger)
    path = f"/people/{person.pk}/edit/"
    statuses = {
        user: client_for(user).get(path).status_code for user in (owner, mate, manager, admin, stranger)
    }
    assert list(statuses.values()) == [200, 404, 200, 200, 404]
    person.move(date(2026, 11, 1), person.employments.get(), theirs)
    statuses = {
        user: client_for(user).get(path).status_code for user in (owner, mate, manager, admin, stranger)
    }
    assert list(statuses.values()) == [200, 404, 403, 200, 200]
    assert client_for(manager).get(f"/people/{person.pk}/").status_code == 200


# Putting away --------------------------------------------------------------------


@pytest.mark.parametrize("status", ["active", "left", "deceased"])
def test_an_archived_person_comes_back_as_what_he_was(post, person, status):
    Person.objects.filter(pk=person.pk).update(status=status)
    Person.history.all().delete()  # as if an import had written him
    response, page = post(f"/people/{person.pk}/archive/", follow=True)
    assert "Ingrid Solheim is archived." in page
    assert f'action="/people/{person.pk}/restore/"' in page
    person.refresh_from_db()
    assert person.status == "archived"
    post(f"/people/{person.pk}/restore/")
    person.refresh_from_db()
    assert person.status == status


def test_archiving_asks_for_a_post(client_for, owner, person):
    for name in ("archive", "restore"):
        assert client_for(owner).get(f"/people/{person.pk}/{name}/").status_code == 405


# Erasing -------------------------------------------------------------------------


@pytest.fixture
def traces(client_for, owner, admin, customer):
    """A person whose name stands wherever it can stand."""
    kim = make_person(customer, given_name="Old Name", family_name="Maiden", native_name="김민준")
    kim.given_name, kim.family_name, kim.name_order = "Min-jun", "Kim", "family"
    kim.facts = "Kim likes tea."
    kim.save()
    for kind, value in (("email", "minjun@fjord.example"), ("phone", "+82 10-1234-5678")):
        point = ContactPoint.objects.create(person=kim, kind=kind, value=value)
        point.value = f"new.{value}" if kind == "email" else value
        point.save()
    PersonDate.objects.create(person=kim, month=11, day=28)
    note = make_note(
        customer, text="Called @Kim Min-jun. 김민준은 winter; Min-jun's mail is minjun@fjord.example."
    )
    note.text += " Old Name Maiden, +82 (10) 1234 5678."
    note.why = "KIM MIN-JUN said so"
    note.save()
    NotePerson.objects.create(note=note, person=kim)
    Promise.objects.create(note=note, text="Send Min-jun the samples")
    make_note(customer, text="김민준 was not there; Kim Min-jun neither. Kimchi was.")
    gone = make_note(customer, text="Min-jun Kim, in a note that is deleted")
    gone.delete()
    item = CustomerItem.objects.create(customer=customer, product=make_product(), said_by="Kim Min-jun")
    item.remark = "Min-jun Kim's choice"
    item.save()
    for kind in ("birthday", "contact"):
        Dismissal.objects.create(user=owner, kind=kind, subject=kim.pk, answer="done")
    run = ImportRun.objects.create(
        file_name="people.xlsx", file_hash="0" * 64, started_at=datetime(2026, 11, 1, tzinfo=UTC)
    )
    ImportChange.objects.create(
        run=run, model="person", row=kim.pk, after={"native_name": "김민준", "given_name": "Min-jun"}
    )
    ImportRow.objects.create(run=run, number=2, value="minjun@fjord.example", reason="x", level="warning")
    for row in (kim, kim.contact_points.first(), kim.employments.get(), note):
        LogEntry.objects.create(
            user=admin, content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk), action_flag=ADDITION,
            object_repr=str(row), change_message=f"Added {kim}",
        )  # fmt: skip
    return kim


def everything():
    """Every cell of every table as text, with the name of its table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                yield from ((table, str(cell)) for cell in row)


def found(names):
    return [(table, cell) for table, cell in everything() if any(name in cell for name in names)]


def test_after_erasing_no_table_holds_name_mail_or_number(client_for, owner, traces):
    assert {table for table, _cell in found(NAMES)} >= {
        "crm_person", "crm_historicalperson", "crm_contactpoint", "crm_historicalcontactpoint", "crm_note",
        "crm_historicalnote", "crm_promise", "crm_historicalpromise", "crm_customeritem", "crm_importchange",
        "crm_importrow", "django_admin_log",
    }  # fmt: skip
    before = Note.objects.count()
    page = client_for(owner).get(f"/people/{traces.pk}/erase/").content.decode()
    for words in (
        "Erase Kim Min-jun for good?",
        "2 ways to reach them",
        "the name in 1 note",
        "1 employment",
    ):
        assert words in page
    assert Person.objects.filter(pk=traces.pk).exists()
    response = client_for(owner).post(f"/people/{traces.pk}/erase/")
    assert response.url == "/people/"
    assert found(NAMES) == []
    assert Note.objects.count() == before
    assert not Dismissal.objects.exists()
    linked, near = Note.objects.order_by("pk")
    assert (
        linked.text == "Called [erased]. [erased]은 winter; [erased]'s mail is [erased]. [erased], [erased]."
    )
    assert near.text == "[erased] was not there; [erased] neither. Kimchi was."


def test_others_of_a_similar_name_keep_theirs(client_for, owner, customer, traces):
    make_person(customer, given_name="Kimberly", family_name="Minjunsen")
    note = make_note(customer, text="Kimberly and the Kims; Minjun2.")
    NotePerson.objects.create(note=note, person=traces)
    client_for(owner).post(f"/people/{traces.pk}/erase/")
    note.refresh_from_db()
    assert note.text == "Kimberly and the Kims; Minjun2."
    assert Person.objects.get().given_name == "Kimberly"


def test_what_is_written_while_he_is_being_erased_is_clean_too(
    client_for, owner, customer, traces, monkeypatch
):
    delete = erasure._delete_rows

    def delete_late(*args):
        make_note(customer, text="Kim Min-jun called again.")
        delete(*args)

    monkeypatch.setattr(erasure, "_delete_rows", delete_late)
    client_for(owner).post(f"/people/{traces.pk}/erase/")
    assert found(NAMES) == []


def test_notes_without_his_name_are_not_written(client_for, owner, customer, traces, monkeypatch):
    named = {note.pk for note in Note.objects.all()}
    make_note(customer, text="Nobody of note.")
    refresh, refreshed = index.refresh, []
    monkeypatch.setattr(index, "refresh", lambda kind, pks: refreshed.extend(pks) or refresh(kind, pks))
    client_for(owner).post(f"/people/{traces.pk}/erase/")
    assert set(refreshed) == named


@pytest.mark.django_db(transaction=True)
def test_others_write_while_the_notes_are_read(client_for, owner, customer, traces, monkeypatch):
    look, written = erasure._holding, []

    def write():
        written.append(make_note(customer, text="Kim Min-jun called again."))
        connection.close()

    def write_meanwhile(places):
        writing = threading.Thread(target=write)
        writing.start()
        writing.join(5)
        assert not writing.is_alive(), "nobody waits for the reading"
        return look(places)

    monkeypatch.setattr(erasure, "_holding", write_meanwhile)
    client_for(owner).post(f"/people/{traces.pk}/erase/")
    assert len(written) == 2
    assert found(NAMES) == []


def test_only_the_owner_or_an_administrator_erases(client_for, manager, admin, person):
    assert client_for(manager).post(f"/people/{person.pk}/erase/").status_code == 403
    assert Person.objects.exists()
    client_for(admin).post(f"/people/{person.pk}/erase/")
    assert not Person.objects.exists()
