"""What stands behind a figure: rows of a chart, and the orders that a link leads to."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from analytics import behind
from analytics.refresh import judge_stale
from crm.models import Customer
from tests.factories import make_customer, make_order, make_orders

pytestmark = pytest.mark.once

LAST = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-03-24 09:00Z", tick=False):
        yield


@pytest.fixture
def page(client_for, owner):
    """The dashboard of a customer who orders every three weeks; text of a section by its heading's id."""
    customer = make_customer("Nordlys AS", owner=owner, orders_known_through=date(2026, 3, 23))
    make_orders(
        customer,
        [(LAST - timedelta(days=21 * n), [("AUR", 60, "12.50"), ("TAP", 20 + n, "1.50")]) for n in range(36)],
    )
    judge_stale()
    return re.sub(r"\s+", " ", client_for(owner).get(f"/customers/{customer.pk}/").content.decode())


def section(page, heading):
    return re.search(rf'aria-labelledby="{heading}".*?</section>', page)[0]


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.integers(-400, 400))
def test_months_are_counted_over_years(day, n):
    label = f"{day:%Y-%m}"
    assert behind.later(behind.later(label, n), -n) == label
    assert behind.later(label, 12) == f"{day.year + 1}-{day:%m}"


@pytest.mark.parametrize(
    ("months", "period"),
    [(("2026-02",), ("2026-02-01", "2026-02-28")), (("2028-02",), ("2028-02-01", "2028-02-29")),
     (("2025-12",), ("2025-12-01", "2025-12-31")), (("2025-11", "2026-01"), ("2025-11-01", "2026-01-31"))],
)  # fmt: skip
def test_a_link_spans_whole_months(months, period):
    assert behind.within("/orders/?customer=1", *months) == "/orders/?customer=1&since={}&until={}".format(
        *period
    )


@pytest.mark.both
def test_each_month_of_an_item_leads_to_the_orders_that_make_it_up(page, client_for, owner):
    client = client_for(owner)
    cells = re.findall(r'<td class="num"><a href="([^"]+)">([\d,.]+)</a>', section(page, "heat-h"))
    assert len(cells) > 40
    for url, amount in cells[:: len(cells) // 4]:
        assert re.search(r"product=\d+&amp;since=\d{4}-\d\d-01&amp;until=\d{4}-\d\d-\d\d$", url)
        assert f"EUR {amount}" in client.get(unescape(url)).content.decode()


def test_the_table_says_what_the_chart_draws_of_the_months_ahead(page):
    rows = re.search(r'<tbody class="expected">(.*?)</tbody>', section(page, "rev-h"))[1]
    months = re.findall(r"<td>(\w+ \d{4}) <span", rows)
    assert months[-6:] == ["Aug 2026", "Jul 2026", "Jun 2026", "May 2026", "Apr 2026", "Mar 2026"]
    assert len(months) == 12
    assert len(re.findall(r'<td class="num">[\d.,]+( k)? \([\d.,]+ – [\d.,]+( k)?\)</td>', rows)) == 12


def test_totals_ahead_name_their_months(page):
    # "The next 3 months" would leave open whether the running one is among them.
    for period in ("Mar 2026 – May 2026", "Mar 2026 – Aug 2026", "Mar 2026 – Feb 2027"):
        assert f"Expected {period}" in page


def test_every_tile_and_every_likely_item_leads_to_its_orders(page, client_for, owner):
    tiles = re.findall(r'<p class="kv"><a href="([^"]+)">', page)
    assert len(tiles) == 4
    likely = re.findall(r'<a class="n" href="([^"]+)">Product (AUR|TAP)</a>', page)
    assert {sku for _, sku in likely} == {"AUR", "TAP"}
    for url in {*tiles, *(url for url, _ in likely)}:
        assert client_for(owner).get(unescape(url)).status_code == 200


@pytest.mark.both
def test_links_of_answers_that_are_old_span_what_they_were_computed_of(client_for, owner, page):
    from_before = re.search(r"since=[\d-]+&amp;until=2026-03-23", page)[0]
    customer = Customer.objects.get()
    Customer.objects.update(orders_known_through=date(2026, 5, 1))
    again = client_for(owner).get(f"/customers/{customer.pk}/").content.decode()
    assert from_before in again
    assert "until=2026-05-01" not in again


def test_of_a_single_order_nobody_says_that_all_goes_its_usual_way(client_for, owner):
    customer = make_customer(owner=owner, orders_known_through=LAST)
    make_order(customer, LAST)
    judge_stale()
    page = client_for(owner).get(f"/customers/{customer.pk}/").content.decode()
    assert "usual way" not in page
    assert "Too little is known yet" in page
    assert "at least two gaps" in page
