"""PersonDate.objects.falling: who has his day when, found by the day's keys instead of converting everybody."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import product

import pytest

from crm.calendars.birthdays import YearlyDay, keys_of
from crm.models import Person, PersonDate
from tests.crm.calendars.walking import occurrences
from tests.factories import make_person, make_user

CALENDARS = ("gregorian", "korean_lunar", "chinese_lunar")
RULES = ("before", "after", "skip")
FIRST, LAST = date(2025, 1, 1), date(2035, 12, 31)


def everything(calendar):
    """Every day that can be written down in a calendar, with every rule."""
    leaps = (False,) if calendar == "gregorian" else (False, True)
    days = range(1, 32 if calendar == "gregorian" else 31)
    return [
        YearlyDay(calendar, month, day, leap, 1980, missing)
        for month, day, leap, missing in product(range(1, 13), days, leaps, RULES)
    ]


@pytest.mark.parametrize("calendar", CALENDARS)
def test_keys_of_every_day_are_those_of_which_it_is_an_occurrence(calendar):
    by_day = defaultdict(set)
    for of in everything(calendar):
        for found in occurrences(of, FIRST, LAST):
            by_day[found.on].add((of.month, of.day, of.leap_month, of.missing, found.turns))
    for offset in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=offset)
        found = [
            (key.month, key.day, key.leap_month, missing, key.year - 1980)
            for key in keys_of(day)
            for missing in RULES
            if key.calendar == calendar and key.fits(key.leap_month, missing)
        ]
        assert len(found) == len(set(found)), day
        assert set(found) == by_day[day], day


@pytest.fixture
def dates_of_all_kinds(db):
    """Somebody for every date that can be written down, with every rule."""
    owner = make_user()
    days = [of for name in CALENDARS for of in everything(name)]
    people = Person.objects.bulk_create(Person(owner=owner, given_name=str(n)) for n in range(len(days)))
    return PersonDate.objects.bulk_create(
        PersonDate(
            person=person, calendar=of.calendar, month=of.month, day=of.day, leap_month=of.leap_month,
            year=of.year, missing=of.missing,
        )
        for of, person in zip(days, people, strict=True)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "at_least"),
    [
        # With a leap month, and no 29 February.
        pytest.param(date(2025, 12, 31), 4_000, id="one year", marks=pytest.mark.once),
        pytest.param(LAST, 50_000, id="eleven years", marks=pytest.mark.slow),
    ],
)
def test_falling_is_what_conversion_of_everybody_finds(dates_of_all_kinds, last, at_least):
    """Every day of those years."""
    expected = sorted(
        (found.on, row.pk, found.turns)
        for row in dates_of_all_kinds
        for found in occurrences(
            YearlyDay(row.calendar, row.month, row.day, row.leap_month, row.year, row.missing), FIRST, last
        )
    )
    assert len(expected) > at_least
    # All at once, and by the two weeks of Today.
    found = [(at.on, row.pk, at.turns) for row, at in PersonDate.objects.falling(FIRST, last)]
    assert found == expected
    by_weeks = []
    for offset in range(0, (last - FIRST).days + 1, 14):
        first = FIRST + timedelta(days=offset)
        pairs = PersonDate.objects.falling(first, min(first + timedelta(days=13), last))
        by_weeks += [(at.on, row.pk, at.turns) for row, at in pairs]
    assert by_weeks == expected


def test_falling_asks_once_and_keeps_other_conditions(db, django_assert_num_queries):
    person = make_person()
    birthday = PersonDate.objects.create(person=person, month=11, day=28)
    PersonDate.objects.create(person=person, kind=PersonDate.Kind.OTHER, month=11, day=27, label="Name day")
    with django_assert_num_queries(1):
        rows = PersonDate.objects.filter(kind="birthday").select_related("person")
        found = rows.falling(date(2026, 11, 20), date(2026, 12, 4))
        assert [(row, row.person, at.on) for row, at in found] == [(birthday, person, date(2026, 11, 28))]
    assert PersonDate.objects.falling(date(2026, 11, 20), date(2026, 11, 19)) == []


def test_after_the_korean_tables_the_others_are_still_found_and_the_korean_ones_said(db):
    korean, chinese, gregorian = (
        PersonDate.objects.create(person=make_person(), calendar=name, month=month, day=day)
        for name, month, day in [("korean_lunar", 11, 19), ("chinese_lunar", 11, 19), ("gregorian", 1, 1)]
    )
    found = PersonDate.objects.falling(date(2050, 12, 31), date(2051, 1, 2))
    assert {row for row, _ in found} == {chinese, gregorian}
    assert list(PersonDate.objects.beyond_tables(date(2051, 1, 1))) == [korean]
    assert not PersonDate.objects.beyond_tables(date(2050, 12, 31))
