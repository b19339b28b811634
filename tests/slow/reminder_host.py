"""The installation in which those are killed who send reminders: see tests.slow.workers."""

import random
from datetime import date, datetime, timedelta

import time_machine
from django.db import transaction

from accounts.models import User
from crm.models import Customer, Digest, DigestItem, Employment, Person, PersonDate, ReminderSettings
from crm.reminders import jobs
from tests.slow import workers

ZONES = ["Asia/Seoul", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]
ON_ITS_WAY = [Digest.State.PLANNED, Digest.State.CLAIMED, Digest.State.HANDED_OVER]


def serve():
    workers.serve(COMMANDS)


def start(users, people, first, days):
    """`users`, each with `people` of whom somebody has his birthday in most of the days to come.

    Answers [address of the user, name, birthday].
    """
    chance, told = random.Random(users * people), []
    first = date.fromisoformat(first)
    before = datetime.combine(first - timedelta(days=3), datetime.min.time())
    with time_machine.travel(before, tick=False), transaction.atomic():
        for number in range(users):
            zone = ZONES[number % len(ZONES)]
            user = User.objects.create_user(
                f"rep{number}@example.com", "a password of his own", name=f"Rep {number}", time_zone=zone, language="en"
            )  # fmt: skip
            ReminderSettings.objects.create(
                user=user, weekdays="0123456", off=["date", "promise", "contact", "holiday"]
            )
            customer = Customer.objects.create(
                code=f"C{number}", name=f"Customer {number}", owner=user, time_zone=zone
            )
            for place in range(people):
                person = Person.objects.create(
                    given_name="Kari", family_name=f"No{number}x{place}", owner=user
                )
                Employment.objects.create(person=person, customer=customer)
                born = first + timedelta(days=chance.randrange(days))
                PersonDate.objects.create(person=person, month=born.month, day=born.day)
                told.append([user.email, str(person), born.isoformat()])
    # A worker has long been warm: what is read once must not take up the time in which it is killed.
    _turn(first.isoformat())
    return told


def work(now, kill_after=None):
    """A worker's turn at some moment: (seconds that it had, exit code)."""
    return workers.forked(lambda: _turn(now), kill_after)


def race(now, processes):
    return workers.at_once(lambda: _turn(now), processes)


def _turn(now):
    with time_machine.travel(datetime.fromisoformat(now)):
        jobs.send_due()


def unsettled():
    """How many are neither sent nor known not to be known."""
    return Digest.objects.filter(state__in=ON_ITS_WAY).count()


def digests():
    """[message id, state, day, address, message id of the one that repeats it, [(person, occurrence, days ahead, silent)]]"""
    names = {row.pk: str(row.person) for row in PersonDate.objects.select_related("person")}
    items = {}
    for item in DigestItem.objects.order_by("pk"):
        line = names[item.subject], item.occurs_on.isoformat(), item.lead, item.silent
        items.setdefault(item.digest_id, []).append(line)
    return [
        [row.message_id, row.state, row.day.isoformat(), row.user.email,
         row.repeated_in.message_id if row.repeated_in else None, items.get(row.pk, [])]
        for row in Digest.objects.select_related("user", "repeated_in").order_by("day", "pk")
    ]  # fmt: skip


COMMANDS = {"start": start, "work": work, "race": race, "unsettled": unsettled, "digests": digests}
