"""Customers as they are entered, corrected, handed on and archived on the screen."""

import re
from datetime import date

import pytest
import time_machine
from django.utils import translation

from crm.closures import next_closure
from crm.forms import choices
from crm.forms.customers import CustomerForm
from crm.models import Assignment, Closure, Customer
from crm.similar import bare
from tests.factories import make_customer, make_order, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NO_CLOSURES = {"closures-TOTAL_FORMS": 0, "closures-INITIAL_FORMS": 0}
TODAY = date(2026, 3, 24)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-03-24 09:00Z", tick=False):
        yield


@pytest.fixture
def announced(settings):
    """How often the rest of the house was told."""
    calls.clear()
    settings.AFTER_IMPORT = [f"{__name__}.note_call"]
    return calls


calls = []


def note_call():
    calls.append(1)


def typed(**fields):
    return (
        {"name": "Nordlys AS", "currency": "NOK", "status": "active", "country": "NO"} | NO_CLOSURES | fields
    )


def as_shown(customer, **fields):
    """What the edit form of a customer sends when nothing is touched."""
    names = ("name", "code", "country", "city", "time_zone", "currency", "status")
    shown = {name: getattr(customer, name) for name in names}
    shown |= {"fiscal_year_start": customer.fiscal_year_start or "", "owner": customer.owner_id or ""}
    shown["orders_known_through"] = customer.orders_known_through or ""
    return shown | NO_CLOSURES | fields


@pytest.mark.both
def test_a_rep_enters_a_customer_who_is_his(client_for, owner):
    response = client_for(owner).post("/customers/new/", typed(city="Tromsø", code="T-1"), follow=True)
    customer = Customer.objects.get()
    assert (customer.owner, customer.time_zone, customer.city) == (owner, "Europe/Oslo", "Tromsø")
    assert customer.history.get().history_user == owner
    assert list(Assignment.objects.values_list("rep", "from_on", "to_on")) == [(owner.pk, TODAY, None)]
    page = response.content.decode()
    assert "Nordlys AS is entered." in page
    assert 'name="owner"' not in client_for(owner).get("/customers/new/").content.decode()


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(client_for, owner):
    wrong = typed(name="", city="Bergen", orders_known_through="2026-03-25", time_zone="Europe/Nowhere")
    wrong |= {"closures-TOTAL_FORMS": 3, "closures-0-from_on": "2026-07-26", "closures-0-to_on": "2026-07-06"}
    wrong |= {"closures-1-from_on": "2026-07-06", "closures-2-from_on": "in July"}
    response = client_for(owner).post("/customers/new/", wrong)
    page = response.content.decode()
    assert response.status_code == 422
    for words in (
        "Write the name.",
        "This day is still to come",
        "is not a time zone",
        "before the first day",
        "Say on which day.",
        "Write the day like 2026-03-24.",
    ):
        assert words in page
    for kept in ('value="Bergen"', 'value="Europe/Nowhere"', 'value="2026-07-26"', 'value="2026-03-25"'):
        assert kept in page
    assert not Customer.objects.exists()


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "\u2060", "\u00ad", "\u200b \u00ad", "\u2800"])
def test_a_name_in_which_nothing_can_be_seen_is_none(client_for, owner, name):
    page = client_for(owner).post("/customers/new/", typed(name=name)).content.decode()
    assert "Write the name." in page
    assert not Customer.objects.exists()


@pytest.mark.parametrize("name", ["김", "한\u200b빛", "Ø", "7", "₩", "นที"])
def test_a_short_name_in_any_script_is_one(client_for, owner, name):
    client_for(owner).post("/customers/new/", typed(name=name))
    assert Customer.objects.get().name == name


def test_countries_and_months_are_in_the_readers_language(client_for):
    korean = make_user(language="ko")
    page = client_for(korean).get("/customers/new/").content.decode()
    assert ">노르웨이</option>" in page
    assert ">4월</option>" in page
    with translation.override("en"):
        names = [name for _code, name in choices.countries()[1:]]
    assert names.index("Åland Islands") < names.index("Bahrain") < names.index("Norway")


def test_the_zone_follows_the_country(client_for, owner):
    client = client_for(owner)
    assert 'value="Asia/Seoul"' in client.get("/customers/zones/", {"country": "KR"}).content.decode()
    many = client.get("/customers/zones/", {"country": "US"}).content.decode()
    assert "America/Chicago" in many
    assert 'value="Europe/Oslo"' not in many
    assert client.get("/customers/zones/", {"country": "??"}).status_code == 200


@pytest.mark.both
def test_a_colleagues_code_is_refused_without_his_customers_name(client_for, customer, stranger):
    page = client_for(stranger).post("/customers/new/", typed(code=customer.code)).content.decode()
    assert "not yours. Ask your manager." in page
    assert customer.name not in page


