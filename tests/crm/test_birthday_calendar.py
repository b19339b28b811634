"""The birthday calendar of a year."""

from datetime import UTC, datetime

import pytest
import time_machine

from tests.factories import make_customer, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 11, 26, 8, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def page(owner, client_for):
    """page(year): what the owner sees."""

    def shown(year=2026):
        answer = client_for(owner).get(f"/birthdays/{year}/")
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    return shown


@pytest.fixture
def days(owner, client_for):
    """days(year): {(month, day): [(name, what stands beside it)]}"""

    def found(year):
        months = client_for(owner).get(f"/birthdays/{year}/").context["year"].months
        return {
            (day.month, day.day): [(str(b.person), b.turns, b.calendar) for b in birthdays]
            for month in months
            for day, birthdays in month.days
        }

    return found


@pytest.fixture
def born(owner):
    def make(name, month, day, **fields):
        person = make_person(given_name=name, family_name="", owner=owner)
        person.dates.create(month=month, day=day, **fields)
        return person

    return make


def test_twelve_months_each_day_by_name(born, days):
    born("Ola", 12, 3, year=1985)
    born("Kari", 12, 3)
    born("Jon", 1, 31)
    assert days(2026) == {(1, 31): [("Jon", None, "")], (12, 3): [("Kari", None, ""), ("Ola", 41, "")]}


def test_lunar_days_by_their_civil_day(born, days):
    born("Min-jun", 10, 9, calendar="korean_lunar", year=1985)
    born("Li", 8, 15, calendar="chinese_lunar")
    assert days(2026) == {(9, 25): [("Li", None, "lunar 8/15")], (11, 17): [("Min-jun", 41, "lunar 10/9")]}


def test_a_lunar_day_that_comes_twice_in_a_civil_year_or_not_at_all(born, days):
    born("Min-jun", 11, 25, calendar="korean_lunar")
    assert [list(days(year)) for year in (2026, 2027, 2028)] == [[(1, 13)], [(1, 2), (12, 22)], []]


def test_29_february(born, days):
    born("Before", 2, 29)
    born("After", 2, 29, missing="after")
    born("Never", 2, 29, missing="skip")
    assert days(2027) == {
        (2, 28): [("Before", None, "born on 29 February")],
        (3, 1): [("After", None, "born on 29 February")],
    }
    assert [name for name, *_more in days(2028)[2, 29]] == ["After", "Before", "Never"]


def test_the_page_says_who_where_and_how_old(born, page, owner):
    person = born("Ola", 12, 3, year=1985)
    person.native_name = "올라"
    person.save()
    person.employments.create(customer=make_customer("Fjord AS", owner=owner))
    shown = page()
    assert "<b>3</b> Thu" in shown
    assert "올라" in shown
    assert "Fjord AS · turns 41" in shown
    assert "1 birthday<" in shown


def test_only_whom_he_may_see_and_greets(born, page, stranger):
    make_person(make_customer("Secret SA", owner=stranger), given_name="Secreto").dates.create(month=5, day=1)
    person = born("Ola", 12, 3)
    person.employments.create(customer=make_customer("Secret Too SA", owner=stranger))
    gone = born("Gone", 12, 4)
    gone.set_status("deceased")
    shown = page()
    assert "Ola" in shown
    assert "Secret" not in shown
    assert "Gone" not in shown


def test_beyond_the_tables_it_says_so(born, page, days):
    born("Min-jun", 10, 9, calendar="korean_lunar")
    born("Kari", 12, 3)
    assert "The tables of the Korean lunar calendar" not in page(2050)
    assert len(days(2050)) == 2
    assert "in 2051 nobody can say the day of this person" in page(2051)
    assert "Min-jun" in page(2051)
    assert list(days(2051)) == [(12, 3)]


@pytest.mark.parametrize("year", [0, 1899, 2200, 99999999999])
def test_other_years_are_not_there(owner, client_for, year):
    assert client_for(owner).get(f"/birthdays/{year}/").status_code == 404


def test_ways_to_it(owner, client_for):
    client = client_for(owner)
    for page in ("/people/", "/reminders/"):
        assert 'href="/birthdays/"' in client.get(page).content.decode()
    assert client.get("/birthdays/").url == "/birthdays/2026/"


def test_queries_do_not_grow(born, owner, client_for, django_assert_max_num_queries):
    client = client_for(owner)
    born("Kari", 12, 3)
    with django_assert_max_num_queries(10) as few:
        client.get("/birthdays/2026/")
    for number in range(10):
        born(f"Ola {number}", 12, 3).employments.create(customer=make_customer(owner=owner))
    with django_assert_max_num_queries(len(few) + 1):
        client.get("/birthdays/2026/")
