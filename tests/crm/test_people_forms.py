"""A person entered and changed on one page, and what is said where something can not be."""

import re
from datetime import date

import pytest
import time_machine

from crm.forms.people import PersonForms
from crm.models import ContactPoint, Employment, Person, PersonDate
from tests.factories import make_customer, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ROWS = ("employments", "contact_points", "dates")


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-23 09:00", tick=False):
        yield


def form_data(person=None, employments=(), contact_points=(), dates=(), **fields):
    """What the browser sends: the fields, and rows of each formset, those with an "id" first."""
    data = {"given_name": "", "family_name": "", "native_name": "", "name_order": "", "greet": "on"} | fields
    if person:
        data = {"name_order": "given", "status": person.status} | {
            k: v for k, v in data.items() if k != "name_order" or v
        }
    for prefix, rows in zip(ROWS, (employments, contact_points, dates), strict=True):
        data[f"{prefix}-TOTAL_FORMS"] = len(rows)
        data[f"{prefix}-INITIAL_FORMS"] = sum("id" in row for row in rows)
        for place, row in enumerate(rows):
            data |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return data


def birthday(month, day, **fields):
    return {
        "kind": "birthday",
        "calendar": "gregorian",
        "month": month,
        "day": day,
        "missing": "before",
    } | fields


@pytest.fixture
def post(client_for, owner):
    client = client_for(owner)

    def post(path, data):
        response = client.post(path, data)
        return response, response.content.decode()

    return post


@pytest.mark.both
def test_a_person_is_entered_with_everything(post, customer):
    data = form_data(
        given_name="Min-jun", family_name="Kim", native_name="김민준", language="ko", cadence_days="30",
        employments=[{"customer": customer.pk, "role": "Category manager", "from_on": "2024-03-01"}],
        contact_points=[
            {"kind": "email", "label": "work", "value": "minjun.kim@fjord.example"},
            {"kind": "phone", "label": "mobile", "value": "91 23 45 67"},
            {"kind": "messenger", "label": "KakaoTalk", "value": "minjun77"},
            {"kind": "address", "value": ""},
        ],
        dates=[birthday(10, 9, calendar="korean_lunar", year="1985"), {"kind": "birthday", "calendar": "gregorian"}],
    )  # fmt: skip
    response, _ = post("/people/new/", data)
    person = Person.objects.get()
    assert response.url == person.get_absolute_url()
    assert str(person) == "Kim Min-jun", "Korean names begin with the family's"
    assert person.owner.email == "owner@example.com"
    # A national number is one of the customer's country, and kept as it is dialled from anywhere.
    assert [point.value for point in person.contact_points.order_by("pk")] == [
        "minjun.kim@fjord.example",
        "+47 91 23 45 67",
        "minjun77",
    ]
    assert person.employments.get().from_on == date(2024, 3, 1)
    assert person.dates.get().calendar == "korean_lunar"
    assert person.history.count() == person.dates.get().history.count() == 1


def test_a_new_person_at_a_customer_is_begun_with_what_is_known_of_him(client_for, owner, customer):
    page = client_for(owner).get(f"/people/new/?customer={customer.pk}").content.decode()
    assert f'<option value="{customer.pk}" selected>Fjord Handel AS</option>' in page
    assert '<option value="Europe/Oslo" selected>' in page
    assert '<option value="no" selected>Norwegian</option>' in page


def test_the_customer_that_was_preset_counts_though_nothing_was_changed_in_its_row(post, customer):
    data = form_data(given_name="Lars", employments=[{"customer": customer.pk, "role": ""}])
    post(f"/people/new/?customer={customer.pk}", data)
    assert Person.objects.get().employments.get().customer == customer


@pytest.mark.parametrize(
    ("language", "order"),
    [("ko", "family"), ("ja", "family"), ("zh", "family"), ("hu", "family"), ("vi", "family"), ("de", "given"), ("", "given")],
)  # fmt: skip
def test_the_name_order_follows_the_language_unless_it_is_chosen(post, language, order):
    post("/people/new/", form_data(given_name="A", language=language))
    assert Person.objects.get().name_order == order
    post("/people/new/", form_data(given_name="B", language=language, name_order="given"))
    assert Person.objects.get(given_name="B").name_order == "given"


