"""Workers killed with -9 while they send reminders, and several at the same time: each reminder arrives once, or it is
said that nobody knows, and the next digest repeats it."""

import asyncio
import random
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from tests.crm.reminders.smtp import Handler, Server, free_port

KILLS, RACES, PROCESSES = 100, 100, 4
USERS, PEOPLE = 8, 90
FIRST, DAYS = "2026-03-20", 90
KILLED = -9
LEADS = (0, 1, 7)
NOT_SURE = "Perhaps you have these already"

pytestmark = pytest.mark.slow


class Unhurried(Handler):
    """Takes what it gets, in its time: a mail server thinks before it takes a mail, and after."""

    seconds = 0

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.seconds)
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self.seconds)
        return answer


@pytest.fixture
def server(monkeypatch):
    """The installation's mails go there."""
    controller = Server(Unhurried(), hostname="127.0.0.1", port=free_port())
    controller.start()
    monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{controller.port}")
    yield controller.handler
    controller.stop(no_assert=True)


@pytest.fixture
def host(server, start_host):
    with start_host("reminder_host") as ask:
        yield ask


def test_killed_anywhere_none_is_lost_and_none_doubled(server, host):
    server.seconds = 0.02
    born = host("start", USERS, PEOPLE, FIRST, DAYS)
    now = datetime.fromisoformat(FIRST).replace(tzinfo=UTC) + timedelta(days=1)
    whole, code = host("work", now.isoformat())
    assert code == 0
    chance, killed = random.Random(11), 0
    while killed < KILLS:
        # While a claim of the dead one holds, when it no longer does, later on the same day, and on the next.
        now += chance.choice(
            [timedelta(minutes=5), timedelta(minutes=12), timedelta(hours=9), timedelta(days=1)]
        )
        _seconds, code = host("work", now.isoformat(), chance.uniform(0, 1.05) * whole)
        killed += code == KILLED
    now, told_through = settled(host, now)

    taken = taken_by(server)
    digests = host("digests")
    counted = check(digests, taken, born, told_through)
    print(
        f"{killed} kills; {counted['sent']} digests sent, {counted['unconfirmed']} not confirmed, of which the server "
        f"had taken {counted['unconfirmed, taken']}; {counted['reminders']} reminders, 0 lost, 0 doubled"
    )
    assert counted["unconfirmed"] > 0


def settled(host, now):
    """Time goes on, without kills, until nothing is on its way and every digest that is not confirmed had a next one."""
    for _turn in range(400):
        now += timedelta(hours=3)
        _seconds, code = host("work", now.isoformat())
        assert code == 0
        rows = host("digests")
        arrived = {row[0] for row in rows if row[1] == "sent"}
        waiting = [row for row in rows if row[1] == "unconfirmed" and row[4] not in arrived]
        if not waiting and not host("unsettled"):
            return now, now.date() - timedelta(days=1)
    pytest.fail("It never comes to rest.")


def taken_by(server):
    """{message id: [its text]}; all of them, so that a doubled one is seen."""
    # A connection that was cut off may still be read to its end.
    time.sleep(0.5)
    found = {}
    for envelope in server.taken:
        received = message_from_bytes(envelope.content, policy=default)
        found.setdefault(received["Message-ID"], []).append(received.get_body(("plain",)).get_content())
    return found


def check(digests, taken, born, told_through):
    counted = Counter()
    told = Counter()
    assert set(taken) <= {row[0] for row in digests}
    for message_id, state, day, address, repeated_in, items in digests:
        where = f"{address} {day} {state}"
        bodies = taken.get(message_id, [])
        counted[state] += 1
        assert len(bodies) <= 1, f"{where}: doubled"
        told.update((address, name, occurs_on, lead) for name, occurs_on, lead, _silent in items)
        names = {name for name, _on, _lead, silent in items if not silent}
        if state == "sent":
            assert bodies, f"{where}: lost"
        elif state == "unconfirmed":
            counted["unconfirmed, taken"] += len(bodies)
            # Until a mail of which it is known that it came.
            (text,) = taken[repeated_in]
            assert names <= names_in(text.partition(NOT_SURE)[2]), where
        else:
            assert state in {"empty", "merged"}, where
            assert not bodies, where
            assert not names, where
        for text in bodies:
            assert names_in(text.partition(NOT_SURE)[0]) == names, where
    expected = {
        (address, name, occurs_on, lead)
        for address, name, occurs_on in born
        for lead in LEADS
        if date.fromisoformat(FIRST) <= date.fromisoformat(occurs_on) - timedelta(days=lead) <= told_through
    }
    counted["reminders"] = len(expected)
    assert expected - set(told) == set()
    assert set(told.values()) == {1}
    return counted


def names_in(text):
    """Whom the lines of a digest are about."""
    return {line[2:].partition(":")[0] for line in text.splitlines() if line.startswith("- ")}


def test_four_at_the_same_time_send_one_mail(server, host):
    born = host("start", USERS, PEOPLE, FIRST, DAYS)
    now = datetime.fromisoformat(FIRST).replace(tzinfo=UTC)
    for _race in range(RACES):
        now += timedelta(hours=14)
        assert host("race", now.isoformat(), PROCESSES) == [0] * PROCESSES
        assert host("unsettled") == 0
    counted = check(host("digests"), taken_by(server), born, now.date() - timedelta(days=1))
    print(f"{RACES} times {PROCESSES} processes: {counted['sent']} digests, each once")
    assert counted["unconfirmed"] == 0
