"""Mail servers that accept, refuse, hang, drop and come back: each reminder arrives once, or stands as not confirmed."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from django.utils import timezone

from crm.models import Digest, DigestItem, PersonDate
from crm.reminders import delivery, jobs, mail
from crm.reminders.planning import plan_due
from tests.crm.reminders.smtp import Handler, Server, free_port
from tests.factories import make_customer, make_person, make_user

pytestmark = pytest.mark.django_db(transaction=True)
State = Digest.State


@pytest.fixture(scope="module")
def controller():
    server = Server(Handler(), hostname="127.0.0.1", port=free_port())
    server.start()
    yield server
    server.stop(no_assert=True)


@pytest.fixture
def server(controller, settings):
    """The server's handler: its mood, and what it took."""
    controller.handler.__init__()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", controller.port, 1
    return controller.handler


@pytest.fixture
def birthday(rep):
    person = make_person(make_customer(owner=rep), given_name="Kari", owner=rep)
    return PersonDate.objects.create(person=person, month=11, day=26)


def pass_time(at, **delta):
    at(timezone.now() + timedelta(**delta))


def bodies(server):
    found = []
    for envelope in server.taken:
        received = message_from_bytes(envelope.content)
        found.append(received.get_payload(0).get_payload(decode=True).decode())
    return found


