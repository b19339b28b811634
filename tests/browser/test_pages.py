"""Every page as a person meets it: seen, read aloud, typed into."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from analytics.refresh import refresh_stale
from crm.models import Installation, Note, PersonDate
from tests.browser.screens import on_every_screen, on_phone
from tests.factories import make_customer, make_order, make_person

pytestmark = pytest.mark.django_db(transaction=True)
LAST = date.today() - timedelta(days=4)


@pytest.fixture
def shop(owner):
    """A customer of two years: every three weeks, four items; and one with a single order."""
    customer = make_customer(
        "Nordlys Distribution AS", owner=owner, orders_known_through=LAST, currency="NOK"
    )
    for back in range(35):
        lines = [("AUR-400", 60 + back % 3 * 10, "120"), ("TAP-05", 20, "15")]
        lines += [("WAX-250", 240, "30")] if back % 2 else [("DRY-20", 35, "95")]
        make_order(customer, LAST - timedelta(days=21 * back + back % 3), lines)
    ingrid = make_person(customer, given_name="Ingrid", family_name="Solheim", role="Head of purchasing")
    soon = date.today() + timedelta(days=3)
    PersonDate.objects.create(person=ingrid, month=soon.month, day=min(soon.day, 28), year=1985)
    single = make_customer("One Order Ltd", owner=owner, orders_known_through=LAST)
    make_order(single, LAST)
    refresh_stale()
    return customer


def paths(customer):
    order = customer.orders.first()
    return {
        "today": "/",
        "customers": "/customers/",
        "dashboard": f"/customers/{customer.pk}/",
        "orders": "/orders/",
        "order": f"/orders/{order.pk}/",
        "orders-of-one": f"/orders/?customer={customer.pk}",
        "timeline": f"/customers/{customer.pk}/timeline/",
    }


def assert_fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


@on_every_screen
def test_every_page_is_accessible_and_fits(page, owner, shop, sign_in, axe, shot):
    sign_in(page, owner)
    for name, path in paths(shop).items():
        page.goto(path)
        expect(page.locator("h1").first).to_be_visible()
        assert_fits(page)
        axe(page)
        shot(page, name)


@on_every_screen
def test_a_customer_without_a_history_is_shown_honestly(page, owner, shop, sign_in, axe, shot):
    sign_in(page, owner)
    page.goto("/customers/?q=One+Order")
    page.get_by_role("link", name="One Order Ltd").click()
    expect(page.get_by_role("heading", name="Not enough data: needs 2 more orders")).to_be_visible()
    assert_fits(page)
    axe(page)
    shot(page, "dashboard-one-order")


@on_every_screen
@pytest.mark.parametrize("field", ["form", "refused"])
def test_removing_the_demo_company_is_accessible(page, owner, sign_in, axe, shot, field):
    """Asked of a demo user, who names himself the first administrator, and refused to anybody else."""
    Installation.objects.update_or_create(pk=1, defaults={"demo_loaded_at": timezone.now()})
    if field == "form":
        User.objects.update(is_demo=True)
    sign_in(page, owner)
    page.goto("/demo/remove/")
    button = page.get_by_role("button", name="Remove it for good")
    expect(button).to_have_count(1 if field == "form" else 0)
    assert_fits(page)
    axe(page)
    shot(page, f"demo-remove-{field}")


@on_every_screen
def test_tables_behind_the_charts_and_a_notes_errors_are_accessible(page, owner, shop, sign_in, axe):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    for table in page.get_by_text("Show as table").all():
        table.click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Write what happened, then save.")).to_be_visible()
    assert_fits(page)
    axe(page)


def test_charts_are_drawn_and_have_a_table_behind_them(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    for heading in ("Orders received by month, NOK", "What they buy, and when, NOK"):
        card = page.locator("section.card", has=page.get_by_role("heading", name=heading))
        card.scroll_into_view_if_needed()
        expect(card.locator(".plot.ready svg.main-svg").first).to_be_visible()
        card.get_by_text("Show as table").click()
        expect(card.locator("tbody tr").first).to_be_visible()


def test_the_theme_is_remembered_and_charts_follow(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    bar = page.locator(".plot.ready .bars path").first
    expect(bar).to_be_visible()
    light = bar.evaluate("e => getComputedStyle(e).fill")
    page.get_by_role("button", name="Light / dark").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator(".plot.ready .bars path").first).not_to_have_css("fill", light)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_note_is_written_by_keyboard_and_appears_in_place(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    page.get_by_label("What happened?").focus()
    page.keyboard.type("They want **200** headlamps before Easter.")
    page.keyboard.press("Control+Enter")
    entry = page.locator("#timeline li", has_text="headlamps before Easter")
    expect(entry.locator("strong", has_text="200")).to_be_visible()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("What happened?")).to_have_value("")
    page.reload()
    expect(page.get_by_label("What happened?")).to_have_value("")


def test_a_note_can_be_dated_back_and_says_who_was_there(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    page.get_by_text("Visit", exact=True).click()
    page.get_by_label("What happened?").fill("Showed the new tents.")
    page.get_by_text("When, who, other kinds").click()
    page.get_by_label("When (Europe/Oslo").fill("2026-03-02T14:30")
    page.get_by_label("Ingrid Solheim").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    note = Note.objects.get()
    assert note.kind == "visit"
    assert note.happened_at.isoformat() == "2026-03-02T13:30:00+00:00"
    assert [str(person) for person in note.people.all()] == ["Ingrid Solheim"]


def test_an_empty_note_says_what_is_missing(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Write what happened, then save.")).to_be_visible()


@on_phone
def test_the_draft_of_a_note_survives_a_reload(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    page.get_by_label("What happened?").press_sequentially("Half a thought")
    page.reload()
    expect(page.get_by_label("What happened?")).to_have_value("Half a thought")


def test_the_timeline_filters_and_goes_back(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    timeline = page.locator("#timeline")
    expect(timeline.locator("li.order")).to_have_count(8)
    timeline.get_by_role("link", name="Show earlier").click()
    expect(timeline.locator("li.order")).to_have_count(16)
    timeline.get_by_role("link", name="Notes").click()
    expect(timeline.get_by_text("Nothing here yet.")).to_be_visible()


def test_a_figure_leads_to_the_orders_behind_it(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    tile = page.locator(".kpi", has_text="Orders received, 12 months")
    tile.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
    expect(page.get_by_text("Sum of these orders in NOK")).to_be_visible()


def test_the_admin_keeps_to_the_security_policy(page, admin, shop, sign_in):
    sign_in(page, admin)
    line = shop.orders.first().lines.first()
    for path in (
        "/admin/",
        "/admin/crm/orderline/",
        f"/admin/crm/orderline/{line.pk}/change/",
        "/admin/accounts/user/add/",
    ):
        page.goto(path)
        expect(page.locator("#content")).to_be_visible()