@pytest.mark.both
def test_of_two_who_take_a_code_at_once_the_second_is_told(client_for, owner, monkeypatch):
    look = CustomerForm.is_valid

    def take_after_the_look(form):
        valid = look(form)
        if not Customer.objects.exists():
            make_customer("Fjord Handel AS", code="T-1", owner=owner)
        return valid

    monkeypatch.setattr(CustomerForm, "is_valid", take_after_the_look)
    response = client_for(owner).post("/customers/new/", typed(code="T-1"))
    first = Customer.objects.get()
    assert response.status_code == 422
    assert f'<a href="/customers/{first.pk}/">{first}</a> has this code.' in response.content.decode()


def test_ones_own_code_names_who_has_it_and_an_archived_one_can_be_restored(client_for, customer, owner):
    client = client_for(owner)
    link = f'<a href="/customers/{customer.pk}/">Fjord Handel AS</a>'
    assert (
        f"{link} has this code." in client.post("/customers/new/", typed(code=customer.code)).content.decode()
    )
    client.post(f"/customers/{customer.pk}/archive/", {"archive": 1})
    page = client.post("/customers/new/", typed(code=customer.code)).content.decode()
    assert f"{link} has this code and is archived: open him and restore him." in page


@pytest.mark.both
@pytest.mark.parametrize("name", ["fjord handel as", "FJORD  HANDEL", "Fjörd Handel AS Oslo"])
def test_a_name_like_one_that_is_known_is_asked_about_once(client_for, customer, owner, name):
    client = client_for(owner)
    response = client.post("/customers/new/", typed(name=name))
    assert response.status_code == 422
    assert "Is he here already?" in response.content.decode()
    assert Customer.objects.count() == 1
    client.post("/customers/new/", typed(name=name, anyway=1))
    assert Customer.objects.count() == 2


@pytest.mark.both
def test_who_gets_the_name_of_another_is_asked_about_once_and_nothing_typed_is_lost(
    client_for, customer, owner
):
    other = make_customer("Nordlys Trading", owner=owner)
    client, path = client_for(owner), f"/customers/{other.pk}/edit/"
    page = client.post(path, typed(name="Fjord Handel", code=other.code, city="Tromsø")).content.decode()
    assert "Is he here already?" in page
    assert f'<a href="/customers/{customer.pk}/">Fjord Handel AS</a>' in page
    assert 'value="Tromsø"' in page
    assert Customer.objects.get(pk=other.pk).name == "Nordlys Trading"
    client.post(path, typed(name="Fjord Handel", code=other.code, city="Tromsø", anyway=1))
    other.refresh_from_db()
    assert (other.name, other.city) == ("Fjord Handel", "Tromsø")
    # What he is called by now is asked about no more.
    client.post(path, typed(name="Fjord Handel", code=other.code, city="Bodø"))
    assert Customer.objects.get(pk=other.pk).city == "Bodø"


@pytest.mark.both
@pytest.mark.parametrize(
    ("known", "name"),
    [
        ("Fjord Handel AS", "fjord handel Ltd."),
        ("Fjord Handel A/S", "FJØRD HANDEL"),
        ("Müller GmbH & Co. KG", "Mueller AG"),
        ("Alfa sp. z o.o.", "Alfa S.A."),
        ("한빛상사 주식회사", "(주)한빛상사"),
        ("ヤマト商事", "株式会社ヤマト商事"),
    ],
)
@pytest.mark.parametrize("country", ["NO", "SE", ""])
def test_another_legal_form_is_asked_about_in_whatever_country(client_for, owner, known, name, country):
    make_customer(known, owner=owner, country="NO", city="Bergen")
    page = client_for(owner).post("/customers/new/", typed(name=name, country=country)).content.decode()
    assert "Is he here already?" in page
    assert "Bergen, Norway" in page
    assert Customer.objects.count() == 1


def test_a_name_within_another_is_asked_about_where_no_country_tells_them_apart(client_for, customer, owner):
    client = client_for(owner)
    client.post("/customers/new/", typed(name="Fjord", country="SE"))
    assert Customer.objects.count() == 2
    client.post("/customers/new/", typed(name="Fjord Handel AS Oslo", country=""))
    assert Customer.objects.count() == 2


@pytest.mark.both
def test_nobody_is_warned_of_somebody_elses_or_of_another_name(client_for, customer, owner, stranger):
    client_for(stranger).post("/customers/new/", typed(name=customer.name))
    client_for(owner).post("/customers/new/", typed(name="Nordlys Ltd"))
    assert Customer.objects.count() == 3


