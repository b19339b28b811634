"""What stands in whose digest, and that it is told once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from crm.models import Customer, Digest, DigestItem, Person, PersonDate, Promise, QuietDays, ReminderSettings
from crm.reminders import delivery, jobs
from tests.factories import make_customer, make_note, make_person, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
THURSDAY = date(2026, 11, 26)


@pytest.fixture
def born(rep):
    """born(month, day, ...): somebody of the rep's with that birthday."""

    def born(month, day, name="Kari", **fields):
        person = make_person(make_customer(owner=rep, name=f"{name} AS"), given_name=name, owner=rep)
        own = {
            key: fields.pop(key)
            for key in list(fields)
            if key in {"status", "greet", "language", "time_zone"}
        }
        for key, value in own.items():
            setattr(person, key, value)
        person.save()
        return PersonDate.objects.create(person=person, month=month, day=day, **fields)

    return born


def send():
    """The worker's turn; the mails it sent."""
    before = len(mail.outbox)
    jobs.send_due()
    return mail.outbox[before:]


def test_nothing_to_say_is_no_mail(rep):
    assert send() == []
    assert Digest.objects.get().state == Digest.State.EMPTY


def test_a_birthday_is_told_on_its_day(born, rep):
    born(11, 26, year=1985)
    (sent,) = send()
    assert sent.to == [rep.email]
    assert sent.subject.startswith("Birthdays: Kari")
    assert "today · turns 41" in sent.body
    assert "Happy birthday, Kari!" in sent.body
    assert "Kari AS" in sent.body
    assert Digest.objects.get().state == Digest.State.SENT


def test_no_age_without_a_year(born):
    born(11, 26)
    (sent,) = send()
    assert "turns" not in sent.body


@pytest.mark.both
def test_it_is_sent_once_however_often_the_job_runs(born, at):
    born(11, 26)
    assert len(send()) == 1
    for minutes in range(0, 600, 60):
        at(datetime(2026, 11, 26, 8, tzinfo=UTC) + timedelta(minutes=minutes))
        assert send() == []


def test_seven_days_and_one_day_ahead_and_on_the_day(born, at):
    born(12, 3)
    said = []
    for day in range(26, 31):
        at(datetime(2026, 11, day, 8, tzinfo=UTC))
        said += [(day, sent.body) for sent in send()]
    for day in range(1, 5):
        at(datetime(2026, 12, day, 8, tzinfo=UTC))
        said += [(day, sent.body) for sent in send()]
    assert [day for day, _body in said] == [26, 2, 3]
    assert "in 7 days" in said[0][1]
    assert "tomorrow" in said[1][1]
    assert "today" in said[2][1]


def test_a_saturday_is_told_on_friday_and_says_so(born, at):
    born(11, 28)
    at(datetime(2026, 11, 27, 8, tzinfo=UTC))
    (sent,) = send()
    assert "tomorrow" in sent.body
    born(11, 29, name="Sunniva")
    at(datetime(2026, 11, 27, 9, tzinfo=UTC))
    assert send() == []


@pytest.mark.parametrize(
    "change", [{"status": "left"}, {"status": "deceased"}, {"status": "archived"}, {"greet": False}]
)
def test_nobody_is_greeted_who_left_died_or_asked_not_to_be(born, change):
    born(11, 26, **change)
    assert send() == []


def test_a_corrected_birthday_is_told_as_it_is_now(born, at):
    row = born(11, 27)
    (sent,) = send()
    assert "tomorrow" in sent.body
    row.day = 30
    row.save()
    at(datetime(2026, 11, 27, 8, tzinfo=UTC))
    # The Monday is tomorrow for a Friday's digest, as far as working days go.
    assert "Happy birthday" not in "".join(sent.body for sent in send() if "today" in sent.body)
    at(datetime(2026, 11, 30, 8, tzinfo=UTC))
    (sent,) = send()
    assert "today" in sent.body


def test_a_birthday_removed_before_sending_is_not_told(born, monkeypatch):
    row = born(11, 26)
    monkeypatch.setattr(delivery, "mail_is_set_up", lambda: False)
    assert send() == []
    row.delete()
    monkeypatch.undo()
    Digest.objects.update(next_attempt_at=timezone.now())
    assert send() == []
    assert Digest.objects.get().state == Digest.State.EMPTY


