"""Who is who: birthdays in all calendars, who moved, retired, died or asked for something; what truths.py says."""

from datetime import date, timedelta

import pytest
from django.db.models import Count

from accounts.access import visible
from accounts.models import User
from crm.calendars.birthdays import YearlyDay, next_occurrence
from crm.calendars.lunar import find
from crm.demo.customers import CUSTOMERS, HYEJIN
from crm.demo.names import PEOPLE
from crm.demo.people import make_people
from crm.demo.truths import (
    AGES,
    BOSS_IN_DAYS,
    CHINESE,
    DECEASED,
    GREGORIAN,
    KOREAN,
    MOVED,
    NOT_GREETED,
    RETIRED,
    SOON,
    SPECIAL,
)
from crm.models import Customer, Employment, Note, Person, PersonDate
from tests.crm.calendars.walking import occurrences
from tests.crm.demo import NOW, OTHER_DAYS, SEED, TODAY

# What is planted is the same wherever it is kept.
pytestmark = pytest.mark.once


def who(key):
    code, place = key
    given, family, *_ = PEOPLE[code][place]
    return Person.objects.get(given_name=given, family_name=family, employments__customer__code=code)


def test_every_customer_has_people_with_names_in_their_own_script(demo, db):
    assert not Customer.objects.annotate(n=Count("employments")).filter(n=0).exists()
    scripts = "".join(Person.objects.values_list("native_name", flat=True))
    for letter in ("김", "健", "张", "ع", "Ε", "Д"):
        assert letter in scripts


@pytest.mark.parametrize("today", [TODAY, *OTHER_DAYS])
def test_birthdays_come_when_they_are_planted(today):
    """On any day, a lunar leap month included, in the calendar that each is kept in."""
    people = make_people(CUSTOMERS, today, SEED)
    by_key = {(person.code, person.given): person for person in people}
    for (code, place), (days, calendar) in SOON.items():
        birthday = by_key[code, PEOPLE[code][place][0]].birthday
        assert birthday.calendar == calendar
        of = YearlyDay(calendar, birthday.month, birthday.day, birthday.leap_month, birthday.year)
        assert next_occurrence(of, today).on == today + timedelta(days=days)
    boss = people[-1]
    assert boss.code == ""
    of = YearlyDay(GREGORIAN, boss.birthday.month, boss.birthday.day, year=1974)
    assert next_occurrence(of, today).on == today + timedelta(days=BOSS_IN_DAYS)


def test_birthdays_of_two_weeks_are_found_in_all_calendars_but_for_whoever_does_not_want_it(rep):
    people = visible(rep, Person.objects).filter(status=Person.Status.ACTIVE, greet=True)
    rows = PersonDate.objects.filter(kind="birthday", person__in=people)
    found = {row.person: at.on for row, at in rows.falling(TODAY, TODAY + timedelta(days=14))}
    mine = {key for key in SOON if who(key) in visible(rep, Person.objects)}
    expected = {
        who(key): TODAY + timedelta(days=SOON[key][0]) for key in mine - NOT_GREETED if SOON[key][0] <= 14
    }
    assert expected.items() <= found.items()
    assert {SOON[key][1] for key in mine if SOON[key][0] <= 14} == {GREGORIAN, KOREAN, CHINESE}
    boss = Person.objects.get(employments=None)
    assert found[boss] == TODAY + timedelta(days=BOSS_IN_DAYS)
    for key in NOT_GREETED:
        assert SOON[key][0] <= 14
        assert who(key) not in found


def test_days_that_not_every_year_has(demo, db):
    """29 February twice, each with another rule; a lunar 30th; somebody born in a leap month, which that year had."""
    for key, (calendar, month, day, leap, year, missing) in SPECIAL.items():
        row = who(key).dates.get()
        stored = row.calendar, row.month, row.day, row.leap_month, row.year, row.missing
        assert stored == (calendar, month, day, leap, year, missing)
        if leap:
            assert find(calendar, year, month, True)
        of = YearlyDay(calendar, month, day, leap, year, missing)
        assert len(occurrences(of, date(2026, 1, 1), date(2035, 12, 31))) in {9, 10, 11}
    kinds = {(calendar, day, leap, missing) for calendar, _, day, leap, _, missing in SPECIAL.values()}
    assert {
        (GREGORIAN, 29, False, "before"),
        (GREGORIAN, 29, False, "after"),
        (KOREAN, 9, True, "before"),
    } <= kinds
    assert PersonDate.objects.filter(kind="birthday", year=None).exists()


def test_who_moved_to_another_customer_keeps_the_history_and_the_notes_stay(demo, db):
    for key, move in MOVED.items():
        person, moved_on = who(key), TODAY - timedelta(days=move.ago)
        jobs = person.employments.order_by("from_on")
        assert [job.customer.code for job in jobs] == [key[0], move.to]
        assert [job.to_on for job in jobs] == [moved_on, None]
        assert jobs[1].from_on == moved_on + timedelta(days=1)
        assert (person.status, person.owner) == (Person.Status.ACTIVE, jobs[1].customer.owner)
        before = Note.objects.filter(customer__code=key[0], people=person)
        assert before.count() >= 2
        assert before.latest("happened_at").happened_at.date() <= moved_on
        after = Note.objects.filter(customer__code=move.to, people=person)
        assert after.exists()
        assert after.earliest("happened_at").happened_at.date() > moved_on
    assert {who(key).owner.email for key in MOVED} > {HYEJIN}


def test_who_retired_or_died_is_not_greeted_and_works_nowhere(demo, db):
    for keys, status in ((RETIRED, Person.Status.LEFT), (DECEASED, Person.Status.DECEASED)):
        for key, ago in keys.items():
            person = who(key)
            assert (person.status, person.greet) == (status, False)
            assert person.employments.get().to_on == TODAY - timedelta(days=ago)
            assert person.notes.exists()
    for key in NOT_GREETED:
        assert (who(key).status, who(key).greet) == (Person.Status.ACTIVE, False)


def test_ages_are_those_that_the_notes_speak_of(demo, db):
    for key, age in AGES.items():
        birthday = who(key).dates.filter(kind="birthday").first()
        assert birthday is None or TODAY.year - birthday.year == age
    assert sum(who(key).dates.exists() for key in AGES) >= 3


def test_people_are_known_since_they_were_met(demo, db):
    """Else nobody could be out of touch: the days count from there."""
    for job in Employment.objects.select_related("person", "customer"):
        assert job.person.created_at.date() <= job.from_on
        assert job.customer.created_at.date() <= job.from_on
    assert not Note.objects.filter(created_at__gt=NOW).exists()
    assert User.objects.filter(is_demo=True).exists()