@pytest.mark.both
def test_a_bare_name_keeps_hangul_syllables_whole():
    assert bare("  Société-Générale ") == "societe generale"
    assert bare("가나상사") not in bare("각나상사")


@pytest.mark.both
def test_known_through_and_country_ask_for_new_forecasts_and_other_fields_do_not(
    client_for, customer, owner, announced
):
    client, path = client_for(owner), f"/customers/{customer.pk}/edit/"
    client.post(path, as_shown(customer, city="Bergen"))
    customer.refresh_from_db()
    assert (customer.city, customer.orders_rev, len(announced)) == ("Bergen", 0, 0)
    client.post(path, as_shown(customer, orders_known_through="2026-03-24"))
    customer.refresh_from_db()
    assert (customer.orders_known_through, customer.orders_rev, len(announced)) == (TODAY, 1, 1)
    # His public holidays are those of his country.
    client.post(path, as_shown(customer, country="SE"))
    customer.refresh_from_db()
    assert (customer.country, customer.orders_rev, len(announced)) == ("SE", 2, 2)
    # And his fiscal year may have busy months of its own.
    client.post(path, as_shown(customer, fiscal_year_start=4))
    customer.refresh_from_db()
    assert (customer.fiscal_year_start, customer.orders_rev, len(announced)) == (4, 3, 3)


def test_orders_are_known_at_least_up_to_the_last_one(client_for, customer, owner):
    make_order(customer, date(2026, 3, 20))
    answer = client_for(owner).post(
        f"/customers/{customer.pk}/edit/", as_shown(customer, orders_known_through="2020-01-01")
    )
    assert answer.status_code == 422
    assert "An order of his of 20 Mar 2026 is here" in answer.content.decode()
    customer.refresh_from_db()
    assert customer.orders_known_through != date(2020, 1, 1)


def test_a_day_stays_the_same_through_ten_edits_in_any_zone(client_for, customer, owner):
    """The day that is typed is the day that is kept, in Seoul as in Los Angeles."""
    for number in range(10):
        owner.time_zone = ("Asia/Seoul", "America/Los_Angeles")[number % 2]
        owner.save()
        page = client_for(owner).get(f"/customers/{customer.pk}/edit/").content.decode()
        shown = re.search(r'name="orders_known_through" value="([^"]*)"', page)
        day = shown.group(1) if shown else "2026-03-01"
        client_for(owner).post(
            f"/customers/{customer.pk}/edit/",
            as_shown(customer, city=f"Oslo {number}", orders_known_through=day),
        )
    customer.refresh_from_db()
    assert customer.orders_known_through == date(2026, 3, 1)


@pytest.mark.both
def test_an_edit_does_not_undo_what_an_import_counted_meanwhile(client_for, customer, owner):
    make_order(customer)
    client_for(owner).post(f"/customers/{customer.pk}/edit/", as_shown(customer, name="Fjord Handel ASA"))
    customer.orders.first().save()
    assert Customer.objects.values_list("name", "orders_rev").get() == ("Fjord Handel ASA", 3)


@pytest.mark.both
def test_a_new_owner_begins_the_day_the_old_one_ends(client_for, customer, owner, mate, manager):
    client = client_for(manager)
    client.post(f"/customers/{customer.pk}/edit/", as_shown(customer, owner=owner.pk, city="Bergen"))
    Assignment.objects.create(customer=customer, rep=owner, from_on="2025-01-01")
    client.post(f"/customers/{customer.pk}/edit/", as_shown(customer, owner=mate.pk))
    rows = Assignment.objects.order_by("pk").values_list("rep", "from_on", "to_on")
    assert list(rows) == [(owner.pk, date(2025, 1, 1), TODAY), (mate.pk, TODAY, None)]
    assert client_for(owner).get(f"/customers/{customer.pk}/").status_code == 404


def test_whom_a_customer_may_be_given_to(client_for, customer, owner, mate, manager, stranger, admin):
    inactive = make_user("gone@example.com", team=owner.team, is_active=False)

    def offered(user):
        page = client_for(user).get(f"/customers/{customer.pk}/edit/").content.decode()
        found = re.search(r'<select name="owner".*?</select>', page, re.DOTALL)
        return set(map(int, re.findall(r'value="(\d+)"', found.group()))) if found else None

    assert offered(owner) is None
    assert offered(manager) == {owner.pk, mate.pk, manager.pk}
    assert offered(admin) == {owner.pk, mate.pk, manager.pk, stranger.pk, admin.pk}
    page = client_for(manager).post(f"/customers/{customer.pk}/edit/", as_shown(customer, owner=inactive.pk))
    assert page.status_code == 422


