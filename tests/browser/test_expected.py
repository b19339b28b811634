"""The pages of what is expected, by keyboard and on a phone."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from analytics.models import Outlook
from analytics.refresh import refresh_stale
from crm.models import Product, Target
from tests.browser.screens import DESKTOP, Screen, on_every_screen
from tests.factories import make_customer, make_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(owner):
    last = date.today() - timedelta(days=3)
    customer = make_customer("Nordlys Distribution AS", owner=owner, orders_known_through=date.today())
    for back in range(20):
        make_order(customer, last - timedelta(days=14 * back), [("AUR-400", 60 + back, "120")])
    year = date.today().replace(month=1, day=1)
    Target.objects.create(customer=customer, from_on=year, months=12, amount=200_000, currency="EUR")
    refresh_stale()
    return customer


@on_every_screen
def test_from_the_calendar_to_a_day_to_items_and_the_year(page, owner, shop, sign_in, look):
    sign_in(page, owner)
    on = Outlook.objects.get(customer=shop).expected_on
    page.goto(f"/expected/?on={on}")
    page.locator("summary", has_text="How right this rule was").press("Enter")
    expect(page.get_by_role("columnheader", name="Came ÷ said")).to_be_visible()
    look("expected-month")
    page.locator(f'.cal a.d[href*="on={on}"]').press("Enter")
    expect(page.get_by_role("heading", name="1 customer's next order")).to_be_visible()
    expect(page.get_by_role("link", name="Nordlys Distribution AS").first).to_be_visible()
    look("expected-day")
    page.get_by_role("link", name="Items", exact=True).press("Enter")
    expect(page.get_by_role("link", name="Product AUR-400").first).to_be_visible()
    look("expected-items")
    page.get_by_role("link", name="12 months").press("Enter")
    expect(page.get_by_text("Will end at").first).to_be_visible()
    look("expected-year")


@pytest.mark.slow
@pytest.mark.parametrize("screen", [DESKTOP, Screen(1280, 800, "dark")], indirect=True, ids=str)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_all_columns_of_the_next_orders_are_seen_without_scrolling(
    page, manager, shop, sign_in, shot, language
):
    Product.objects.filter(sku="AUR-400").update(name="Aurora 400 rechargeable headlamp", unit="pieces")
    manager.language = language
    manager.save()
    sign_in(page, manager)
    page.goto(f"/expected/?on={Outlook.objects.get(customer=shop).expected_on}")
    expect(page.get_by_role("link", name="Nordlys Distribution AS").first).to_be_visible()
    for table in page.locator(".tbl-wrap:visible").all():
        assert table.evaluate("table => table.scrollWidth <= table.clientWidth")
    shot(page, f"expected-columns-{language}")
