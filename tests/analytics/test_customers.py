import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.refresh import judge_stale
from crm.models import Customer
from tests.factories import make_customer, make_orders

pytestmark = pytest.mark.once

TODAY = date(2026, 3, 24)
LAST = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-03-24 09:00Z", tick=False):
        yield


def regular(name, owner, gap=21, count=12, last=LAST, price="10", **fields):
    customer = make_customer(name, owner=owner, **({"orders_known_through": TODAY} | fields))
    make_orders(customer, [(last - timedelta(days=gap * n), [("A", 10, price)]) for n in range(count)])
    return customer


@pytest.fixture
def book(owner):
    regular("Weekly Ware", owner, gap=7, price="50", country="DE", city="Bremen")
    regular("Monthly Mart", owner, gap=30, price="90", country="NO", code="MM-1")
    regular("Late Ltd", owner, gap=14, last=LAST - timedelta(days=70), country="GB")
    regular("Gone Goods", owner, gap=9, last=LAST - timedelta(days=300), country="FR")
    regular("Single Shop", owner, count=1, country="KR", currency="KRW")
    make_customer("Silent Store", owner=owner)
    judge_stale()


@pytest.fixture
def names(client_for, owner):
    client = client_for(owner)

    def names(**query):
        page = client.get("/customers/", query).content.decode()
        return re.findall(r'<td[^>]*><a href="/customers/\d+/">([^<]*)<', page)

    return names


@pytest.mark.both
def test_the_longest_overdue_come_first_then_by_next_order_and_the_lost_last(book, names):
    assert names()[:3] == ["Late Ltd", "Weekly Ware", "Monthly Mart"]
    assert names()[-1] == "Gone Goods"


@pytest.mark.both
def test_search_knows_name_code_city_and_country(book, names):
    assert names(q="mart") == ["Monthly Mart"]
    assert names(q="mm-") == ["Monthly Mart"]
    assert names(q="bremen") == ["Weekly Ware"]
    assert names(q="United Kingdom") == ["Late Ltd"]
    assert names(q="한국") == ["Single Shop"]


@pytest.mark.both
def test_filters(book, names):
    assert names(state="overdue") == ["Late Ltd"]
    assert names(state="lapsed") == ["Gone Goods"]
    assert names(state="soon") == ["Weekly Ware"]
    assert set(names(state="not_enough")) == {"Single Shop", "Silent Store"}
    assert names(country="NO") == ["Monthly Mart", "Silent Store"]
    assert names(status="lost") == []


@pytest.mark.both("every case")
@pytest.mark.parametrize(
    ("sort", "first"),
    [("name", "Gone Goods"), ("-name", "Weekly Ware"), ("expected_on", "Weekly Ware"), ("-amount", "Monthly Mart"),
     ("-amount_12m", "Monthly Mart"), ("-last_ordered_on", "Weekly Ware"), ("interval_days", "Weekly Ware")],
)  # fmt: skip
def test_sorting(book, names, sort, first):
    assert names(sort=sort, q="")[0] == first


def test_states_are_said_in_words(book, client_for, owner):
    page = client_for(owner).get("/customers/").content.decode()
    assert "needs 2 more orders" in page
    assert "needs 3 more orders" in page
    assert "was due by" in page
    assert "silent for long" in page
    assert re.search(r"\d+ days</span>", page)
    assert "orders known up to 24 Mar 2026" in page


def test_an_uncomputed_customer_says_so(client_for, owner):
    make_customer("Brand New", owner=owner)
    assert "being computed" in client_for(owner).get("/customers/").content.decode()


def test_the_export_is_the_filtered_list(book, client_for, owner):
    response = client_for(owner).get("/customers/", {"format": "csv", "country": "NO", "sort": "-name"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode().lstrip("\ufeff"))))
    assert [row["Customer"] for row in rows] == ["Silent Store", "Monthly Mart"]
    mart = rows[1]
    assert (mart["Next order"], mart["Currency"]) == ("2026-04-19", "EUR")
    assert Decimal(mart["Worth"]) == pytest.approx(900, rel=0.05)
    assert mart["Ordered in 12 months"] == "10800.00"


def test_who_sees_whom(book, client_for, owner, mate, manager, admin, stranger):
    for user, sees in ((owner, True), (mate, False), (manager, True), (admin, True), (stranger, False)):
        page = client_for(user).get("/customers/").content.decode()
        assert ("Weekly Ware" in page) is sees
        export = client_for(user).get("/customers/", {"format": "csv"})
        assert ("Weekly Ware" in b"".join(export.streaming_content).decode()) is sees


@pytest.mark.parametrize(
    ("asked", "shown"), [("25", 25), ("50", 30), ("-3", 30), ("0", 25), ("1000000", 30), ("many", 30)]
)
def test_a_page_has_one_of_three_sizes(owner, names, client_for, asked, shown):
    for n in range(30):
        make_customer(f"C{n:02}", owner=owner)
    judge_stale()
    assert len(names(per_page=asked, sort="name")) == shown
    page = (
        client_for(owner)
        .get("/customers/", {"per_page": asked, "sort": "name", "page": "9"})
        .content.decode()
    )
    links = [parse_qs(unescape(query)) for query in re.findall(r'href="\?([^"]*per_page=100[^"]*)"', page)]
    assert {"per_page": ["100"], "sort": ["name"], "page": ["1"]} in links


def test_list_and_dashboard_agree_on_who_fell_silent(book, client_for, owner):
    gone, late = (Customer.objects.get(name=name) for name in ("Gone Goods", "Late Ltd"))
    page = client_for(owner).get(f"/customers/{gone.pk}/").content.decode()
    assert "Silent for 304 days" in page
    assert "He has fallen silent" in page
    assert "Overdue" not in page
    assert "Overdue by" in client_for(owner).get(f"/customers/{late.pk}/").content.decode()


def test_nobody_is_expected_soon_out_of_orders_known_up_to_long_ago(book, names):
    with time_machine.travel("2026-06-24 09:00Z"):
        assert names(state="soon") == []


def test_filtering_keeps_order_and_size(book, client_for, owner):
    page = client_for(owner).get("/customers/", {"sort": "-name", "per_page": "25"}).content.decode()
    assert '<input type="hidden" name="sort" value="-name">' in page
    assert '<input type="hidden" name="per_page" value="25">' in page


def test_an_empty_list_says_what_to_import(client_for, owner):
    page = client_for(owner).get("/customers/").content.decode()
    assert 'href="/imports/new/"' in page


def test_a_long_list_asks_as_often_as_a_short_one(client_for, owner):
    client, counts = client_for(owner), []
    client.get("/customers/")
    for wanted in (5, 40):
        for n in range(wanted):
            regular(f"C{wanted}-{n}", owner, count=2)
        judge_stale()
        with CaptureQueriesContext(connection) as queries:
            client.get("/customers/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9
