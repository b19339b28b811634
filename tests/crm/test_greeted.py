"""Greeting is written down without the mail: on the person's page and on Today."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.models import Dismissal, Greeting, PersonDate
from tests.factories import make_customer, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kari(owner):
    return make_person(make_customer(owner=owner), given_name="Kari", family_name="Holm", owner=owner)


def born(person, month, day):
    return PersonDate.objects.create(person=person, month=month, day=day)


def greeted(person, row, by, on=date(2025, 11, 28), **said):
    return Greeting.objects.create(person=person, date=row, occurs_on=on, by=by, greeted_at=NOW, **said)


@pytest.mark.parametrize(
    ("month", "day", "occurrence"),
    [
        (11, 26, "2026-11-26"),
        (12, 10, "2026-12-10"),
        (12, 11, None),
        (11, 19, "2026-11-19"),
        (11, 18, None),
    ],
)
def test_he_can_be_greeted_two_weeks_before_and_a_week_after_his_day(
    client_for, owner, kari, month, day, occurrence
):
    row = born(kari, month, day)
    page = client_for(owner).get(kari.get_absolute_url()).content.decode()
    path = reverse("greet", args=[row.pk, occurrence or f"2026-{month}-{day}"])
    assert (path in page) == bool(occurrence)


def test_who_was_greeted_or_wants_no_greeting_is_not_to_be(client_for, owner, kari):
    row = born(kari, 11, 28)
    path = reverse("greet", args=[row.pk, "2026-11-28"])
    client = client_for(owner)
    assert path in client.get(kari.get_absolute_url()).content.decode()
    said = greeted(kari, row, owner, on=date(2026, 11, 28))
    assert path not in client.get(kari.get_absolute_url()).content.decode()
    said.delete()
    kari.greet = False
    kari.save()
    assert path not in client.get(kari.get_absolute_url()).content.decode()


def test_the_last_greetings_stand_beside_the_birthday(client_for, owner, mate, kari):
    row = born(kari, 11, 28)
    greeted(kari, row, owner, gift="a book")
    greeted(kari, row, mate, on=date(2024, 11, 28), text="Happy <birthday>")
    for year in (2021, 2022, 2023):
        greeted(kari, row, owner, on=date(year, 11, 28))
    page = client_for(owner).get(kari.get_absolute_url()).content.decode()
    assert "Greeted 28 Nov 2025: a book" in page
    assert f"Greeted 28 Nov 2024: Happy &lt;birthday&gt; · {mate}" in " ".join(page.split())
    assert "Greeted 28 Nov 2023<" in page
    assert "Greeted 28 Nov 2022" not in page


def test_before_one_greets_one_reads_what_was_given(client_for, owner, kari):
    row = born(kari, 11, 28)
    greeted(kari, row, owner, gift="a book")
    page = client_for(owner).get(reverse("greet", args=[row.pk, "2026-11-28"])).content.decode()
    assert "Greeted 28 Nov 2025: a book" in page


def test_a_person_with_many_greetings_takes_as_many_queries(client_for, owner, kari):
    client, counts = client_for(owner), []
    for years in (range(2020, 2022), range(2000, 2020)):
        row = kari.dates.first() or born(kari, 11, 28)
        for year in years:
            greeted(kari, row, owner, on=date(year, 11, 28))
        with CaptureQueriesContext(connection) as queries:
            client.get(kari.get_absolute_url())
        counts.append(len(queries))
    # The timeline of the person has its own way of showing more.
    assert counts[0] == counts[1]


def answer(client, kari, **said):
    about = {"kind": "birthday", "subject": kari.pk, "occurrence": "2026-11-28"}
    return client.post(reverse("dismiss"), about | said, follow=True)


@pytest.mark.both
def test_greeted_on_today_is_written_down_and_taken_back(client_for, owner, kari):
    row, client = born(kari, 11, 28), client_for(owner)
    page = answer(client, kari, answer="done").content.decode()
    assert "Written down: Kari Holm was greeted." in page
    said = Greeting.objects.get()
    assert (said.person, said.date, said.occurs_on, said.by) == (kari, row, date(2026, 11, 28), owner)
    assert said.greeted_at == timezone.now()
    about = {"kind": "birthday", "subject": kari.pk, "occurrence": "2026-11-28"}
    client.post(reverse("dismiss_undo"), about)
    assert not Greeting.objects.exists()
    assert not Dismissal.objects.exists()


def test_taking_it_back_keeps_what_was_written(client_for, owner, kari):
    row, client = born(kari, 11, 28), client_for(owner)
    answer(client, kari, answer="done")
    client.post(reverse("greet", args=[row.pk, "2026-11-28"]), {"gift": "a book"})
    client.post(reverse("dismiss_undo"), {"kind": "birthday", "subject": kari.pk, "occurrence": "2026-11-28"})
    assert Greeting.objects.get().gift == "a book"


@pytest.mark.parametrize("said", [{"days": "1"}, {"answer": "dismissed", "reason": "noise"}])
def test_later_and_never_are_no_greeting(client_for, owner, kari, said):
    born(kari, 11, 28)
    answer(client_for(owner), kari, **said)
    assert not Greeting.objects.exists()


def test_who_was_greeted_from_the_mail_is_done_on_today(client_for, owner, kari):
    row, client = born(kari, 11, 28), client_for(owner)
    assert "Kari Holm" in client.get("/").content.decode()
    client.post(reverse("greet", args=[row.pk, "2026-11-28"]), {"text": "Happy birthday!"})
    assert Dismissal.objects.get().answer == Dismissal.Answer.DONE
    page = client.get("/").content.decode()
    assert f'id="more-birthday-{kari.pk}"' not in page


def test_a_name_day_answers_no_birthday(client_for, owner, kari):
    row = PersonDate.objects.create(person=kari, kind="other", label="Name day", month=11, day=28)
    client_for(owner).post(reverse("greet", args=[row.pk, "2026-11-28"]), {"text": "Hello"})
    assert Greeting.objects.exists()
    assert not Dismissal.objects.exists()