@pytest.mark.both
def test_closures_are_added_changed_and_removed(client_for, customer, owner):
    client, path = client_for(owner), f"/customers/{customer.pk}/edit/"
    rows = {"closures-TOTAL_FORMS": 2, "closures-0-from_on": "2026-07-06", "closures-0-to_on": "2026-07-26",
            "closures-0-yearly": "on", "closures-1-from_on": "2026-05-01", "closures-1-to_on": "2026-05-01"}  # fmt: skip
    before = Customer.objects.get(pk=customer.pk).orders_rev
    client.post(path, as_shown(customer) | rows)
    assert Customer.objects.get(pk=customer.pk).orders_rev == before + 1
    summer, may = Closure.objects.order_by("-from_on")
    assert (summer.yearly, summer.source, may.yearly) == (True, "told", False)
    assert "closed 1 May" in client.get(f"/customers/{customer.pk}/").content.decode()
    rows = {"closures-TOTAL_FORMS": 2, "closures-INITIAL_FORMS": 2,
            "closures-0-id": summer.pk, "closures-0-from_on": "2026-07-13", "closures-0-to_on": "2026-07-26",
            "closures-1-id": may.pk, "closures-1-from_on": "2026-05-01", "closures-1-to_on": "2026-05-01",
            "closures-1-DELETE": "on"}  # fmt: skip
    client.post(path, as_shown(customer) | rows)
    assert list(Closure.objects.values_list("from_on", "yearly")) == [(date(2026, 7, 13), False)]
    assert "closed 13 – 26 Jul" in client.get(f"/customers/{customer.pk}/").content.decode()


@pytest.mark.parametrize(
    ("closure", "today", "expected"),
    [
        (("2024-12-20", "2025-01-03", True), "2026-01-02", ("2025-12-20", "2026-01-03")),
        (("2024-12-20", "2025-01-03", True), "2026-01-04", ("2026-12-20", "2027-01-03")),
        (("2024-02-29", "2024-03-02", True), "2026-02-01", ("2026-02-28", "2026-03-02")),
        (("2026-07-06", "2026-07-26", False), "2026-07-27", None),
        (("2026-07-06", "2026-07-26", False), "2026-07-26", ("2026-07-06", "2026-07-26")),
        (("2027-07-06", "2027-07-26", True), "2026-07-10", ("2027-07-06", "2027-07-26")),
    ],
)
def test_the_next_closure(closure, today, expected):
    since, until, yearly = closure
    row = Closure(from_on=date.fromisoformat(since), to_on=date.fromisoformat(until), yearly=yearly)
    found = next_closure([row], date.fromisoformat(today))
    assert (found and (found.from_on.isoformat(), found.to_on.isoformat())) == expected


@pytest.mark.both
def test_an_archived_customer_leaves_the_list_and_comes_back_as_he_was(client_for, customer, owner):
    client = client_for(owner)
    Customer.objects.update(status="paused")
    page = client.post(f"/customers/{customer.pk}/archive/", {"archive": 1}, follow=True).content.decode()
    assert "Fjord Handel AS is archived." in page
    assert "Undo" in page
    assert f'href="/customers/{customer.pk}/"' not in page
    assert customer.name in client.get("/customers/?status=archived").content.decode()
    assert client.get(f"/customers/{customer.pk}/").status_code == 200
    client.post(f"/customers/{customer.pk}/archive/", {"archive": 0})
    customer.refresh_from_db()
    assert customer.status == "paused"


def test_the_header_says_when_his_year_starts(client_for, customer, owner):
    Customer.objects.update(fiscal_year_start=4)
    assert "fiscal year from April" in client_for(owner).get(f"/customers/{customer.pk}/").content.decode()


def test_a_manager_edits_his_teams_and_nobody_anothers(client_for, customer, manager, stranger, mate):
    assert client_for(manager).get(f"/customers/{customer.pk}/edit/").status_code == 200
    for other in (stranger, mate):
        path = f"/customers/{customer.pk}/"
        assert client_for(other).post(path + "edit/", as_shown(customer, name="Mine")).status_code == 404
        assert client_for(other).post(path + "archive/", {"archive": 1}).status_code == 404
    customer.refresh_from_db()
    assert (customer.name, customer.status) == ("Fjord Handel AS", "active")


def test_a_manager_without_a_team_gives_to_himself_alone(client_for):
    alone = make_user("alone@example.com", role="manager")
    make_user("teamless@example.com")
    customer = make_customer(owner=alone)
    page = client_for(alone).get(f"/customers/{customer.pk}/edit/").content.decode()
    found = re.search(r'<select name="owner".*?</select>', page, re.DOTALL).group()
    assert set(re.findall(r'value="(\d+)"', found)) == {str(alone.pk)}
