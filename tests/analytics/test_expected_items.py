"""Items to produce: quantities expected in 30, 60 and 90 days, from whom, with a range."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.engine.forecast.rollup import HORIZON, UNIT
from analytics.expected.items import ExpectedItems
from analytics.expected.rates import Rates
from analytics.models import Outlook
from analytics.refresh import judge_stale
from crm.models import Product
from tests.factories import make_customer, make_orders, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = date(2026, 3, 24)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-03-24 09:00Z", tick=False):
        yield


def regular(name, owner, lines, gap=10, count=12, **fields):
    """`lines`(n) of his nth order back."""
    customer = make_customer(name, owner=owner, orders_known_through=TODAY, **fields)
    make_orders(customer, [(TODAY - timedelta(days=gap * n + 5), lines(n)) for n in range(count)])
    return customer


@pytest.fixture
def book(owner):
    make_product("A", name="Axe", unit="pcs", category="Tools")
    make_product("B", name="Bag", unit="sets", category="Bags")
    regular("Ten Days", owner, lambda n: [("A", 10, "5"), *([("B", 4, "9")] if n % 2 else [])])
    regular("Twenty Days", owner, lambda n: [("A", 30, "5")], gap=20, country="US", currency="USD")
    judge_stale()


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def rows_of(page):
    return [words(row) for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL)[1:]]


def demand(**narrow):
    items = ExpectedItems(Outlook.objects.filter(**narrow), Rates(), TODAY)
    items.book.common = 0  # customers who are independent indeed
    found = items.demand(Product.objects.in_bulk())
    items.name_buyers(found)
    return {row.product.sku: row for row in found}


def test_ten_pieces_every_ten_days_are_thirty_in_thirty_days(book):
    axes = demand(customer__name="Ten Days")["A"]
    assert [of.mean for of in axes.quantities] == pytest.approx([30, 60, 90], rel=0.15)
    assert all(of.low < of.mean < of.high for of in axes.quantities)
    bags = demand(customer__name="Ten Days")["B"]
    assert bags.in_90 == pytest.approx(4 / 2 * 9, rel=0.2)


@pytest.mark.both
def test_customers_add_up_and_who_buys_most_leads(book):
    axes = demand()["A"]
    assert axes.in_60 == pytest.approx(
        demand(customer__name="Ten Days")["A"].in_60 + demand(customer__name="Twenty Days")["A"].in_60
    )
    assert axes.customers == 2
    assert [buyer.name for buyer in axes.buyers] == ["Twenty Days", "Ten Days"]


def test_the_range_holds_eight_in_ten_of_simulated_quarters(owner):
    """Twenty memoryless customers, half of whose orders hold the item, one to nine of it."""
    random = np.random.default_rng(5)
    product, rate = make_product("S"), 0.04
    for n in range(20):
        Outlook.objects.create(
            customer=make_customer(f"S{n}", owner=owner),
            rev=0,
            computed_at="2026-03-24T00:00Z",
            known_through=TODAY,
            last_ordered_on=TODAY,
            ahead={
                "days": [round(rate * UNIT)] * HORIZON, "cv2": 1, "amount": 100, "spread": 0,
                "year": None, "back": {"until": "2026-02"} | {name: [0] * 6 for name in ("orders", "amount", "came", "new")},
            },
            ahead_items={"item": [product.pk], "p": [0.5], "mean": [5], "var": [60 / 9], "share": [1]},
        )  # fmt: skip
    of = demand()["S"].quantities[0]
    came = [
        sum(int(random.integers(1, 10)) for _ in range(random.binomial(random.poisson(20 * 30 * rate), 0.5)))
        for _ in range(1500)
    ]
    assert of.mean == pytest.approx(np.mean(came), rel=0.05)
    assert np.mean([of.low <= value <= of.high for value in came]) == pytest.approx(0.8, abs=0.04)


def test_an_item_with_a_season_is_expected_in_it(book):
    """Three times as much in April, none in May, as ever in other months; today is 24 March, so that a third month begins with June."""
    usual = demand(customer__name="Ten Days")["B"]
    outlook = Outlook.objects.get(customer__name="Ten Days")
    items = outlook.ahead_items
    at = items["item"].index(usual.product.pk)
    items["season"][at] = [1, 1, 1, 3, 0, *[1] * 7]
    outlook.save()
    seasonal = demand(customer__name="Ten Days")["B"]
    days = np.array([[7, 23, 0], [7, 30, 23], [7, 30, 31]])  # of March, April and May; of 90 days 22 in June
    factors = (days @ [1, 3, 0] + [0, 0, 22]) / [30, 60, 90]
    for before, after, factor in zip(usual.quantities, seasonal.quantities, factors, strict=True):
        assert after.mean == pytest.approx(before.mean * factor, rel=0.02)


def test_the_page_says_how_much_of_what_for_whom_and_links_to_the_orders(book, client_for, owner):
    page = client_for(owner).get("/expected/items/").content.decode()
    axe, bag = rows_of(page)
    assert re.search(r"Axe A \d\d pcs \d\d – \d\d", axe)
    assert "2 Twenty Days" in axe
    assert "480 pcs" in axe  # 120 + 360 ordered in twelve months
    assert "sets" in bag
    product = Product.objects.get(sku="A").pk
    assert re.search(rf"/orders/\?customer=\d+&amp;product={product}", page)
    assert f"/orders/?product={product}" in page


@pytest.mark.both
def test_filters_of_customers_and_of_products(book, client_for, owner):
    client = client_for(owner)
    (axe,) = rows_of(client.get("/expected/items/", {"country": "US"}).content.decode())
    assert "Ten Days" not in axe
    (bag,) = rows_of(client.get("/expected/items/", {"category": "Bags"}).content.decode())
    assert "Bag" in bag
    assert "No product fits" in client.get("/expected/items/", {"q": "zzz"}).content.decode()


@pytest.mark.both
def test_the_export_has_every_horizon(book, client_for, owner):
    response = client_for(owner).get("/expected/items/", {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode().lstrip("\ufeff"))))
    axe = next(row for row in rows if row["SKU"] == "A")
    assert Decimal(axe["30 days, from"]) < Decimal(axe["Expected in 30 days"]) < Decimal(axe["30 days, to"])
    assert axe["Most of it to, in 90 days"].startswith("Twenty Days (")


@pytest.mark.both
def test_who_sees_whom(book, client_for, owner, mate, manager, admin, stranger):
    for user, sees in ((owner, True), (mate, False), (manager, True), (admin, True), (stranger, False)):
        client = client_for(user)
        assert ("Twenty Days" in client.get("/expected/items/").content.decode()) is sees
        export = b"".join(client.get("/expected/items/", {"format": "csv"}).streaming_content).decode()
        assert ("Twenty Days" in export) is sees
    assert "No item can be expected yet" in client_for(mate).get("/expected/items/").content.decode()


def test_many_customers_ask_as_often_as_few(book, client_for, owner):
    client, counts = client_for(owner), []
    outlook = Outlook.objects.get(customer__name="Ten Days")
    client.get("/expected/items/")
    for many in (3, 60):
        for n in range(many):
            outlook.pk, outlook.customer = None, make_customer(f"C{many}-{n}", owner=owner)
            outlook.save()
        with CaptureQueriesContext(connection) as queries:
            client.get("/expected/items/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
