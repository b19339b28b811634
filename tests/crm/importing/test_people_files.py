"""Lists of people: who is known, who is new, what is written of them, and what is nobody's business."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.importing.digest import digest
from crm.models import ContactPoint, Customer, Employment, ImportRun, Person, PersonDate
from tests.crm.importing.conftest import counts
from tests.factories import make_customer, make_person, make_user

pytestmark = pytest.mark.django_db

HEADER = "First name,Last name,Customer code,Position,E-mail,Phone,Mobile,KakaoTalk,Birthday,Language,Notes"
ROWS = [
    "Ingrid,Solheim,K1,Buyer,ingrid@nordlys.no,22 33 44 55,+47 912 34 567,,1985-11-28,Norwegian,Skis",
    "Lars,van der Berg,K1,Finance,lars@nordlys.no,,,,28 Nov,en-US,",
    "민준,김,K2,부장,mj@hanbit.kr,,010-1234-5678,mjkim,음력 10/9,ko,",
]
PEOPLE = "\n".join([HEADER, *ROWS, ""])


def reasons(run):
    return list(run.rows.filter(level="rejected").values_list("number", "reason"))


def warnings(run):
    return list(run.rows.filter(level="warning").values_list("reason", flat=True))


@pytest.fixture(autouse=True)
def nordlys(owner):
    make_customer("Hanbit Co., Ltd.", code="K2", country="KR", owner=owner)
    return make_customer("Nordlys AS", code="K1", country="NO", owner=owner)


def points(person):
    return sorted(person.contact_points.values_list("kind", "label", "value"))


def test_people_arrive_with_all_that_hangs_on_them_and_go_again(bring_file, take_back, owner, nordlys):
    before = digest()
    run = bring_file("people", PEOPLE)
    assert counts(run) == (3, 0, 0, 0)
    ingrid = Person.objects.get(given_name="Ingrid")
    assert (ingrid.family_name, ingrid.language, ingrid.facts, ingrid.owner) == (
        "Solheim",
        "no",
        "Skis",
        owner,
    )
    assert ingrid.employments.values_list("customer", "role", "to_on").get() == (nordlys.pk, "Buyer", None)
    assert points(ingrid) == [
        ("email", "", "ingrid@nordlys.no"),
        ("phone", "", "+47 22 33 44 55"),
        ("phone", "mobile", "+47 91 23 45 67"),
    ]
    born = ingrid.dates.get()
    assert (born.kind, born.calendar, born.month, born.day, born.year) == (
        "birthday",
        "gregorian",
        11,
        28,
        1985,
    )
    kim = Person.objects.get(native_name="김민준")
    assert (str(kim), kim.name_order, kim.dates.get().calendar) == ("김민준", "family", "korean_lunar")
    assert ("messenger", "KakaoTalk", "mjkim") in points(kim)
    lars = Person.objects.get(given_name="Lars")
    assert (lars.family_name, lars.language, lars.dates.get().year) == ("van der Berg", "en", None)
    for _again in range(2):
        again = bring_file("people", PEOPLE)
        assert counts(again) == (0, 0, 3, 0)
        assert not warnings(again)
    take_back(run)
    assert digest() == before


def test_a_preview_changes_nothing_and_says_the_same(bring_file):
    before = digest()
    tried = bring_file("people", PEOPLE, dry_run=True)
    assert digest() == before
    assert tried.state == ImportRun.State.PREVIEWED
    assert tried.summary["records"][0]["cells"] == [
        "Ingrid Solheim", "Nordlys AS", "Buyer", "ingrid@nordlys.no", "+47 22 33 44 55; +47 91 23 45 67", "28 Nov 1985",
    ]  # fmt: skip
    assert counts(tried) == counts(bring_file("people", PEOPLE))


def test_the_order_of_rows_says_nothing(bring_file):
    rows = [*ROWS, ROWS[0].replace("ingrid@nordlys.no", "is@nordlys.no").replace("Skis", "Sails")]
    bring_file("people", "\n".join([HEADER, *rows]))
    first = digest()
    assert counts(bring_file("people", "\n".join([HEADER, *reversed(rows)]))) == (0, 0, 4, 0)
    assert digest() == first


def test_rows_of_one_person_become_one(bring_file):
    text = (
        "Name,Company,E-mail,Phone\n"
        "Anna Berg,Nordlys,anna@nordlys.no,\n"
        "anna berg,Nordlys AS,a.berg@home.no,\n"
        '"Berg, Anna",NORDLYS,,+47 22 33 44 55\n'
    )
    assert counts(bring_file("people", text)) == (3, 0, 0, 0)
    anna = Person.objects.get()
    assert [value for _kind, _label, value in points(anna)] == [
        "a.berg@home.no", "anna@nordlys.no", "+47 22 33 44 55",
    ]  # fmt: skip
    assert counts(bring_file("people", text)) == (0, 0, 3, 0)


def test_a_change_is_written_shown_and_taken_back(bring_file, take_back):
    bring_file("people", PEOPLE)
    before = digest()
    changed = (
        PEOPLE.replace("Solheim", "Solheim-Dahl")
        .replace("K1,Buyer", "K1,Head")
        .replace("1985-11-28", "1985-11-29")
    )
    run = bring_file("people", changed.replace("22 33 44 55", "22 33 44 66"))
    assert counts(run) == (0, 1, 2, 0)
    ingrid = Person.objects.get(given_name="Ingrid")
    assert ingrid.family_name == "Solheim-Dahl"
    assert ingrid.employments.get().role == "Head"
    assert ingrid.dates.get().day == 29
    assert len(points(ingrid)) == 4
    assert set(run.summary["changes"]) == {"person", "employment", "persondate", "contactpoint"}
    take_back(run)
    assert digest() == before


def test_what_a_person_corrected_stays(bring_file):
    bring_file("people", PEOPLE)
    ingrid = Person.objects.get(given_name="Ingrid")
    ingrid.family_name = "Solberg"
    ingrid.save()
    ingrid.employments.update(role="Owner")
    ingrid.dates.update(day=27)
    ingrid.contact_points.filter(kind="phone", label="").delete()
    assert counts(bring_file("people", PEOPLE)) == (0, 0, 3, 0)
    run = bring_file(
        "people", PEOPLE.replace("Solheim", "Dahl").replace("K1,Buyer", "K1,Head").replace("-28", "-29")
    )
    assert warnings(run) == ["edited_since"] * 3
    assert counts(run) == (0, 0, 3, 0)
    ingrid.refresh_from_db()
    assert (ingrid.family_name, ingrid.employments.get().role, ingrid.dates.get().day) == (
        "Solberg",
        "Owner",
        27,
    )
    assert len(points(ingrid)) == 2


def test_an_import_of_edited_people_stays_where_it_is_taken_back(bring_file, take_back):
    run = bring_file("people", PEOPLE)
    Person.objects.get(given_name="Lars").archive()
    run.options["undo_rest"] = True
    run.save()
    take_back(run)
    assert [str(person) for person in Person.objects.all()] == ["Lars van der Berg"]
    assert Employment.objects.count() == ContactPoint.objects.count() == PersonDate.objects.count() == 1


def test_who_is_known_is_filled_in(bring_file, take_back, nordlys):
    known = make_person(nordlys, given_name="Ingrid", family_name="Solheim", role="")
    known.contact_points.create(kind="phone", value="+4722334455")
    before = digest()
    run = bring_file("people", PEOPLE)
    assert counts(run) == (2, 1, 0, 0)
    assert Person.objects.count() == 3
    assert known.employments.get().role == "Buyer"
    assert len(points(known)) == 3
    assert counts(bring_file("people", PEOPLE)) == (0, 0, 3, 0)
    take_back(run)
    assert digest() == before


def test_a_full_name_does_not_turn_a_known_one_round(bring_file, nordlys):
    known = make_person(nordlys, given_name="Min-jun", family_name="Kim")
    run = bring_file("people", "Name,Company\nKim Min-jun,Nordlys\n")
    assert counts(run) == (0, 0, 1, 0)
    assert not warnings(run)
    known.refresh_from_db()
    assert (known.given_name, known.family_name) == ("Min-jun", "Kim")


def test_who_works_elsewhere_by_now_is_said_and_not_moved(bring_file, owner, nordlys):
    other = make_customer("Fjell AS", code="K9", owner=owner)
    ingrid = make_person(other, given_name="Ingrid", family_name="Solheim")
    ingrid.contact_points.create(kind="email", value="Ingrid@Nordlys.no")
    lars = make_person(nordlys, given_name="Lars", family_name="van der Berg")
    lars.employments.update(to_on="2026-01-01")
    run = bring_file("people", PEOPLE)
    assert warnings(run) == ["works_elsewhere"] * 2
    assert Person.objects.count() == 3
    assert ingrid.employments.get().customer == other
    assert lars.employments.filter(to_on=None).count() == 0


def test_a_colleagues_people_and_customers_do_not_exist(bring_file, stranger):
    theirs = make_customer("Secret AS", code="S1", owner=stranger)
    hidden = make_person(theirs, given_name="Ingrid", family_name="Solheim", facts="Secret")
    hidden.contact_points.create(kind="email", value="ingrid@nordlys.no")
    before = Person.objects.filter(pk=hidden.pk).values().get()
    run = bring_file("people", PEOPLE + "Eve,Spy,S1,,eve@secret.no,,,,,,\n")
    assert counts(run) == (3, 0, 0, 1)
    assert reasons(run) == [(5, "unknown_customer")]
    assert not warnings(run)
    assert "Secret" not in str(run.summary)
    assert Person.objects.filter(pk=hidden.pk).values().get() == before


def test_who_is_seen_but_not_the_importers_to_change_is_left_alone(bring_file, stranger, nordlys):
    theirs = make_customer("Secret AS", owner=stranger)
    gone = make_person(theirs, given_name="Ingrid", family_name="Solheim", owner=stranger)
    gone.employments.create(customer=nordlys, to_on="2025-01-01")
    before = digest()
    run = bring_file("people", "\n".join([HEADER, ROWS[0]]))
    assert counts(run) == (0, 0, 1, 0)
    assert warnings(run) == ["works_elsewhere"]
    assert "Secret" not in str(list(run.rows.values()))
    assert digest() == before


def test_people_without_a_customer_are_their_importers(bring_file, take_back, owner, nordlys):
    text = "Name,E-mail,Phone,Position\nOld Friend,friend@example.com,+47 22 33 44 55,\nPlumber Joe,,22 11,Plumber\n"
    before = digest()
    run = bring_file("people", text)
    assert counts(run) == (2, 0, 0, 0)
    assert set(Person.objects.values_list("owner", flat=True)) == {owner.pk}
    assert not Employment.objects.exists()
    assert Person.objects.get(family_name="Joe").facts == "Plumber"
    Employment.objects.create(person=Person.objects.get(family_name="Joe"), customer=nordlys)
    assert counts(bring_file("people", text)) == (0, 0, 2, 0)
    Employment.objects.all().delete()
    take_back(run)
    assert digest() == before


def test_namesakes_without_a_customer_are_told_apart_by_address_or_not_at_all(bring_file):
    text = "Name,E-mail,Phone\nLi Wei,one@example.com,\nLi Wei,two@example.com,\nLi Wei,,+47 22 33 44 55\n"
    for made in ((2, 0, 0, 1), (0, 0, 2, 1)):
        run = bring_file("people", text)
        assert counts(run) == made
        assert reasons(run) == [(4, "several_people")]


def test_a_shared_mailbox_makes_no_one_of_two(bring_file):
    text = "Name,Company,E-mail\nAnna Berg,Nordlys,info@nordlys.no\nBo Dahl,Nordlys,info@nordlys.no\n"
    assert counts(bring_file("people", text)) == (2, 0, 0, 0)
    assert counts(bring_file("people", text)) == (0, 0, 2, 0)
    run = bring_file("people", "Name,Company,E-mail\nCarl Eide,Nordlys,info@nordlys.no\n")
    assert counts(run) == (1, 0, 0, 0)
    assert warnings(run) == ["shared_email"]


def test_a_manager_brings_people_of_his_team(bring_file, manager, nordlys):
    run = bring_file("people", PEOPLE, user=manager)
    assert counts(run) == (3, 0, 0, 0)
    assert set(Person.objects.values_list("owner", flat=True)) == {manager.pk}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",,K1,,x@nordlys.no,,,,,,", "no_name"),
        ("Eva,Ny,K7,,,,,,,,", "unknown_customer"),
        ("Eva,Ny,K1,,eva at nordlys,,,,,,", "bad_email"),
        ("Eva,Ny,K1,,,,,,31 Feb,,", "bad_birthday"),
        ("Eva,Ny,K1,,,,,,2999-01-01,,", "birthday_to_come"),
        ("Eva,Ny,K1,,,,,,sometime,,", "bad_birthday"),
        ("Eva,Ny,K1,,,,,,,Klingon-ish,", "no_such_language"),
        (f"Eva,{'x' * 101},K1,,,,,,,,", "too_long"),
        ("Ingrid,Solheim,K1,,,,,,1985-11-27,,", "said_twice"),
    ],
)
def test_a_bad_row_is_named_and_the_others_arrive(bring_file, row, reason):
    run = bring_file("people", PEOPLE + row + "\n")
    assert (5, reason) in reasons(run)
    assert run.created >= 2


@time_machine.travel("2026-11-23 09:00", tick=False)
def test_nobody_is_born_on_a_day_still_to_come(bring_file):
    rows = ["Eva,Ny,K1,,,,,,2026-12-24,,", "Ida,Ny,K1,,,,,,음력 2026-11-01,,", "Pia,Ny,K1,,,,,,2026-11-20,,"]
    run = bring_file("people", "\n".join([HEADER, *rows, ""]))
    assert reasons(run) == [(2, "birthday_to_come"), (3, "birthday_to_come")]
    assert Person.objects.get().dates.get().year == 2026


def test_the_own_download_comes_in_again(bring_file, client_for, owner):
    bring_file("people", PEOPLE)
    second = Employment.objects.get(person__given_name="Lars").person
    second.employments.create(customer=Customer.objects.get(code="K2"), role="Adviser")
    text = client_for(owner).get("/people/?format=csv").getvalue().decode("utf-8-sig")
    run = bring_file("people", text)
    assert counts(run) == (0, 0, 3, 0), reasons(run)
    assert not warnings(run)


def queries(bring_file, text):
    with CaptureQueriesContext(connection) as caught:
        bring_file("people", text)
    return len(caught)


def many(first, last, domain):
    return "Name,Customer code,Position,E-mail,Phone,Birthday\n" + "".join(
        f"Person{n} Family{n},K{n % 2 + 1},Buyer,p{n}@{domain},+47 22 33 {n + 1000},1985-11-{n % 28 + 1}\n"
        for n in range(first, last)
    )


def test_more_people_ask_no_more_questions(bring_file):
    few, more = queries(bring_file, many(0, 5, "a.no")), queries(bring_file, many(1000, 1060, "b.no"))
    assert more == few
    few, more = queries(bring_file, many(0, 5, "c.no")), queries(bring_file, many(1000, 1060, "d.no"))
    assert more == few


def test_a_company_of_two_countries_is_asked_for(bring_file, owner):
    make_customer("Nordlys Ltd", code="K5", country="GB", owner=owner)
    run = bring_file("people", "Name,Company,Country\nAnna Berg,Nordlys,\nBo Dahl,Nordlys,UK\n")
    assert reasons(run) == [(2, "several_customers")]
    assert Employment.objects.get().customer.code == "K5"


def test_the_search_finds_them(bring_file, client_for, owner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        bring_file("people", PEOPLE)
    assert Person.objects.filter(search_document__text__contains="solheim").exists()


def test_whoever_sees_nothing_of_an_owner_finds_nobody(bring_file):
    bring_file("people", PEOPLE)
    other = make_user(email="other@example.com")
    run = bring_file("people", "Name,E-mail\nIngrid Solheim,ingrid@nordlys.no\n", user=other, owner=other)
    assert counts(run) == (1, 0, 0, 0)
