"""A year day by day, for users all around the world and people with all kinds of birthdays: every occurrence and every
lead stands in exactly one digest, the one of the rule.

What is expected is worked out here anew, by walking days: nothing of crm.reminders.moments or crm.calendars is in it.
"""

import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from korean_lunar_calendar import KoreanLunarCalendar
from lunar_python import Solar

from crm.models import Digest, DigestItem, Employment, Person, PersonDate, QuietDays, ReminderSettings
from crm.reminders import jobs
from tests.factories import make_customer, make_user

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# No leap year, so that the rules of 29 February are asked, and one with a leap month.
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
LEADS = (0, 1, 7)
PEOPLE = 100  # of each user
DAY = timedelta(days=1)
USERS = {
    # zone: (hour, weekdays, quiet days)
    "Pacific/Pago_Pago": (7, "01234", []),
    "Asia/Kathmandu": (17, "012345", []),
    "Asia/Seoul": (7, "01234", [(date(2025, 1, 27), date(2025, 1, 31)), (date(2025, 10, 3), date(2025, 10, 12))]),
    # At two o'clock of every day: an hour that one night lacks and another one has twice.
    "Europe/Berlin": (2, "0123456", [(date(2025, 8, 4), date(2025, 8, 22))]),
    "Pacific/Kiritimati": (23, "024", []),
}  # fmt: skip
ZONES = ["", *USERS, "America/New_York", "Europe/London", "Asia/Seoul"]


def test_every_occurrence_and_lead_is_in_the_digest_of_the_rule():
    users = {zone: make_keeper(zone) for zone in USERS}
    people = [row for user in users.values() for row in make_people(user)]
    live_through_the_year()

    found = defaultdict(list)
    for item in DigestItem.objects.filter(kind="birthday").select_related("digest", "user"):
        found[item.user.time_zone, item.subject, item.occurs_on, item.lead].append(item)
    counted = Counter()
    for home, zone, row in people:
        for on in birthdays(row):
            for lead in LEADS:
                expected = last_digest_before(
                    home, datetime.combine(on - lead * DAY, time(18), ZoneInfo(zone))
                )
                if FIRST <= expected <= LAST:
                    (item,) = found.pop((home, row.pk, on, lead))
                    where = f"{row.calendar} {row.month}/{row.day} on {on} in {zone}, {lead} days ahead, for {home}"
                    assert (item.digest.day, item.meant_on) == (expected, expected), where
                    counted[str(row.calendar)] += 1
    # What is left belongs to the digests before and after the year.
    for (home, *_rest), (item,) in found.items():
        assert not FIRST + DAY <= item.digest.day < LAST or item.meant_on != item.digest.day, (home, item)
    assert not Digest.objects.exclude(state__in=["sent", "empty"]).exists()
    sent = Digest.objects.filter(state="sent", day__gte=FIRST).count()
    print(f"{sum(counted.values())} reminders in {sent} digests: {dict(counted)}")
    assert len(mail.outbox) == Digest.objects.filter(state="sent").count()
    assert min(counted.values()) > 200


def make_keeper(zone):
    hour, weekdays, quiet = USERS[zone]
    with time_machine.travel(datetime(2024, 10, 1, tzinfo=UTC), tick=False):
        user = make_user(time_zone=zone, language="en")
    off = ["holiday", "date", "promise", "contact", "closure", "fiscal"]
    ReminderSettings.objects.create(user=user, hour=hour, weekdays=weekdays, off=off)
    for first, last in quiet:
        QuietDays.objects.create(user=user, from_on=first, to_on=last)
    return user


def make_people(user):
    """[(zone of the user, zone of the person, his date)]: zones of people's own, else of their customer, else the user's."""
    chance, found = random.Random(user.time_zone), []
    customers = {zone: make_customer(owner=user, time_zone=zone) for zone in dict.fromkeys(ZONES)}
    for number in range(PEOPLE):
        own, at = chance.choice(ZONES), chance.choice([None, *ZONES])
        person = Person.objects.create(
            given_name="Kari", family_name=f"No {number}", owner=user, time_zone=own
        )
        if at is not None:
            Employment.objects.create(person=person, customer=customers[at])
        row = PersonDate.objects.create(
            person=person, year=chance.choice([None, 1988]), **some_day(number, chance)
        )
        found.append((user.time_zone, own or at or user.time_zone, row))
    return found