@pytest.mark.both
def test_after_three_days_of_silence_all_is_told_once_and_late(born, at, rep):
    QuietDays.objects.all().delete()
    ReminderSettings.objects.create(user=rep, weekdays="0123456")
    at(datetime(2026, 11, 25, 8, tzinfo=UTC))
    send()
    for day, name in ((26, "Anna"), (27, "Berta"), (28, "Clara"), (29, "Dora")):
        born(11, day, name=name)
    at(datetime(2026, 11, 29, 9, tzinfo=UTC))
    (sent,) = send()
    for name in ("Anna", "Berta", "Clara", "Dora"):
        assert sent.body.count(f"- {name}") == 1
    assert "3 days late" in sent.body
    assert "Happy belated birthday, Anna!" in sent.body
    assert "Happy birthday, Dora!" in sent.body
    at(datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert send() == []


def test_promises_are_told_until_they_are_kept(rep, at):
    customer = make_customer(owner=rep, name="Fjord AS")
    note = make_note(customer, rep)
    promise = Promise.objects.create(note=note, text="Send samples", due_on=date(2026, 11, 27))
    (sent,) = send()
    assert "Send samples" in sent.body
    assert "Fjord AS · we promised · tomorrow" in sent.body
    promise.done_at = timezone.now()
    promise.save()
    at(datetime(2026, 11, 27, 8, tzinfo=UTC))
    assert send() == []


def test_quiet_days_and_switched_off(born, rep, at):
    born(11, 26)
    QuietDays.objects.create(user=rep, from_on=THURSDAY, to_on=THURSDAY)
    assert send() == []
    QuietDays.objects.all().delete()
    ReminderSettings.objects.create(user=rep, is_on=False)
    assert send() == []
    ReminderSettings.objects.update(is_on=True, off=["birthday"])
    assert send() == []


def test_items_are_unique(born, rep):
    born(11, 26)
    send()
    keys = DigestItem.objects.values_list("user", "kind", "subject", "occurs_on", "lead")
    assert len(keys) == len(set(keys)) > 0


def test_a_day_is_the_one_where_the_person_is(rep, born, at):
    rep.time_zone = "Asia/Seoul"
    rep.save()
    born(11, 26, time_zone="America/New_York")
    at(datetime(2026, 11, 26, 22, 30, tzinfo=UTC))
    (sent,) = send()
    assert "today there, 26 Nov" in sent.body
    assert "Happy birthday, Kari!" in sent.body


def test_after_a_handover_the_one_before_is_told_nothing(rep, born, at, monkeypatch):
    row = born(11, 26)
    monkeypatch.setattr(delivery, "mail_is_set_up", lambda: False)
    send()
    monkeypatch.undo()
    heir = make_user("heir@example.com", name="Heir", time_zone="Europe/Berlin", language="en")
    row.person.owner = heir
    row.person.save()
    Customer.objects.update(owner=heir)
    Digest.objects.update(next_attempt_at=timezone.now())
    assert [mail.to for mail in send() if rep.email in mail.to] == []


def test_who_switches_them_off_gets_none_that_waits(rep, born, monkeypatch):
    born(11, 26)
    monkeypatch.setattr(delivery, "mail_is_set_up", lambda: False)
    send()
    monkeypatch.undo()
    ReminderSettings.objects.update_or_create(user=rep, defaults={"is_on": False})
    Digest.objects.update(next_attempt_at=timezone.now())
    assert send() == []


def test_a_long_silence_is_told_once_however_long_it_lasts(rep, at):
    person = make_person(make_customer(owner=rep), given_name="Kari", owner=rep, cadence_days=30)
    Person.objects.update(created_at=datetime(2026, 3, 1, tzinfo=UTC))
    (first,) = send()
    assert "Not in touch for too long" in first.body
    assert str(person) in first.body
    for day in (27, 30):
        at(datetime(2026, 11, day, 8, tzinfo=UTC))
        assert send() == []


def test_a_promise_put_off_before_its_mail_left_is_told_as_it_is_now(rep, at, monkeypatch):
    note = make_note(make_customer(owner=rep, name="Fjord AS"))
    promise = Promise.objects.create(note=note, text="Send samples", due_on=date(2026, 11, 26))
    monkeypatch.setattr(delivery, "mail_is_set_up", lambda: False)
    send()
    monkeypatch.undo()
    promise.due_on = date(2026, 11, 27)
    promise.save()
    at(datetime(2026, 11, 27, 8, tzinfo=UTC))
    (sent,) = send()
    assert sent.body.count("Send samples") == 1
    assert "today" in sent.body


def test_what_was_not_known_is_not_late(rep, born, at):
    send()
    born(12, 1)
    at(datetime(2026, 11, 27, 8, tzinfo=UTC))
    assert all("late" not in mail.body for mail in send())