def test_it_arrives_with_what_mail_programs_ask_for(server, birthday, rep):
    jobs.send_due()
    (envelope,) = server.taken
    received = message_from_bytes(envelope.content)
    row = Digest.objects.get()
    assert envelope.rcpt_tos == [rep.email]
    assert received["Message-ID"] == row.message_id
    assert received["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert received["List-Unsubscribe"].strip().startswith("<http")
    assert [part.get_content_type() for part in received.get_payload()] == ["text/plain", "text/html"]
    assert row.state == State.SENT
    assert row.sent_at


@pytest.mark.parametrize("mood", ["refuse_recipient", "busy", "refuse_content", "greylist"])
def test_a_refusal_is_tried_again_and_loses_nothing(server, birthday, at, mood):
    server.mood = mood
    jobs.send_due()
    row = Digest.objects.get()
    assert (row.state, server.taken) == (State.PLANNED, [])
    assert row.error
    assert row.first_refused_at == timezone.now()
    # Not at once again.
    jobs.send_due()
    assert Digest.objects.get().attempts == 1
    server.mood = "accept"
    pass_time(at, minutes=6)
    jobs.send_due()
    assert len(server.taken) == 1
    assert Digest.objects.get().state == State.SENT


def test_nobody_at_the_address_is_tried_again(server, birthday, settings, at):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    jobs.send_due()
    assert Digest.objects.get().state == State.PLANNED
    settings.EMAIL_PORT = port
    pass_time(at, minutes=6)
    jobs.send_due()
    assert len(server.taken) == 1


@pytest.mark.parametrize("mood", ["hang", "drop", "babble"])
def test_what_was_taken_without_a_word_stands_as_not_confirmed(server, birthday, at, mood):
    server.mood = mood
    jobs.send_due()
    assert Digest.objects.get().state == State.UNCONFIRMED
    server.mood = "accept"
    for _hour in range(5):
        pass_time(at, hours=1)
        jobs.send_due()
    assert len(server.taken) == 1
    # The next digest says so.
    pass_time(at, days=1)
    jobs.send_due()
    assert len(server.taken) == 2
    assert "nobody knows whether an earlier mail arrived" in bodies(server)[1]
    assert "Kari" in bodies(server)[1]
    pass_time(at, days=3)
    jobs.send_due()
    assert len(server.taken) == 2


def test_taken_in_other_words_is_taken(server, birthday, at):
    server.mood = "reword"
    jobs.send_due()
    assert Digest.objects.get().state == State.SENT
    pass_time(at, hours=1)
    jobs.send_due()
    assert len(server.taken) == 1


@pytest.mark.parametrize("next_mood", ["drop", "busy"])
def test_what_is_not_confirmed_is_repeated_until_a_mail_arrives(server, birthday, rep, at, next_mood):
    """Also where the mail that was to repeat it was lost in turn, or never got out."""
    tomorrow = make_person(make_customer(owner=rep), given_name="Berta", owner=rep)
    PersonDate.objects.create(person=tomorrow, month=11, day=27)
    server.mood = "drop"
    jobs.send_due()
    server.mood = next_mood
    pass_time(at, days=1)
    jobs.send_due()
    server.taken.clear()
    server.mood = "accept"
    # Monday.
    pass_time(at, days=3)
    jobs.send_due()
    (body,) = bodies(server)
    repeated = body.partition("nobody knows whether an earlier mail arrived")[2]
    assert "- Kari" in repeated
    # And once: it has arrived.
    pass_time(at, days=1)
    jobs.send_due()
    assert len(server.taken) == 1


def test_after_three_days_without_a_server_all_arrives_once(server, birthday, rep, at):
    for day, name in ((27, "Berta"), (28, "Clara"), (29, "Dora")):
        person = make_person(make_customer(owner=rep), given_name=name, owner=rep)
        PersonDate.objects.create(person=person, month=11, day=day)
    server.mood = "busy"
    for _hour in range(72):
        jobs.send_due()
        pass_time(at, hours=1)
    items = set(DigestItem.objects.values_list("kind", "subject", "occurs_on", "lead"))
    server.mood = "accept"
    for _hour in range(24):
        jobs.send_due()
        pass_time(at, hours=1)
    (body,) = bodies(server)
    for name in ("Kari", "Berta", "Clara", "Dora"):
        assert body.count(f"- {name}") == 1, body
    assert items <= set(DigestItem.objects.values_list("kind", "subject", "occurs_on", "lead"))
    assert not Digest.objects.filter(state=State.PLANNED).exists()


def test_two_workers_send_one_mail(server, birthday, monkeypatch):
    plan_due(timezone.now())
    first, second = delivery.claim(Digest, timezone.now()), delivery.claim(Digest, timezone.now())
    assert second is None
    delivery.deliver(first, mail.digest_message)
    assert len(server.taken) == 1


def test_a_claim_that_was_lost_sends_nothing(server, birthday):
    plan_due(timezone.now())
    row = delivery.claim(Digest, timezone.now())
    Digest.objects.update(token="somebody-else")
    delivery.deliver(row, mail.digest_message)
    assert server.taken == []


def test_a_process_that_died_before_the_mark_is_followed_by_the_next(server, birthday, at):
    plan_due(timezone.now())
    delivery.claim(Digest, timezone.now())
    pass_time(at, minutes=5)
    jobs.send_due()
    assert server.taken == []
    pass_time(at, minutes=6)
    jobs.send_due()
    assert len(server.taken) == 1


def test_a_process_that_died_after_the_mark_is_not(server, birthday, at):
    plan_due(timezone.now())
    row = delivery.claim(Digest, timezone.now())
    Digest.objects.filter(pk=row.pk).update(state=State.HANDED_OVER)
    pass_time(at, minutes=11)
    jobs.send_due()
    assert server.taken == []
    assert Digest.objects.get().state == State.UNCONFIRMED


def test_an_administrator_sends_again_or_gives_up(server, birthday):
    server.mood = "busy"
    jobs.send_due()
    row = Digest.objects.get()
    assert delivery.give_up(row)
    jobs.send_due()
    assert Digest.objects.get().state == State.GIVEN_UP
    server.mood = "accept"
    assert delivery.retry(row)
    jobs.send_due()
    assert len(server.taken) == 1


def test_a_line_of_one_full_stop_stays(server, rep, at):
    """As the wire doubles and undoubles it."""
    person = make_person(make_customer(owner=rep), given_name=".", owner=rep)
    PersonDate.objects.create(person=person, month=11, day=datetime(2026, 11, 26, tzinfo=UTC).day)
    jobs.send_due()
    assert len(server.taken) == 1


def test_one_mail_that_cannot_be_written_keeps_no_other_back(server, birthday, rep, at, monkeypatch):
    at(datetime(2026, 1, 6, tzinfo=UTC))
    other = make_user("other@example.com", name="Other", time_zone="Europe/Berlin", language="en")
    at(datetime(2026, 11, 26, 8, tzinfo=UTC))
    person = make_person(make_customer(owner=other), given_name="Ola", owner=other)
    PersonDate.objects.create(person=person, month=11, day=26)
    compose = mail.contents

    def broken(digest, *args):
        if digest.user == rep:
            raise KeyError("broken")
        return compose(digest, *args)

    monkeypatch.setattr(mail, "contents", broken)
    jobs.send_due()
    assert [envelope.rcpt_tos for envelope in server.taken] == [["other@example.com"]]
    assert Digest.objects.get(user=rep).state == State.PLANNED


@pytest.mark.parametrize("address", ["kåri@example.no", "rep@exämple.no"])
def test_an_address_of_odd_letters_stops_nobody(server, birthday, rep, address):
    rep.email = address
    rep.save()
    jobs.send_due()
    assert Digest.objects.get().state in (State.SENT, State.PLANNED)


def test_a_server_that_is_not_there_is_asked_once_a_round(server, birthday, rep, settings, at):
    at(datetime(2026, 1, 6, tzinfo=UTC))
    other = make_user("other@example.com", name="Other", time_zone="Europe/Berlin", language="en")
    at(datetime(2026, 11, 26, 8, tzinfo=UTC))
    person = make_person(make_customer(owner=other), given_name="Ola", owner=other)
    PersonDate.objects.create(person=person, month=11, day=26)
    settings.EMAIL_PORT = free_port()
    jobs.send_due()
    assert sorted(Digest.objects.values_list("attempts", flat=True)) == [0, 1]
    assert set(Digest.objects.values_list("state", flat=True)) == {State.PLANNED}
