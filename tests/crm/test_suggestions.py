"""Whom somebody may mean who types a few letters."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from crm.models import Customer, Employment, Person
from crm.suggestions import SHOWN, people_at, suggest_customers, suggest_people
from tests.factories import make_customer, make_note, make_person, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def book(owner):
    """Three customers of the owner's and who works there."""
    fjord = make_customer("Fjord Handel AS", owner=owner, code="NOR-17")
    hanbit = make_customer("한빛 상사", owner=owner, code="KR-02", city="서울", country="KR")
    muller = make_customer("Müller & Söhne", owner=owner, code="DE-9", city="Köln", country="DE")
    make_person(fjord, given_name="Bríd", family_name="Ní Bhriain", role="Head of purchasing")
    make_person(hanbit, given_name="Min-su", family_name="Kim", native_name="김민수", name_order="family")
    make_person(muller, given_name="Jürgen", family_name="Weiß")
    return {"fjord": fjord, "hanbit": hanbit, "muller": muller}


def names(found):
    return [one.name for one in found]


# Customers ----------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("NOR-17", "fjord"),
        ("nor17", "fjord"),
        ("fjord", "fjord"),
        ("handel fjo", "fjord"),
        ("FJ", "fjord"),
        ("muller", "muller"),
        ("Mueller", "muller"),
        ("sohne", "muller"),
        ("한빛", "hanbit"),
        ("한빛상사", "hanbit"),
        ("ㅎㅂ", "hanbit"),
        ("ㅎㅂㅅㅅ", "hanbit"),
        ("하", "hanbit"),
        ("brid", "fjord"),
        ("Ní Bhriain", "fjord"),
        ("김민수", "hanbit"),
        ("ㄱㅁㅅ", "hanbit"),
        ("kim min", "hanbit"),
        ("weiss", "muller"),
    ],
)
def test_customers_by_code_name_and_person(book, owner, query, which):
    assert [one.pk for one in suggest_customers(owner, query)] == [book[which].pk]


def test_a_suggestion_says_where_or_through_whom(book, owner):
    assert suggest_customers(owner, "fjord")[0].detail == "Oslo · NOR-17"
    assert suggest_customers(owner, "brid")[0].detail == "Bríd Ní Bhriain · NOR-17"


@pytest.mark.parametrize("query", ["nobody", "fjord 한빛", "(", ".*", "%", "_", "\0", "'", '"', "x" * 5000])
def test_what_nobody_is_called_finds_nobody(book, owner, query):
    assert suggest_customers(owner, query) == []
    assert suggest_people(owner, query) == []


def test_a_customers_own_name_comes_before_those_of_people(book, owner):
    make_customer("Brid Seafood", owner=owner)
    assert names(suggest_customers(owner, "brid")) == ["Brid Seafood", "Fjord Handel AS"]


def test_the_code_itself_comes_first(owner):
    make_customer("A NOR-1 likeness", owner=owner, code="A1")
    wanted = make_customer("Zander", owner=owner, code="NOR-1")
    assert suggest_customers(owner, "nor-1")[0].pk == wanted.pk


def test_at_most_eight(owner):
    for n in range(12):
        make_person(make_customer(f"Nordic {n:02}", owner=owner), given_name="Nora", family_name=f"N{n}")
    assert len(suggest_customers(owner, "nor")) == SHOWN
    assert len(suggest_people(owner, "nora")) == SHOWN
    assert len(suggest_people(owner, "")) == SHOWN


def test_without_a_query_those_last_written_about(book, owner, manager):
    def write(which, day, **fields):
        make_note(book[which], happened_at=datetime(2026, 11, day, tzinfo=UTC), **fields)

    write("fjord", 1)
    write("muller", 5)
    write("fjord", 9, author=manager)
    write("hanbit", 8, deleted_at=datetime(2026, 11, 9, tzinfo=UTC))
    assert names(suggest_customers(owner, "  ")) == ["Müller & Söhne", "Fjord Handel AS"]
    assert names(suggest_customers(manager, "")) == ["Fjord Handel AS"]
    book["muller"].owner = make_user()
    book["muller"].save()
    assert names(suggest_customers(owner, "")) == ["Fjord Handel AS"]


def test_who_is_archived_is_left_out(book, owner):
    make_note(book["fjord"])
    Customer.objects.filter(pk=book["fjord"].pk).update(status="archived")
    for query in ("fjord", "NOR-17", "brid", ""):
        assert suggest_customers(owner, query) == []
    Person.objects.filter(native_name="김민수").update(status="archived")
    assert suggest_people(owner, "김민수") == []
    Person.objects.filter(native_name="김민수").update(status="deceased")
    assert suggest_people(owner, "김민수") == []
    Person.objects.filter(native_name="김민수").update(status="left")
    assert names(suggest_people(owner, "김민수")) == ["Kim Min-su"]


def test_who_worked_there_once_does_not_lead_there(book, owner):
    Employment.objects.update(to_on=date(2026, 1, 31))
    assert suggest_customers(owner, "brid") == []
    assert not people_at(owner, book["fjord"]).exists()


# People ----------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("brid", "Bríd Ní Bhriain"),
        ("bhriain bríd", "Bríd Ní Bhriain"),
        ("jurgen", "Jürgen Weiß"),
        ("Juergen", "Jürgen Weiß"),
        ("weiss", "Jürgen Weiß"),
        ("김민", "Kim Min-su"),
        ("ㄱㅁㅅ", "Kim Min-su"),
        ("기", "Kim Min-su"),
        ("김미", "Kim Min-su"),
        ("kim min-su", "Kim Min-su"),
        ("min-su kim", "Kim Min-su"),
    ],
)
def test_people_by_their_names(book, owner, query, name):
    assert names(suggest_people(owner, query)) == [name]


