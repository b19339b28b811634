"""The dashboard beyond what every page must be: histories short and long, years away, and what stands behind a figure."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from analytics.refresh import refresh_stale
from crm.models import Customer
from tests.browser.screens import on_every_screen, on_phone
from tests.factories import make_customer, make_orders

pytestmark = pytest.mark.django_db(transaction=True)
LAST = date.today() - timedelta(days=4)
# A text cut off at its card's edge; lists and tables that scroll or end in dots on purpose are left out.
CUT_OFF = """() => [...document.querySelectorAll(".hero .card, .hero .card p, .hero .card h2")]
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
  .map((e) => `${e.className}: ${e.textContent.trim().slice(0, 60)}`)"""
SPILLS = """() => [...document.querySelectorAll(".hero .card")].flatMap((card) => {
  const edge = card.getBoundingClientRect();
  return [...card.querySelectorAll("p")].filter((p) => {
    const box = p.getBoundingClientRect();
    return box.right > edge.right || box.bottom > edge.bottom;
  }).map((p) => p.textContent.trim());
})"""


def history(owner, orders, gap=21, last=LAST, **fields):
    customer = make_customer(owner=owner, **({"orders_known_through": LAST} | fields))
    make_orders(
        customer,
        [
            (last - timedelta(days=gap * n), [("AUR-400", 60, "120"), ("TAP-05", 20, "15")])
            for n in range(orders)
        ],
    )
    refresh_stale()
    return customer


@pytest.mark.slow
@on_every_screen
@pytest.mark.parametrize("orders", [0, 1, 7])
def test_a_history_of_any_length_fits_its_cards(page, owner, sign_in, axe, shot, orders):
    customer = history(owner, orders)
    sign_in(page, owner)
    page.goto(f"/customers/{customer.pk}/")
    for number in range(page.locator(".plot").count()):
        page.locator(".plot").nth(number).scroll_into_view_if_needed()
        expect(page.locator(".plot").nth(number).locator("svg.main-svg").first).to_be_visible()
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(SPILLS) == []
    assert page.locator("html").evaluate("html => html.scrollWidth <= innerWidth")
    axe(page)
    shot(page, f"dashboard-{orders}-orders")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ko"])
def test_at_a_desk_the_items_fill_the_room_under_the_charts(page, owner, sign_in, language):
    """And no tile is taller than what it says and its line."""
    customer = history(owner, 7)
    owner.language = language
    owner.save()
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, owner)
    page.goto(f"/customers/{customer.pk}/")
    charts, items, notes = (
        page.locator(place).first.bounding_box()
        for place in (".board > .col", ".board > .items", ".board > .side-col")
    )
    assert 0 < items["y"] - charts["y"] - charts["height"] < 30
    assert items["x"] + items["width"] < notes["x"]
    assert page.locator(".items .tbl-wrap").evaluate("table => table.scrollWidth <= table.clientWidth")
    assert all(tile.bounding_box()["height"] < 200 for tile in page.locator(".kpi").all())


@pytest.mark.slow
@on_phone
@pytest.mark.parametrize("language", ["en", "ko"])
def test_windows_that_say_their_years_fit_a_phone(page, owner, sign_in, language):
    long_ago = date(2011, 12, 7)
    customer = history(owner, 7, gap=61, last=long_ago, orders_known_through=long_ago)
    owner.language = language
    owner.save()
    sign_in(page, owner)
    page.goto(f"/customers/{customer.pk}/")
    expect(page.locator(".fc-v").first).to_contain_text("2012")
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(SPILLS) == []


@on_every_screen
def test_tables_behind_the_charts_open_and_lead_to_orders(page, owner, sign_in, axe):
    customer = history(owner, 40)
    sign_in(page, owner)
    page.goto(f"/customers/{customer.pk}/")
    for summary in page.get_by_text("Show as table").all():
        summary.click()
    expect(page.locator("tbody.expected tr")).to_have_count(12)
    assert page.locator("html").evaluate("html => html.scrollWidth <= innerWidth")
    axe(page)
    heat = page.locator("section.card", has=page.get_by_role("heading", name="What they buy, and when"))
    cell = heat.locator("td.num a").last
    amount = cell.inner_text()
    cell.click()
    expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
    expect(page.get_by_text(f"EUR {amount}").first).to_be_visible()


def test_an_overdue_order_is_said_first(page, owner, sign_in, axe):
    customer = history(owner, 30)
    Customer.objects.filter(pk=customer.pk).update(orders_known_through=LAST + timedelta(days=60))
    refresh_stale()
    sign_in(page, owner)
    page.goto(f"/customers/{customer.pk}/")
    expect(page.locator("#fc-h")).to_contain_text("Overdue by")
    expect(page.get_by_role("heading", name="The order is late")).to_be_visible()
    axe(page)
