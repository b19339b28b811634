"""The list of people and the page of one."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import ContactPoint, Employment, NotePerson, Person, PersonDate
from tests.factories import make_customer, make_note, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-23 09:00", tick=False):
        yield


@pytest.fixture
def browse(client_for, owner):
    client = client_for(owner)

    def browse(path="/people/", **query):
        response = client.get(path, query)
        assert response.status_code == 200
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return content.decode()

    return browse


def talk(person, customer, days_ago, kind="call", **fields):
    at = datetime(2026, 11, 23, 8, tzinfo=UTC) - timedelta(days=days_ago)
    note = make_note(customer, kind=kind, happened_at=at, **fields)
    NotePerson.objects.create(note=note, person=person)
    return note


def named(customer, *names, **fields):
    return [make_person(customer, given_name=given, family_name=family, **fields) for given, family in names]


def shown(page):
    """Names in the order of the list."""
    return re.findall(r'<a href="/people/\d+/">([^<]+)</a>', page)


# The list ----------------------------------------------------------------------


@pytest.mark.both
def test_names_sort_by_family_name_whatever_the_accents_and_scripts(browse, customer):
    named(
        customer,
        ("Linnéa", "Åkerblom"),
        ("Anna", "Zander"),
        ("Lars", "Hætta"),
        ("Ida", "de Vries"),
        ("Ida", "Habel"),
    )
    named(customer, ("Min-jun", "Kim"), name_order="family", native_name="김민준")
    for native in ("이서연", "김하늘"):
        make_person(customer, given_name="", family_name="", native_name=native)
    names = [
        "Linnéa Åkerblom",
        "Ida de Vries",
        "Ida Habel",
        "Lars Hætta",
        "Kim Min-jun",
        "Anna Zander",
        "김하늘",
        "이서연",
    ]
    assert shown(browse()) == names
    assert shown(browse(sort="-name")) == names[::-1]


@pytest.mark.both
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("brid", ["Bríd Ní Bhriain"]),
        ("NÍ bríd", ["Bríd Ní Bhriain"]),
        ("akerblom", ["Linnéa Åkerblom"]),
        ("ÅKER", ["Linnéa Åkerblom"]),
        ("김민", ["Kim Min-jun"]),
        ("김 민준", ["Kim Min-jun"]),
        ("min-jun kim", ["Kim Min-jun"]),
        ("4567", ["Linnéa Åkerblom"]),
        ("91 23 45", ["Linnéa Åkerblom"]),
        ("brid@", ["Bríd Ní Bhriain"]),
        ("fjord", ["Linnéa Åkerblom", "Kim Min-jun", "Bríd Ní Bhriain"]),
        ("fjord kim", ["Kim Min-jun"]),
        (".*", []),
        ("(", []),
        ("nobody", []),
    ],
)
def test_people_are_found_by_what_is_known_of_them(browse, customer, query, found):
    (linnea, _kim, brid) = (
        *named(customer, ("Linnéa", "Åkerblom")),
        *named(customer, ("Min-jun", "Kim"), name_order="family", native_name="김민준"),
        *named(customer, ("Bríd", "Ní Bhriain")),
    )
    ContactPoint.objects.create(person=linnea, kind="phone", value="+47 91 23 45 67")
    ContactPoint.objects.create(person=brid, kind="email", value="brid@fjord.example")
    assert shown(browse(q=query)) == found


def test_a_row_says_who_where_and_when(browse, customer):
    (ingrid,) = named(customer, ("Ingrid", "Solheim"), role="Head of purchasing", cadence_days=30)
    talk(ingrid, customer, 42)
    talk(ingrid, customer, 1, kind="gift")
    PersonDate.objects.create(person=ingrid, month=11, day=28, year=1985)
    page = browse()
    for words in (
        "Head of purchasing",
        "12 Oct, call",
        "every 30 days",
        "12 days over",
        "28 Nov",
        "in 5 days · turns 41",
    ):
        assert words in page


@pytest.mark.both
def test_the_last_contact_is_the_newest_real_one_that_may_be_seen(browse, customer, mate, owner):
    (lars,) = named(customer, ("Lars", "Hætta"))
    assert "never noted" in browse()
    talk(lars, customer, 30)
    talk(lars, customer, 9, author=mate, private=True)
    talk(lars, customer, 5, deleted_at=datetime(2026, 11, 20, tzinfo=UTC))
    talk(lars, customer, 3, kind="note")
    assert "24 Oct, call" in browse()
    talk(lars, customer, 2, kind="visit", private=True)
    assert "21 Nov, visit" in browse()


@pytest.mark.both
def test_the_list_sorts_by_last_contact(browse, customer):
    early, never, late = named(customer, ("A", "Early"), ("B", "Never"), ("C", "Late"))
    talk(early, customer, 100)
    talk(late, customer, 2)
    assert shown(browse(sort="-last_contact")) == ["C Late", "A Early", "B Never"]
    assert shown(browse(sort="last_contact")) == ["B Never", "A Early", "C Late"]


def test_who_was_not_contacted_matches_the_notes_to_the_day(browse, customer):
    at_30, at_31, never = named(customer, ("A", "Thirty"), ("B", "Thirtyone"), ("C", "Never"))
    talk(at_30, customer, 30)
    talk(at_31, customer, 31)
    assert shown(browse(touch="30")) == ["C Never", "B Thirtyone"]
    Person.objects.filter(pk=never.pk).update(status="left")
    assert shown(browse(touch="30")) == ["B Thirtyone"]
    talk(at_31, customer, 0)
    assert shown(browse(touch="30")) == []


def test_logging_a_call_moves_the_next_nudge_to_today_and_the_cadence(browse, customer):
    (ingrid,) = named(customer, ("Ingrid", "Solheim"), cadence_days=14)
    (new,) = named(customer, ("New", "Today"), cadence_days=7)
    talk(ingrid, customer, 13)
    assert shown(browse(touch="overdue")) == []
    due = talk(ingrid, customer, 14)
    NotePerson.objects.exclude(note=due).delete()
    # On the day itself, as on Today.
    assert shown(browse(touch="overdue")) == ["Ingrid Solheim"]
    talk_ago = talk(ingrid, customer, 15)
    NotePerson.objects.exclude(note=talk_ago).delete()
    assert shown(browse(touch="overdue")) == ["Ingrid Solheim"]
    assert "1 day over" in browse(f"/people/{ingrid.pk}/")
    talk(ingrid, customer, 0, kind="email")
    assert shown(browse(touch="overdue")) == []
    assert "14 days left" in browse(f"/people/{ingrid.pk}/")
    # Who was never talked to is counted from the day he was entered.
    Person.objects.filter(pk=new.pk).update(created_at=datetime(2026, 11, 15, tzinfo=UTC))
    assert shown(browse(touch="overdue")) == ["New Today"]


@pytest.mark.both
def test_birthdays_of_a_month_are_civil_ones(browse, customer):
    solar, lunar, leap = named(customer, ("A", "Solar"), ("B", "Lunar"), ("C", "Leap"))
    PersonDate.objects.create(person=solar, month=11, day=28)
    PersonDate.objects.create(person=lunar, month=10, day=19, calendar="korean_lunar")
    PersonDate.objects.create(person=leap, month=2, day=29, missing="after")
    assert shown(browse(month="11")) == ["B Lunar", "A Solar"]
    assert shown(browse(month="10")) == []
    assert shown(browse(month="2")) == []
    assert shown(browse(month="3")) == ["C Leap"]


@pytest.mark.both
def test_filters_by_customer_and_status(browse, customer, owner):
    other = make_customer("Bergen Import", owner=owner)
    named(customer, ("A", "Here"))
    (gone,) = named(other, ("B", "Gone"), status="left")
    (away,) = named(other, ("C", "Archived"), status="archived")
    Employment.objects.create(person=gone, customer=customer, to_on=date(2025, 1, 1))
    assert shown(browse(customer=customer.pk)) == ["A Here"]
    assert shown(browse()) == ["B Gone", "A Here"]
    assert shown(browse(status="archived")) == ["C Archived"]
    assert shown(browse(status="active")) == ["A Here"]
    assert "Nobody fits" in browse(q="xyz")


def test_a_customer_or_employment_of_somebody_else_is_not_named(browse, customer, stranger, client_for):
    (ingrid,) = named(customer, ("Ingrid", "Solheim"))
    Employment.objects.filter(person=ingrid).update(to_on=date(2026, 1, 31))
    Employment.objects.create(person=ingrid, customer=make_customer("Iberia Import SL", owner=stranger))
    for page in (browse(), browse(f"/people/{ingrid.pk}/"), browse(format="csv"), browse(sort="customer")):
        assert "Solheim" in page
        assert "Iberia" not in page
    theirs = client_for(stranger).get("/people/").content.decode()
    assert "Solheim" in theirs
    assert "Fjord Handel" not in theirs


def test_the_boss_is_his_users_own(browse, owner, client_for, mate):
    make_person(owner=owner, given_name="Elena", family_name="Rossi")
    assert shown(browse()) == ["Elena Rossi"]
    assert shown(client_for(mate).get("/people/").content.decode()) == []


def test_the_export_is_exactly_what_is_filtered(browse, customer):
    ingrid, _lars = named(customer, ("Ingrid", "Solheim"), ("Lars", "=Hætta"), cadence_days=30)
    named(customer, ("Knut", "Myhre"), status="left")
    talk(ingrid, customer, 42)
    PersonDate.objects.create(person=ingrid, month=11, day=28, year=1985)
    for kind, value in (("email", "ingrid@fjord.example"), ("phone", "+47 91 23 45 67")):
        ContactPoint.objects.create(person=ingrid, kind=kind, value=value)
    rows = list(csv.reader(io.StringIO(browse(format="csv", status="active", sort="-name").lstrip("\ufeff"))))
    assert [row[:2] for row in rows[1:]] == [["Solheim", "Ingrid"], ["'=Hætta", "Lars"]]
    assert rows[1][3:] == [
        "active", customer.code, "Fjord Handel AS", "Buyer", "ingrid@fjord.example", "'+47 91 23 45 67", "2026-10-12",
        "Call", "30", "12", "28 Nov 1985", "2026-11-28", "41",
    ]  # fmt: skip


def test_the_list_asks_as_often_for_fifty_people_as_for_five(client_for, owner, customer):
    client, counts = client_for(owner), []
    for wanted in (5, 45):
        for person in named(customer, *[("A", f"B{n}") for n in range(wanted)], cadence_days=7):
            talk(person, customer, 20)
            PersonDate.objects.create(person=person, month=3, day=3)
        for query in ("", "?sort=-last_contact", "?touch=overdue&q=a", "?sort=customer&month=3"):
            client.get("/people/")
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/people/{query}")
            counts.append(len(queries))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 13


@pytest.mark.parametrize(
    "query",
    ["customer=abc", "customer=99999999999999999999", "touch=x", "month=13", "status=x", "sort=no", "page=x"],
)
def test_a_broken_address_is_no_failure(browse, customer, query):
    make_person(customer)
    name, value = query.split("=")
    assert "People" in browse(**{name: value})


# One person ----------------------------------------------------------------------


def test_a_page_has_everything_about_a_person(browse, customer):
    (kim,) = named(
        customer, ("Min-jun", "Kim"), name_order="family", native_name="김민준", language="ko", facts="Likes tea.",
        cadence_days=30, role="Category manager", time_zone="Asia/Seoul",
    )  # fmt: skip
    talk(kim, customer, 42)
    PersonDate.objects.create(person=kim, month=10, day=19, calendar="korean_lunar", year=1985)
    PersonDate.objects.create(person=kim, month=6, day=1, year=2010, kind="other", label="wedding")
    old = make_customer("Bergen Import", owner=customer.owner)
    Employment.objects.create(
        person=kim, customer=old, role="Buyer", from_on=date(2019, 1, 1), to_on=date(2021, 6, 30)
    )
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", browse(f"/people/{kim.pk}/")))
    for words in (
        "Kim Min-jun 김민준", "Category manager, Fjord Handel AS", "Korean", "Likes tea.",
        "Last talked 12 Oct (call). Every 30 days: 12 days over.", "27 Nov, in 4 days, turns 41, lunar 10/19",
        "Wedding 1 Jun 2010", "17 years", "Bergen Import earlier",
    ):  # fmt: skip
        assert words in page, words
    assert 'data-tz="Asia/Seoul"' in browse(f"/people/{kim.pk}/")


def test_ways_to_reach_somebody_act_when_they_are_clicked(browse, customer):
    person = make_person(customer)
    for kind, label, value in (
        ("email", "work", "ingrid@fjord.example"),
        ("phone", "", "91234567"),
        ("phone", "", "ask Lars"),
        ("messenger", "WhatsApp", "+82 10-1234-5678"),
        ("messenger", "KakaoTalk", "minjun77"),
        ("messenger", "Telegram", "@min_jun"),
        ("messenger", "LINE", "min jun"),
        ("address", "office", "Storgata 1, Oslo"),
    ):
        ContactPoint.objects.create(person=person, kind=kind, label=label, value=value)
    page = browse(f"/people/{person.pk}/")
    for href in (
        "mailto:ingrid@fjord.example", "tel:+4791234567", "https://wa.me/821012345678", "https://t.me/min_jun",
        "https://line.me/ti/p/~min%20jun", "https://www.openstreetmap.org/search?query=Storgata%201%2C%20Oslo",
    ):  # fmt: skip
        assert f'href="{href}"' in page, href
    assert ">+47 91 23 45 67<" in page
    assert 'data-copy="minjun77"' in page
    assert page.count("data-copy=") == 8


def test_after_2050_the_page_says_that_the_tables_end(client_for, customer, owner):
    person = make_person(customer)
    PersonDate.objects.create(person=person, month=10, day=9, calendar="korean_lunar")
    with time_machine.travel("2051-03-01 09:00", tick=False):
        page = client_for(owner).get(f"/people/{person.pk}/").content.decode()
        assert "end with 2050" in page
        assert shown(client_for(owner).get("/people/").content.decode()) == [str(person)]


@pytest.mark.parametrize("status", ["left", "deceased", "archived"])
def test_the_birthday_of_who_is_gone_is_not_shouted(browse, customer, status):
    person = make_person(customer, status=status)
    PersonDate.objects.create(person=person, month=11, day=28, year=1985)
    page = browse(f"/people/{person.pk}/")
    assert "28 Nov 1985" in page
    assert f">{status}<" in page
    assert "in 5 days" not in page
    assert "turns" not in page


def test_neighbours_at_the_same_customer(browse, customer):
    first, second, third, _away = named(customer, ("C", "Aa"), ("B", "Bb"), ("A", "Cc"), ("D", "Bc"))
    Person.objects.filter(family_name="Bc").update(status="archived")
    page = browse(f"/people/{second.pk}/")
    assert re.search(rf'rel="prev" href="/people/{first.pk}/"', page)
    assert re.search(rf'rel="next" href="/people/{third.pk}/"', page)
    assert 'rel="prev"' not in browse(f"/people/{first.pk}/")


def test_a_page_of_much_asks_as_often_as_one_of_little(client_for, owner, customer):
    client, counts = client_for(owner), []
    for wanted in (1, 20):
        person = make_person(customer)
        for n in range(wanted):
            make_person(customer)
            talk(person, customer, n)
            ContactPoint.objects.create(person=person, kind="email", value=f"a{n}@b.example")
            PersonDate.objects.create(person=person, kind="other", label="x", month=1, day=n + 1)
            job = make_customer(owner=owner)
            Employment.objects.create(person=person, customer=job, to_on=date(2020, 1, 1 + n))
        client.get(f"/people/{person.pk}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/people/{person.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_dashboards_card_leads_to_people(browse, customer):
    ingrid, *_ = named(customer, ("Ingrid", "Solheim"), ("Lars", "Hætta"), role="Buyer")
    talk(ingrid, customer, 42)
    page = browse(f"/customers/{customer.pk}/")
    for words in (
        f'href="/people/{ingrid.pk}/"', "12 Oct, call", "All 2", f'href="/people/new/?customer={customer.pk}"',
        f'href="/people/?customer={customer.pk}&amp;status=active"',
    ):  # fmt: skip
        assert words in page