def test_people_are_not_found_by_where_they_work_or_what_is_known_of_them(book, owner):
    Person.objects.get(family_name="Weiß").delete()
    fan = make_person(book["muller"], given_name="Uwe", family_name="Kurz", facts="Fan of fjords")
    assert suggest_people(owner, "fjord") == []
    assert suggest_people(owner, "nor-17") == []
    assert names(suggest_people(owner, "uwe")) == [str(fan)]


def test_a_person_is_told_with_his_script_work_and_customer(book, owner):
    (kim,) = suggest_people(owner, "kim")
    assert kim.detail == "김민수 · Buyer · 한빛 상사"
    assert kim.customer == (book["hanbit"].pk, "한빛 상사")
    Employment.objects.create(person_id=kim.pk, customer=book["fjord"])
    assert suggest_people(owner, "kim")[0].customer is None


@pytest.mark.both
def test_those_at_the_customer_come_first(book, owner):
    for which in ("muller", "fjord", "hanbit"):
        make_person(book[which], given_name="Anna", family_name=which.title())
    assert names(suggest_people(owner, "anna")) == ["Anna Fjord", "Anna Hanbit", "Anna Muller"]
    assert names(suggest_people(owner, "anna", book["muller"]))[0] == "Anna Muller"
    assert len(suggest_people(owner, "anna", book["muller"])) == 3
    assert set(names(suggest_people(owner, "", book["hanbit"]))) == {"Kim Min-su", "Anna Hanbit"}


def test_those_at_the_customer_come_first_however_many_others_there_are(book, owner):
    for n in range(60):
        make_person(book["fjord"], given_name="Anna", family_name=f"A{n:02}")
    last = make_person(book["muller"], given_name="Johanna", family_name="Zeller")
    assert suggest_people(owner, "anna", book["muller"])[0].pk == last.pk


# Who may see what ----------------------------------------------------------------------


@pytest.mark.parametrize("query", ["fjord", "NOR-17", "brid", "김민수", "ㄱㅁㅅ", "ㅎㅂ", "muller", ""])
def test_nothing_of_somebody_elses_customers(book, mate, stranger, manager, admin, owner, query):
    for one in book.values():
        make_note(one)
    other_manager = make_user(team=stranger.team, role=User.Role.MANAGER)
    teamless = make_user(role=User.Role.MANAGER)
    for user in (mate, stranger, other_manager, teamless):
        assert suggest_customers(user, query) == []
        assert suggest_people(user, query) == []
        assert suggest_people(user, query, book["fjord"]) == []
        assert not people_at(user, book["fjord"]).exists()
    if query:
        for user in (owner, manager, admin):
            assert suggest_customers(user, query)


def test_an_employer_whom_one_does_not_see_gives_nothing_away(book, owner, stranger):
    """Bríd works at a customer of mine, and at one that I do not see."""
    iberia = make_customer("Iberia Import SL", owner=stranger, code="ES-4", city="Madrid")
    brid = Person.objects.get(given_name="Bríd")
    Employment.objects.create(person=brid, customer=iberia, role="Advisor")
    for query in ("iberia", "iberia import", "ES-4", "brid iberia", "madrid", "advisor", "이베"):
        assert suggest_people(owner, query) == []
        assert suggest_customers(owner, query) == []
    (found,) = suggest_people(owner, "brid")
    assert found.detail == "Head of purchasing · Fjord Handel AS"
    assert found.customer == (book["fjord"].pk, "Fjord Handel AS")
    assert names(suggest_customers(owner, "brid")) == ["Fjord Handel AS"]
    assert names(suggest_customers(stranger, "brid")) == ["Iberia Import SL"]
    assert suggest_people(stranger, "brid")[0].detail == "Advisor · Iberia Import SL"


# As a page asks ----------------------------------------------------------------------


def test_the_lists_are_options_to_choose_from(book, client_for, owner):
    page = client_for(owner).get("/log/customers/", {"q": "fjord"}).content.decode()
    assert f'role="option" aria-selected="false" data-pk="{book["fjord"].pk}"' in page
    page = client_for(owner).get("/log/people/", {"q": "kim", "customer": book["fjord"].pk}).content.decode()
    assert f'data-customer="{book["hanbit"].pk}"' in page


def test_names_stay_text(client_for, owner):
    make_person(make_customer('<b>"Bold"</b>', owner=owner), given_name="<i>", family_name="Bold")
    for path in ("/log/customers/", "/log/people/"):
        page = client_for(owner).get(path, {"q": "bold"}).content.decode()
        assert "Bold" in page
        assert "<b>" not in page
        assert "<i>" not in page


def test_it_asks_as_often_for_many_as_for_few(owner):
    def fill(count):
        for n in range(count):
            one = make_customer(f"Nordic {count} {n}", owner=owner)
            make_note(one)
            make_person(one, given_name="Nora", family_name=f"N{n}", native_name="김민수")

    counts = []
    for size in (2, 40):
        fill(size)
        here = Customer.objects.filter(name__startswith=f"Nordic {size}").first()
        asked = [(suggest_customers, (query,)) for query in ("nor", "nora", "ㄱㅁㅅ", "기", "zzz", "")]
        asked += [(suggest_people, (query,)) for query in ("nora", "ㄱㅁㅅ", "기", "zzz", "")]
        asked += [(suggest_people, ("nora", here)), (suggest_people, ("", here))]
        for function, arguments in asked:
            with CaptureQueriesContext(connection) as queries:
                function(owner, *arguments)
            counts.append(len(queries))
    half = len(counts) // 2
    assert counts[:half] == counts[half:]
    assert max(counts) <= 6