@pytest.mark.both
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"dates": [birthday(2, 30)]}, "February has no day 30."),
        ({"dates": [birthday(4, 31)]}, "April has no day 31."),
        ({"dates": [birthday(4, 0)]}, "April has no day 0."),
        ({"dates": [birthday(2, 29, year="1985")]}, "1985 had no 29 February."),
        ({"dates": [birthday(1, 31, calendar="korean_lunar")]}, "A lunar month has 30 days at most."),
        ({"dates": [birthday(1, 3, leap_month="on")]}, "Only lunar calendars have leap months."),
        ({"dates": [birthday(1, 3, year="2027")]}, "That year is still to come."),
        ({"dates": [birthday(11, 24, year="2026")]}, "This day is still to come"),
        ({"dates": [birthday(11, 1, year="2026", calendar="korean_lunar")]}, "This day is still to come"),
        ({"dates": [birthday(1, 3, year="85")]}, "Write the year with four digits"),
        ({"dates": [birthday("", 3)]}, "Choose the month."),
        ({"dates": [birthday(3, "")]}, "Write the day."),
        ({"dates": [birthday(3, "third")]}, "Write the day as a number, like 24."),
        ({"dates": [birthday(1, 3, year="eighty-five")]}, "Write the year with four digits"),
        ({"dates": [birthday(3, 1), birthday(3, 2)]}, "A person has one birthday"),
        ({"dates": [birthday(3, 1, kind="other")]}, "Say what day it is"),
        ({"contact_points": [{"kind": "email", "value": "ingrid@"}]}, "“ingrid@” is not an e-mail address"),
        ({"contact_points": [{"kind": "phone", "value": "12"}]}, "“12” can not be a phone number."),
        ({"contact_points": [{"kind": "phone", "value": "91234567"}]}, "“91234567” can not be a phone number."),
        ({"contact_points": [{"kind": "messenger", "value": "id7"}]}, "Say which messenger it is"),
        ({"contact_points": [{"kind": "email", "value": "a@b.no"}] * 2}, "This stands here twice."),
        ({"given_name": "", "native_name": ""}, "Write at least one name"),
        ({"given_name": "\u200b", "family_name": "\u2060\u00ad", "native_name": "\u3164"}, "Write at least one name"),
        ({"cadence_days": "0"}, "Write a number of days"),
        ({"cadence_days": "weekly"}, "Write a number of days"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_said_in_words_and_nothing_typed_is_lost(post, rows, words):
    response, page = post("/people/new/", form_data(**({"given_name": "Ingrid", "facts": "Skis."} | rows)))
    assert response.status_code == 422
    assert words in page
    assert "Skis." in page
    assert "Constraint" not in page
    assert not Person.objects.exists()


def test_29_february_and_a_lunar_30th_are_days(post):
    dates = [birthday(2, 29), birthday(8, 30, kind="other", label="Parents' day", calendar="chinese_lunar")]
    response, _ = post("/people/new/", form_data(given_name="Linnéa", dates=dates))
    assert response.status_code == 302


def test_an_employment_does_not_end_before_it_begins_or_stand_there_twice(post, customer):
    row = {"customer": customer.pk, "from_on": "2026-03-01", "to_on": "2026-02-01"}
    assert (
        "This is before the first day."
        in post("/people/new/", form_data(given_name="A", employments=[row]))[1]
    )
    row = {"customer": customer.pk}
    _, page = post("/people/new/", form_data(given_name="A", employments=[row, row]))
    assert "This stands here twice" in page


def test_a_customer_of_somebody_else_can_not_be_chosen(post, stranger):
    other = make_customer("Iberia Import SL", owner=stranger)
    response, page = post("/people/new/", form_data(given_name="A", employments=[{"customer": other.pk}]))
    assert response.status_code == 422
    assert "Choose a customer of the list." in page
    assert "Iberia" not in page


@pytest.mark.both
def test_rows_are_changed_and_removed(post, customer):
    person = make_person(customer, given_name="Ingrid", family_name="Solheim")
    job = person.employments.get()
    old = PersonDate.objects.create(person=person, month=3, day=1)
    mail = ContactPoint.objects.create(person=person, kind="email", value="old@fjord.example")
    number = ContactPoint.objects.create(person=person, kind="phone", value="+47 555 0172 52")
    data = form_data(
        person, given_name="Ingrid", family_name="Solheim-Berg",
        employments=[{"id": job.pk, "customer": customer.pk, "role": "Owner"}],
        contact_points=[
            {"id": mail.pk, "kind": "email", "value": "new@fjord.example"},
            {"id": number.pk, "kind": "phone", "value": "+47 555 0172 52"},
        ],
        # The birthday is removed and another one entered in the same go.
        dates=[{"id": old.pk, "DELETE": "on", **birthday(3, 1)}, birthday(4, 2)],
    )  # fmt: skip
    response, page = post(f"/people/{person.pk}/edit/", data)
    assert response.status_code == 302, page
    person.refresh_from_db()
    assert person.family_name == "Solheim-Berg"
    assert [(day.month, day.day) for day in person.dates.all()] == [(4, 2)]
    assert {point.value for point in person.contact_points.all()} == {"new@fjord.example", "+47 555 0172 52"}
    assert person.employments.get().role == "Owner"


@pytest.mark.both
def test_what_changed_while_the_page_was_open_stays(client_for, post, owner, mate, customer):
    person = make_person(customer, given_name="Ingrid", family_name="Solheim", greet=False, facts="Skis.")
    page = client_for(owner).get(f"/people/{person.pk}/edit/").content.decode()
    data = form_data(person, given_name="Inga", family_name="Solheim", facts="Skis.")
    data |= dict(re.findall(r'<input type="hidden" name="(initial-\w+)"(?: value="([^"]*)")?', page))
    del data["greet"]
    person.facts, person.owner = "Skis, and sails.", mate
    person.save()
    person.archive()
    response, _ = post(f"/people/{person.pk}/edit/", data)
    assert response.status_code == 302
    person.refresh_from_db()
    assert (person.given_name, person.facts) == ("Inga", "Skis, and sails.")
    assert (person.status, person.owner) == ("archived", mate)
    newest = person.history.first()
    assert (newest.given_name, newest.facts, newest.status, newest.owner) == (
        "Inga", "Skis, and sails.", "archived", mate
    )  # fmt: skip


@pytest.mark.both
def test_who_changed_in_the_very_moment_of_saving_keeps_owner_and_status(post, customer, mate, monkeypatch):
    person = make_person(customer, given_name="Ingrid", family_name="Solheim")
    look = PersonForms.is_valid

    def change_after_the_look(forms):
        valid = look(forms)
        Person.objects.filter(pk=person.pk).update(owner=mate, status="archived")
        return valid

    monkeypatch.setattr(PersonForms, "is_valid", change_after_the_look)
    post(f"/people/{person.pk}/edit/", form_data(person, given_name="Inga", family_name="Solheim"))
    person.refresh_from_db()
    assert (person.given_name, person.status, person.owner) == ("Inga", "archived", mate)
    assert person.history.first().owner == mate


@pytest.mark.both
def test_saving_what_was_not_changed_writes_no_history(post, customer):
    person = make_person(customer, given_name="A", family_name="B")
    post(f"/people/{person.pk}/edit/", form_data(person, given_name="A", family_name="B"))
    assert person.history.count() == 1


@pytest.mark.both
def test_a_birthday_becomes_another_day_and_another_day_the_birthday(post, customer):
    person = make_person(customer, given_name="A")
    first = PersonDate.objects.create(person=person, month=3, day=1)
    second = PersonDate.objects.create(person=person, month=4, day=2, kind="other", label="name day")
    rows = [
        {"id": first.pk, **birthday(3, 1, kind="other", label="name day")},
        {"id": second.pk, **birthday(4, 2, label="")},
    ]
    # Whichever comes first in the form: there is one birthday at any moment.
    response, _ = post(f"/people/{person.pk}/edit/", form_data(person, given_name="A", dates=rows))
    assert response.status_code == 302
    assert person.dates.get(kind="birthday").pk == second.pk


def test_a_job_at_a_customer_of_somebody_else_is_not_shown_and_not_lost(post, customer, stranger):
    person = make_person(customer, given_name="A")
    Employment.objects.create(person=person, customer=make_customer("Iberia Import SL", owner=stranger))
    job = person.employments.get(customer=customer)
    _, page = post(f"/people/{person.pk}/edit/", form_data(person))
    assert "Iberia" not in page
    rows = [{"id": job.pk, "customer": customer.pk}]
    post(f"/people/{person.pk}/edit/", form_data(person, given_name="B", employments=rows))
    assert person.employments.count() == 2


def test_ten_saves_change_no_day(post, customer):
    person = make_person(customer, given_name="A")
    day = PersonDate.objects.create(person=person, month=12, day=31, year=1980)
    for _ in range(10):
        rows = [{"id": day.pk, **birthday(12, 31, year="1980")}]
        post(f"/people/{person.pk}/edit/", form_data(person, given_name="A", dates=rows))
    day.refresh_from_db()
    assert (day.month, day.day, day.year) == (12, 31, 1980)
    assert day.history.count() == 1, "what did not change is not written again"


# Entered already? --------------------------------------------------------------


@pytest.fixture
def ingrid(customer):
    person = make_person(customer, given_name="Bríd", family_name="Åkerblom")
    ContactPoint.objects.create(person=person, kind="email", value="brid@fjord.example")
    ContactPoint.objects.create(person=person, kind="phone", value="+47 91 23 45 67")
    return person


@pytest.mark.both
@pytest.mark.parametrize(
    "found",
    [
        {"contact_points": [{"kind": "email", "value": "Brid@Fjord.example"}]},
        {"contact_points": [{"kind": "phone", "value": "+47 (912) 345-67"}]},
        {"given_name": "AKERBLOM", "family_name": "brid", "employments": True},
    ],
)
def test_who_seems_to_be_there_already_is_shown_and_can_be_somebody_else(post, customer, ingrid, found):
    if found.get("employments"):
        found = found | {"employments": [{"customer": customer.pk}]}
    data = form_data(**({"given_name": "Somebody"} | found))
    response, page = post("/people/new/", data)
    assert response.status_code == 422
    assert "Is it one of these?" in page
    assert f'href="/people/{ingrid.pk}/"' in page
    assert Person.objects.count() == 1
    response, _ = post("/people/new/", data | {"somebody_else": str(ingrid.pk)})
    assert response.status_code == 302
    assert Person.objects.count() == 2


def test_the_same_name_at_another_customer_is_another_person(post, owner, ingrid):
    other = make_customer(owner=owner)
    data = form_data(given_name="Brid", family_name="Akerblom", employments=[{"customer": other.pk}])
    assert post("/people/new/", data)[0].status_code == 302


@pytest.mark.both
def test_nobody_is_named_whom_the_user_may_not_see(client_for, stranger, ingrid):
    data = form_data(given_name="A", contact_points=[{"kind": "email", "value": "brid@fjord.example"}])
    response = client_for(stranger).post("/people/new/", data)
    assert response.status_code == 302


def test_two_who_each_take_half_of_a_name_leave_a_name(post, client_for, owner, customer):
    person = make_person(customer, given_name="Ingrid", family_name="Solheim")
    path = f"/people/{person.pk}/edit/"
    page = client_for(owner).get(path).content.decode()
    shown = form_data(person, given_name="Ingrid", family_name="Solheim")
    shown |= dict(re.findall(r'<input type="hidden" name="(initial-\w+)"(?: value="([^"]*)")?', page))
    assert post(path, shown | {"given_name": ""})[0].status_code == 302
    assert post(path, shown | {"family_name": ""})[0].status_code == 302
    person.refresh_from_db()
    assert (person.given_name, person.family_name) == ("Ingrid", "")
