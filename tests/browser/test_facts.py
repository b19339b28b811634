"""Customers, products and orders typed into and corrected, on a desktop and on a phone."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from crm.models import Closure, Customer, CustomerItem, Order, Product, Shipment
from tests.browser.screens import PHONE, Screen, on_every_screen
from tests.browser.test_layout import FIT, SMALL
from tests.factories import make_customer, make_order, make_product

pytestmark = pytest.mark.django_db(transaction=True)
on_desk_and_phone = pytest.mark.parametrize(
    "screen", [Screen(1440, 900, "light"), PHONE], indirect=True, ids=str
)
NOW = date.today()


@pytest.fixture
def shop(manager):
    customer = make_customer("Nordlys Distribution AS", owner=manager)
    product = make_product("AUR-400", name="Aurora 400 headlamp", unit="pcs", category="Light")
    for back in range(1, 15):
        make_order(
            customer, NOW - timedelta(days=30 * back), [("AUR-400", 60, "12.50"), ("TAP-05", 20, "3.1")]
        )
    order = make_order(customer, NOW - timedelta(days=3), [("AUR-400", 60, "12.50"), ("TAP-05", 5, "3.1")])
    order.status = "confirmed"
    order.save()
    order.lines.update(promised_on=NOW - timedelta(days=1))
    shipment = Shipment.objects.create(order=order, number="S-1", shipped_on=NOW)
    shipment.lines.create(order_line=order.lines.last(), quantity=2)
    Closure.objects.create(customer=customer, from_on=NOW, to_on=NOW + timedelta(days=5))
    CustomerItem.objects.create(customer=customer, product=product, remark="Two into every rental tent")
    customer.city = "Tromsø"
    customer.save()
    return customer


def paths(shop):
    order = shop.orders.first()
    product = Product.objects.get(sku="AUR-400")
    return {
        "customer-new": "/customers/new/",
        "customer-edit": f"/customers/{shop.pk}/edit/",
        "dashboard": f"/customers/{shop.pk}/",
        "orders-of-one": f"/orders/?customer={shop.pk}",
        "order": f"/orders/{order.pk}/",
        "order-new": f"/customers/{shop.pk}/orders/new/",
        "order-edit": f"/orders/{order.pk}/edit/",
        "shipment-new": f"/orders/{order.pk}/shipments/new/",
        "products": "/products/",
        "product": f"/products/{product.pk}/",
        "product-new": "/products/new/",
        "product-edit": f"/products/{product.pk}/edit/",
        "remark": f"/customers/{shop.pk}/items/{product.pk}/",
        "history": f"/history/customer/{shop.pk}/",
        "history-order": f"/history/order/{order.pk}/",
    }


@pytest.mark.slow
@on_every_screen
def test_every_page_is_accessible_fits_and_suits_a_thumb(page, manager, shop, sign_in, axe, shot, screen):
    sign_in(page, manager)
    for name, path in paths(shop).items():
        page.goto(path)
        expect(page.locator("h1").first).to_be_visible()
        assert page.evaluate(FIT), f"{path} scrolls sideways"
        axe(page)
        if screen.width < 500:
            assert page.evaluate(SMALL) == [], path
        shot(page, name)


@on_desk_and_phone
def test_a_customer_is_entered_after_a_mistake_and_the_question_who_he_is(page, manager, shop, sign_in, axe):
    sign_in(page, manager)
    page.goto("/customers/")
    page.get_by_role("link", name="New customer").click()
    page.wait_for_load_state()  # chosen before its script runs, a country would ask for no time zone
    page.get_by_label("Name", exact=True).fill("Nordlys Distribution")
    page.get_by_label("Country").select_option(label="Sweden")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Stockholm")
    page.get_by_label("Country").select_option(label="Norway")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Oslo")
    page.get_by_label("Orders known up to").fill((NOW + timedelta(days=2)).isoformat())
    page.get_by_role("button", name="Add a closure").click()
    row = page.locator("[data-row]")
    row.get_by_label("From").fill("2026-07-06")
    row.get_by_label("To").fill("2026-07-26")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This day is still to come")).to_be_visible()
    axe(page)
    expect(row.get_by_label("From")).to_have_value("2026-07-06")
    page.get_by_label("Orders known up to").fill(NOW.isoformat())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Is he here already?")).to_be_visible()
    assert page.evaluate(FIT)
    axe(page)
    # Enter in a field saves as the button below does: it is asked again.
    with page.expect_navigation():
        page.get_by_label("City").press("Enter")
    expect(page.get_by_role("heading", name="Is he here already?")).to_be_visible()
    page.get_by_role("button", name="No, enter him anyway").click()
    expect(page.get_by_text("Nordlys Distribution is entered.")).to_be_visible()
    made = Customer.objects.get(name="Nordlys Distribution")
    assert (made.time_zone, made.closures.count(), made.orders_known_through) == ("Europe/Oslo", 1, NOW)


@on_desk_and_phone
def test_an_order_with_a_product_that_is_new(page, manager, shop, sign_in, axe):
    sign_in(page, manager)
    page.goto(f"/customers/{shop.pk}/")
    page.get_by_role("link", name="New order").click()
    page.wait_for_load_state()  # typed before its script runs, nothing would be looked up
    page.get_by_label("Number").fill("MY-77")
    first, second = page.locator("[data-line]").nth(0), page.locator("[data-line]").nth(1)
    first.get_by_label("Item").press_sequentially("aur")
    expect(page.locator("#product-list option")).to_have_count(1)
    first.get_by_label("Item").fill("AUR-400")
    first.get_by_label("Quantity").fill("80")
    expect(first.get_by_label("Unit price")).to_have_value("12.5")
    expect(first.get_by_label("Unit", exact=True)).to_have_value("pcs")
    expect(first.get_by_text("last: EUR 12.5")).to_be_visible()
    second.get_by_label("Item").press_sequentially("TENT-9")
    expect(second.get_by_label("New product", exact=True)).to_be_visible()
    second.get_by_label("Quantity").fill("4")
    second.get_by_label("Unit price").fill("99")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("There is no product “TENT-9”.")).to_be_visible()
    assert page.evaluate(FIT)
    axe(page)
    second.get_by_label("New product", exact=True).check()
    second.get_by_label("Name of the new product").fill("Tunnel tent 3")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Order MY-77 is entered.")).to_be_visible()
    expect(page.get_by_role("link", name="Tunnel tent 3")).to_be_visible()
    assert Order.objects.get(number="MY-77").lines.count() == 2
    assert Product.objects.get(sku="TENT-9").name == "Tunnel tent 3"


@pytest.mark.slow
def test_answers_about_two_items_may_come_in_any_order(page, manager, shop, sign_in):
    sign_in(page, manager)
    page.goto(f"/customers/{shop.pk}/orders/new/")
    page.wait_for_load_state()
    held = []

    def hold(route):
        held.append(route)

    page.route("**AUR-400**", hold)
    first, second = page.locator("[data-line]").nth(0), page.locator("[data-line]").nth(1)
    with page.expect_request("**AUR-400**"):
        first.get_by_label("Item").fill("AUR-400")
    first.get_by_label("Quantity").fill("80")
    second.get_by_label("Item").fill("TENT-9")
    offer = second.get_by_label("New product", exact=True)
    expect(offer).to_be_visible()
    held[0].continue_()
    expect(first.get_by_label("Unit price")).to_have_value("12.5")
    expect(offer).to_be_visible()


@on_desk_and_phone
def test_an_edit_with_an_error_keeps_everything(page, manager, shop, sign_in, axe):
    order = shop.orders.first()
    sign_in(page, manager)
    page.goto(f"/orders/{order.pk}/")
    page.get_by_role("link", name="Edit").click()
    line = page.locator("[data-line]").first
    line.get_by_label("Quantity").fill("0")
    line.get_by_label("Promised for").fill("2026-12-24")
    page.get_by_role("button", name="Add a line").click()
    added = page.locator("[data-line]").last
    expect(added.get_by_label("Item")).to_be_focused()
    added.get_by_label("Item").fill("TAP-05")
    added.get_by_label("Quantity").fill("7")
    added.get_by_label("Unit price").fill("3")
    page.get_by_role("button", name="Add a line").click()
    page.locator("[data-line]").last.get_by_label("Remove").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nought is no line")).to_be_visible()
    expect(line.get_by_label("Quantity")).to_be_focused()
    # Added and removed again: nobody wants to see it.
    expect(page.locator("[data-line]").last).to_be_hidden()
    assert page.evaluate(FIT)
    axe(page)
    expect(line.get_by_label("Promised for")).to_have_value("2026-12-24")
    line.get_by_label("Quantity").fill("61")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert sorted(order.lines.values_list("quantity", flat=True)) == [5, 7, 61]


def test_what_left_is_recorded_and_one_line_left_out(page, manager, shop, sign_in):
    order = shop.orders.first()
    sign_in(page, manager)
    page.goto(f"/orders/{order.pk}/")
    page.get_by_role("button", name="Leave out AUR-400").click()
    expect(
        page.get_by_text("Forecasts no longer learn from Aurora 400 headlamp of this order.")
    ).to_be_visible()
    page.get_by_role("link", name="Record a shipment").click()
    expect(page.get_by_label("Aurora 400 headlamp")).to_have_value("60")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The shipment is recorded.")).to_be_visible()
    order.refresh_from_db()
    assert order.status == "shipped"


@on_desk_and_phone
def test_why_he_buys_it_is_written_where_it_is_read(page, manager, shop, sign_in, axe):
    sign_in(page, manager)
    page.goto(f"/products/{Product.objects.get(sku='AUR-400').pk}/")
    expect(page.locator(".plot.ready svg.main-svg").first).to_be_visible()
    page.get_by_role("link", name="Change").click()
    box = page.get_by_label("Why he buys it")
    expect(box).to_have_value("Two into every rental tent")
    assert page.evaluate(FIT)
    axe(page)
    box.fill("Three into every rental tent")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Three into every rental tent")).to_be_visible()
    expect(box).to_have_count(0)
    assert CustomerItem.objects.get().remark == "Three into every rental tent"


@pytest.mark.slow
def test_a_value_is_restored_and_an_archive_undone(page, manager, shop, sign_in):
    sign_in(page, manager)
    page.goto(f"/customers/{shop.pk}/edit/")
    page.get_by_role("link", name="History").click()
    page.get_by_role("button", name="Restore “Oslo” City").click()
    expect(page.get_by_text("City is “Oslo” again.")).to_be_visible()
    page.goto(f"/customers/{shop.pk}/edit/")
    page.get_by_role("button", name="Archive him").click()
    expect(page.get_by_text("is archived.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Nordlys Distribution AS")).to_be_visible()
    shop.refresh_from_db()
    assert (shop.status, shop.city) == ("active", "Oslo")
