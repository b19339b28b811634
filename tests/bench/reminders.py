"""A day of reminders planned for 200 users who keep 100 000 people, beside the loop that one would write: each user,
each person of his, when is the next birthday?"""

import random
import statistics
import time
from datetime import UTC, datetime, timedelta

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from crm.models import Digest, DigestItem, Person, PersonDate
from crm.reminders.planning import plan_due
from tests.bench import apart, search
from tests.bench import people_and_notes as company

USERS, PEOPLE_OF_A_USER = 200, 500
SAMPLE = 4
# A Thursday; all are at their desks.
MORNING = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAYS = 4


def run():
    with time_machine.travel(MORNING - timedelta(days=90), tick=True):
        few = fill(USERS // 10)
    few = planned(few)
    with time_machine.travel(MORNING - timedelta(days=90), tick=True):
        users = fill(USERS)
    all_of_them = planned(users)
    print(f"{'':<34}{len(users):>5} users{Person.objects.count():>9,} people{'questions':>18}{'writes':>9}")
    for name, figures in (("a tenth of it: ", few), ("", all_of_them)):
        for what, (seconds, reads, writes, reminders) in figures.items():
            words = f"{name}{what}"
            print(f"{words:<44}{seconds:>6.2f} s{reminders:>8,} reminders{reads:>6}{writes:>9}", flush=True)
    ours = all_of_them["an ordinary day"][0]
    plain = naive(users[:SAMPLE]) * len(users) / SAMPLE
    print(f"{'user by user, person by person':<34}{plain:>9.1f} s: {plain / ours:.0f} times as long")


def fill(users):
    """So many users with their people and nobody else; the people's birthdays are of all calendars."""
    apart.empty(Person, User)
    draw = random.Random(users)
    reps = User.objects.bulk_create(
        User(email=f"reminded{n}@bench.example", name=f"Rep {n:03}", password="!", last_login=MORNING)
        for n in range(users)
    )
    shops = company.make_customers(draw, users * company.CUSTOMERS_OF_A_REP, reps)
    company.make_people(draw, users * PEOPLE_OF_A_USER, shops)
    PersonDate.objects.all().delete()
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    PersonDate.objects.bulk_create([birthday(draw, pk) for pk in people], batch_size=company.BATCH)
    Person.objects.filter(pk__in=people[::400]).update(cadence_days=60)
    search.analyze()
    return reps


def birthday(draw, person):
    name = draw.choices(["gregorian", "korean_lunar", "chinese_lunar"], [6, 3, 1])[0]
    return PersonDate(
        person_id=person, calendar=name, month=draw.randint(1, 12), missing=draw.choice(["before", "after"]),
        day=draw.randint(1, 28 if name == "gregorian" else 30),
        leap_month=name != "gregorian" and draw.random() < 0.03,
        year=draw.choice([None, draw.randint(1950, 2000)]),
    )  # fmt: skip


def planned(users):
    """{what: (seconds, questions, writes, reminders)}: the first day, which looks back a week, and the days after it.

    Rows are written in batches, as long as the database takes them: SQLite takes short ones.
    """
    days = []
    for day in range(DAYS):
        now = MORNING + timedelta(days=day if day < 2 else day + 2)
        before = items()
        with time_machine.travel(now, tick=True), CaptureQueriesContext(connection) as asked:
            started = time.perf_counter()
            count = plan_due(now)
            seconds = time.perf_counter() - started
        assert count == len(users)
        Digest.objects.exclude(state=Digest.State.EMPTY).update(state=Digest.State.SENT)
        reads = sum(query["sql"].startswith("SELECT") for query in asked.captured_queries)
        days.append((seconds, reads, len(asked) - reads, items() - before))
    seconds, *counts = (statistics.median(of) for of in zip(*days[1:], strict=True))
    return {"the first day": days[0], "an ordinary day": (seconds, *map(int, counts))}


def items():
    return DigestItem.objects.count()


def naive(users):
    """Seconds for the birthdays alone."""
    started = time.perf_counter()
    today = MORNING.date()
    for user in users:
        for person in Person.objects.filter(owner=user, status=Person.Status.ACTIVE):
            for row in person.dates.filter(kind=PersonDate.Kind.BIRTHDAY):
                coming = row.next(today)
                person.is_due = coming and (coming.on - today).days in (0, 1, 7)
    return time.perf_counter() - started