def some_day(number, chance):
    """29 February with each rule, leap months, lunar 30ths, and any other day."""
    missing = chance.choice(["before", "after", "skip"])
    name = ["gregorian", "korean_lunar", "chinese_lunar", "gregorian"][number % 4]
    if name == "gregorian":
        if number % 5 == 0:
            return {"month": 2, "day": 29, "missing": missing}
        day = FIRST + chance.randrange(365) * DAY
        return {"month": day.month, "day": day.day}
    leap = number % 3 == 0
    month = 6 if leap and number % 2 else chance.randint(1, 12)
    day = chance.choice([1, 15, 29, 30, chance.randint(1, 30)])
    return {"calendar": name, "month": month, "day": day, "leap_month": leap, "missing": missing}


def live_through_the_year():
    """The worker's turn just after the hour of each user, every day."""
    day = FIRST - 20 * DAY
    moments = set()
    while day <= LAST + DAY:
        moments |= {moment_of(zone, day) + timedelta(minutes=3) for zone in USERS}
        day += DAY
    with time_machine.travel(min(moments), tick=False) as clock:
        for moment in sorted(moments):
            clock.move_to(moment)
            jobs.send_due()


# What is expected -----------------------------------------------------------------


def moment_of(zone, day):
    """By looking at the clock there, hour by hour of the world: the first at which it shows the hour, or a later one."""
    hour, tz = USERS[zone][0], ZoneInfo(zone)
    moment = datetime.combine(day, time(0), UTC) - timedelta(hours=15)
    while (there := moment.astimezone(tz)).date() < day or (there.date() == day and there.hour < hour):
        moment += timedelta(minutes=15)
    return moment


@cache
def digests_of(zone):
    """[(moment, day)] of all digests, in order."""
    _hour, weekdays, quiet = USERS[zone]
    found, day = [], FIRST - 60 * DAY
    while day < LAST + 60 * DAY:
        if str(day.weekday()) in weekdays and not any(first <= day <= last for first, last in quiet):
            found.append((moment_of(zone, day), day))
        day += DAY
    return found


def last_digest_before(zone, deadline):
    return [day for moment, day in digests_of(zone) if moment < deadline][-1]


@cache
def lunar_days(calendar):
    """{(year, month, leap, day): civil day} as the libraries convert each day."""
    tables, found, day = KoreanLunarCalendar(), {}, date(2023, 1, 1)
    while day < date(2027, 6, 1):
        if calendar == "korean_lunar":
            tables.setSolarDate(day.year, day.month, day.day)
            key = tables.lunarYear, tables.lunarMonth, bool(tables.isIntercalation), tables.lunarDay
        else:
            lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
            key = lunar.getYear(), abs(lunar.getMonth()), lunar.getMonth() < 0, lunar.getDay()
        found[key] = day
        day += DAY
    return found


def birthdays(row):
    years = range(2024, 2027)
    found = [gregorian(row, year) if row.calendar == "gregorian" else lunar(row, year) for year in years]
    return [on for on in found if on and FIRST - 30 * DAY <= on <= LAST + 30 * DAY]


def gregorian(row, year):
    try:
        return date(year, row.month, row.day)
    except ValueError:
        return {"before": date(year, 2, 28), "after": date(year, 3, 1), "skip": None}[row.missing]


def lunar(row, year):
    days, month, leap = lunar_days(row.calendar), row.month, row.leap_month
    if leap and (year, month, True, 1) not in days:
        if row.missing == "skip":
            return None
        leap = False
        if row.missing == "after":
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    on = days.get((year, month, leap, row.day))
    if on or row.missing == "skip":
        return on
    return days[year, month, leap, 29] + (DAY if row.missing == "after" else timedelta(0))
