import json
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.refresh import refresh_stale
from crm.models import Customer
from tests.factories import make_customer, make_order, make_orders, make_person

pytestmark = pytest.mark.once

LAST = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-03-24 09:00Z", tick=False):
        yield


@pytest.fixture
def regular(owner):
    """Two years, every three weeks, two items."""
    customer = make_customer("Nordlys AS", owner=owner, orders_known_through=date(2026, 3, 23))
    make_orders(
        customer,
        [(LAST - timedelta(days=21 * n), [("AUR", 60, "12.50"), ("TAP", 20, "1.50")]) for n in range(36)],
    )
    return customer


@pytest.fixture
def show(client_for, owner):
    def show(customer, user=owner, **headers):
        response = client_for(user).get(f"/customers/{customer.pk}/", **headers)
        assert response.status_code == 200
        return re.sub(r"\s+", " ", response.content.decode())

    return show


def test_the_answer_comes_first(regular, show):
    refresh_stale()
    page = show(regular)
    assert "Next order in 17 days" in page
    assert "best guess Fri 10 Apr" in page
    assert "14 of 14 right" in page
    assert "Orders known up to 23 Mar 2026." in page
    assert "fairly sure" in page
    assert "best guess EUR 780, 2 items" in page
    assert "Orders every 3 weeks; 14 of the last 14 gaps lay within 4 days of that." in page


def test_tiles_name_unit_currency_and_period(regular, show):
    refresh_stale()
    page = show(regular)
    for text in (
        "Orders received, 12 months",
        "EUR 14 k",
        "21 days",
        "± 0 days",
        "18 orders in 12 months",
        "Items per order",
    ):
        assert text in page


@pytest.mark.both
def test_figures_lead_to_the_orders_that_add_up_to_them(regular, show, client_for, owner):
    refresh_stale()
    url = re.search(r'<p class="kv"><a href="([^"]+)"', show(regular))[1].replace("&amp;", "&")
    page = client_for(owner).get(url).content.decode()
    assert "EUR 14,040.00" in page
    assert "18 orders" in page


def test_the_table_behind_the_chart_has_its_figures(regular, show):
    refresh_stale()
    page = show(regular)
    figure = json.loads(
        re.search(r'<script id="sales-figure" type="application/json">(.*?)</script>', page)[1]
    )
    drawn = figure["data"][0]["y"]
    written = re.findall(
        r'<td><a href="/orders/\?customer=\d+&amp;since=[^"]+">[^<]+</a></td><td class="num">([\d,.]+)</td>',
        page,
    )
    assert [float(value.replace(",", "")) for value in written] == drawn[::-1]
    assert sum(drawn) == 36 * 780


def test_items_have_share_rhythm_and_their_orders(regular, show):
    refresh_stale()
    page = show(regular)
    assert "Product AUR" in page
    assert "top item" in page
    assert "96 %" in page
    assert "every 3 weeks" in page
    assert re.search(r"customer=\d+&amp;since=2025-03-24&amp;until=2026-03-23&amp;product=\d+", page)


@pytest.mark.both
def test_items_and_the_table_behind_the_heat_map_add_up_to_the_whole(regular, show):
    refresh_stale()
    page = show(regular)

    def numbers(html):
        return [float(text.replace(",", "")) for text in re.findall(r">([\d,]+\.\d\d)<", html)]

    items = re.search(r'aria-labelledby="it-h".*?</section>', page)[0]
    assert numbers(items) == [18 * 750, 18 * 30]
    heat = re.search(r'aria-labelledby="heat-h".*?</section>', page)[0]
    months = len(re.findall(r'<th scope="col" class="num">', heat))
    sales = re.search(r'aria-labelledby="rev-h".*?</section>', page)[0]
    assert sum(numbers(heat)) == sum(numbers(sales)[:months]) > 0


def test_overdue_is_as_of_the_day_orders_are_known_through(regular, show):
    Customer.objects.update(orders_known_through=date(2026, 3, 23))
    refresh_stale()
    assert "Overdue" not in show(regular)
    with time_machine.travel("2026-08-01 09:00Z"):
        page = show(regular)
        assert "Overdue" not in page
        assert "Next order was expected by 10 Apr" in page
        assert 'class="known old"' in page
    Customer.objects.update(orders_known_through=date(2026, 6, 30))
    page = show(regular)
    assert re.search(r"Overdue by \d+ days", page)
    assert "The order is late" in page


@pytest.mark.parametrize(("count", "words"), [(1, "needs 2 more orders"), (2, "needs 1 more order")])
def test_few_orders_are_said_honestly(owner, show, count, words):
    customer = make_customer("Few", owner=owner, orders_known_through=LAST)
    make_orders(customer, [(LAST - timedelta(days=9 * n), [("SKU-A", 10, "12.50")]) for n in range(count)])
    refresh_stale()
    page = show(customer)
    assert f"Not enough data: {words}" in page
    assert "right</span>" not in page
    assert "Too short a history to say the months ahead" in page


def test_no_orders_at_all(owner, show):
    customer = make_customer("None", owner=owner)
    refresh_stale()
    page = show(customer)
    assert "Not enough data: needs 3 more orders" in page
    assert "Import this customer's orders" in page


def test_what_is_not_computed_yet_says_so(regular, show):
    assert "Being computed" in show(regular)
    refresh_stale()
    make_order(regular, LAST + timedelta(days=1))
    page = show(regular)
    assert "orders changed: being computed anew" in page
    assert "Next order in" in page


@pytest.mark.both
def test_lines_without_a_rate_are_counted(regular, show):
    make_order(regular, LAST - timedelta(days=3), [("AUR", 1, "5")], currency="USD")
    refresh_stale()
    assert "1 line is missing here: no exchange rate for its month." in show(regular)


def test_in_korean_as_a_korean_rep_would_say_it(regular, show, owner):
    refresh_stale()
    owner.language = "ko"
    owner.save()
    page = show(regular, user=owner)
    assert '<html lang="ko">' in page
    assert "17일 뒤 다음 주문" in page
    assert "14번 중 14번 적중" in page


def test_a_long_history_asks_as_often_as_a_short_one(client_for, owner):
    client, counts = client_for(owner), []
    customer = make_customer(owner=owner, orders_known_through=LAST)
    for wanted in (4, 60):
        for n in range(wanted):
            make_order(
                customer, LAST - timedelta(days=wanted + 9 * n), [(f"S{n % 30}", 1, "5"), ("A", 2, "3")]
            )
            make_person(customer)
        refresh_stale()
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/customers/{customer.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 23


@pytest.mark.both
def test_strangers_and_team_mates_find_nothing(regular, client_for, stranger, mate):
    for user in (stranger, mate):
        assert client_for(user).get(f"/customers/{regular.pk}/").status_code == 404
