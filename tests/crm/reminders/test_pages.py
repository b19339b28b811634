"""The page of one's reminders, stopping them from a mail, and the signs of a worker that is not there."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.models import Greeting, Heartbeat, PersonDate, QuietDays, ReminderSettings
from crm.reminders import health, mail
from tests.factories import make_customer, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def client(rep, client_for):
    return client_for(rep)


@pytest.fixture
def birthday(rep):
    person = make_person(make_customer(owner=rep), given_name="Kari", owner=rep)
    return PersonDate.objects.create(person=person, month=11, day=27, year=1985)


def test_the_next_five_are_shown_as_they_would_be_sent(client, birthday):
    page = client.get(reverse("reminders")).content.decode()
    assert page.count("<h3>") == 5
    assert "today · turns 41" in page
    birthday.day = 30
    birthday.save()
    page = client.get(reverse("reminders")).content.decode()
    assert "30 Nov" in page


def test_a_page_asks_as_often_for_many_as_for_few(client, rep, birthday):
    counts = []
    for wanted in (5, 30):
        for n in range(wanted):
            person = make_person(make_customer(owner=rep), given_name=f"P{n}", owner=rep)
            PersonDate.objects.create(person=person, month=12, day=1 + n % 5)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("reminders"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def answers(**changes):
    kinds = ("overdue", "expected", "birthday", "date", "promise", "contact", "closure", "holiday", "fiscal")
    data = {"is_on": "on", "hour": "6", "weekdays": ["0", "2"]}
    data |= {f"on_{kind}": "on" for kind in kinds} | {f"leads_{kind}": "0" for kind in kinds}
    return data | changes


def test_what_is_said_is_kept(client, rep):
    assert (
        client.post(reverse("reminders"), answers(leads_birthday="14, 1 0", on_holiday="")).status_code == 302
    )
    row = ReminderSettings.objects.get(user=rep)
    assert (row.hour, row.weekdays, row.off, row.leads["birthday"]) == (6, "02", ["holiday"], [0, 1, 14])
    page = client.get(reverse("reminders")).content.decode()
    assert 'value="14, 1, 0"' in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"leads_birthday": "soon"}, "Write days from 0 to 60"),
        ({"leads_birthday": "61"}, "Write days from 0 to 60"),
        ({"weekdays": []}, "At least one day of the week"),
        ({"hour": "25"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said(client, rep, changes, words):
    response = client.post(reverse("reminders"), answers(**changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ReminderSettings.objects.exists()


def test_quiet_days_come_and_go(client, rep):
    client.post(reverse("quiet_days"), {"from_on": "2026-12-24", "to_on": "2027-01-03"})
    row = QuietDays.objects.get(user=rep)
    assert "24 Dec" in client.get(reverse("reminders")).content.decode()
    client.post(reverse("quiet_days_remove", args=[row.pk]))
    assert not QuietDays.objects.exists()
    response = client.post(reverse("quiet_days"), {"from_on": "2027-01-03", "to_on": "2026-12-24"})
    assert response.status_code == 422
    assert "before the first day" in response.content.decode()


def test_a_test_mail_says_whether_it_left(client, rep, mailoutbox, settings):
    client.post(reverse("reminders_test"))
    assert mailoutbox[0].to == [rep.email]
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = client.post(reverse("reminders_test"), follow=True).content.decode()
    assert "No mail server is set up" in page


def test_greeted_is_written_down_and_told_next_year(client, rep, birthday, at):
    path = reverse("greet", args=[birthday.pk, "2026-11-27"])
    assert "Happy birthday, Kari!" in client.get(path).content.decode()
    client.post(path, {"text": "Happy birthday!", "gift": "a book on Oslo"})
    assert Greeting.objects.get().gift == "a book on Oslo"
    client.post(path, {"text": "Happy birthday!", "gift": "two books"})
    assert Greeting.objects.get().gift == "two books"
    page = client.get(birthday.person.get_absolute_url()).content.decode()
    assert "two books" in page
    at(timezone.now() + timedelta(days=360))
    client.force_login(rep)
    assert "last year: two books" in client.get(reverse("reminders")).content.decode()


def stop(client, rep, kind):
    return client.post(mail.stop_url(rep, kind).removeprefix("http://127.0.0.1:8000"),
                       {"List-Unsubscribe": "One-Click"})  # fmt: skip


def test_one_click_stops_a_kind_without_a_session(rep, client_for):
    bare = Client(enforce_csrf_checks=True)
    assert stop(bare, rep, "birthday").status_code == 200
    assert ReminderSettings.objects.get(user=rep).off == ["birthday"]
    stop(bare, rep, "birthday")
    assert ReminderSettings.objects.get(user=rep).off == ["birthday"]
    stop(bare, rep, mail.EVERYTHING)
    assert not ReminderSettings.objects.get(user=rep).is_on


def test_a_look_at_the_link_stops_nothing(rep, client_for):
    path = mail.stop_url(rep, "birthday").removeprefix("http://127.0.0.1:8000")
    assert client_for(None).get(path).status_code == 200
    assert not ReminderSettings.objects.exists()


@pytest.mark.parametrize(
    "token", ["guess", "WzEsImFsbCJd:1xWUOe:Dmip5pTZwALBZdrHSUof7JnbIw1ll0NH7GW2RFSNieA"]
)
def test_a_token_that_nobody_signed_is_gone(rep, client_for, token):
    response = client_for(None).post(reverse("reminders_stop", args=[token]))
    assert response.status_code == 410
    assert not ReminderSettings.objects.exists()


def test_a_worker_that_is_silent_is_seen_everywhere(client, at):
    health.beat(timezone.now())
    at(timezone.now() + timedelta(minutes=9))
    assert "Reminders stand still" not in client.get(reverse("customers")).content.decode()
    assert client.get("/healthz/worker").status_code == 200
    call_command("check_worker")
    at(timezone.now() + timedelta(minutes=2))
    for name in ("customers", "people", "reminders", "accounts:settings"):
        assert "Reminders stand still" in client.get(reverse(name)).content.decode()
    assert client.get("/healthz/worker").status_code == 503
    assert client.get("/healthz").status_code == 200
    with pytest.raises(CommandError, match="ago"):
        call_command("check_worker")


def test_a_worker_that_never_ran_is_no_health(client):
    assert client.get("/healthz/worker").status_code == 503
    with pytest.raises(CommandError, match="never"):
        call_command("check_worker")


def test_the_job_says_that_it_was_there(rep):
    call_command("send_due")
    assert Heartbeat.objects.get().at == timezone.now()


def test_a_test_mail_speaks_the_language_of_the_page(client, rep, mailoutbox):
    rep.language = ""
    rep.save()
    client.post(reverse("reminders_test"), headers={"accept-language": "ko"})
    assert mailoutbox[0].subject == "알림 시험 메일"
