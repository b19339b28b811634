from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.calendars.birthdays import YearlyDay, next_occurrence
from crm.models import Employment, PersonDate
from crm.people import people_of
from tests.factories import make_customer, make_person

TODAY = date(2026, 11, 23)


def birthday(person, month, day, **fields):
    PersonDate.objects.create(person=person, month=month, day=day, **fields)


def test_the_next_birthday_comes_first_and_is_said_as_a_person_would(customer, owner):
    ingrid = make_person(customer, given_name="Ingrid", family_name="Solheim", role="Head of purchasing")
    minjun = make_person(
        customer, given_name="Min-jun", family_name="Kim", native_name="김민준", name_order="family"
    )
    lars = make_person(customer, given_name="Lars", family_name="Hætta")
    birthday(ingrid, 11, 28, year=1985)
    birthday(minjun, 10, 9, calendar="korean_lunar")
    first, second, third = people_of(customer, owner, TODAY)
    by_name = {person.name: person for person in (first, second, third)}
    assert third.name == str(lars)
    assert third.birthday is None
    solheim, kim = by_name["Ingrid Solheim"], by_name["Kim Min-jun"]
    assert (solheim.birthday, solheim.days_away, solheim.turns, solheim.soon) == (
        date(2026, 11, 28),
        5,
        41,
        True,
    )
    assert (kim.calendar, kim.turns, kim.native_name) == ("lunar 10/9", None, "김민준")
    assert kim.birthday == date(2027, 11, 6)
    assert solheim.role == "Head of purchasing"


def test_who_left_died_or_works_elsewhere_is_not_among_them(customer, owner):
    left, dead, gone, here = (make_person(customer) for _ in range(4))
    Employment.objects.filter(person=gone).update(to_on=date(2026, 1, 31))
    for person, status in ((left, "left"), (dead, "deceased")):
        person.status = status
        person.save()
    assert [person.pk for person in people_of(customer, owner, TODAY)] == [here.pk]


def test_who_asked_not_to_be_greeted_has_no_birthday(customer, owner):
    person = make_person(customer, greet=False)
    birthday(person, 11, 28)
    assert people_of(customer, owner, TODAY)[0].birthday is None


def test_the_position_is_the_one_at_this_customer(customer, owner):
    person = make_person(customer, role="Buyer")
    Employment.objects.create(person=person, customer=make_customer(owner=owner), role="Adviser")
    assert people_of(customer, owner, TODAY)[0].role == "Buyer"


@pytest.mark.once
def test_many_people_ask_as_often_as_few(customer, owner):
    counts = []
    for wanted in (2, 20):
        for _ in range(wanted):
            birthday(make_person(customer), 3, 3)
        with CaptureQueriesContext(connection) as queries:
            people_of(customer, owner, TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


@pytest.mark.parametrize("calendar", ["gregorian", "korean_lunar", "chinese_lunar"])
@pytest.mark.parametrize("year", [None, 1985, 2026, 2040])
def test_a_persons_day_comes_as_the_rules_of_its_calendar_say(calendar, year):
    for month, day in ((1, 1), (2, 29), (10, 19), (12, 30)):
        row = PersonDate(calendar=calendar, month=month, day=day, year=year)
        rule = YearlyDay(calendar, month, day, year=year)
        for today in (date(2026, 1, 31), TODAY, date(2049, 12, 31)):
            assert row.next(today) == next_occurrence(rule, today)
