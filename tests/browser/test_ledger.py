"""A call of the next order, typed without a mouse, and the pages that keep the score."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from analytics.models import Call
from analytics.refresh import refresh_stale
from tests.browser.screens import on_every_screen
from tests.factories import make_customer, make_orders

pytestmark = pytest.mark.django_db(transaction=True)
LAST = date.today() - timedelta(days=4)


@pytest.fixture
def regular(owner):
    """Every three weeks, for two years."""
    customer = make_customer("Nordlys AS", owner=owner, orders_known_through=LAST, currency="NOK")
    make_orders(
        customer,
        [(LAST - timedelta(days=21 * n + n % 3), [("AUR", 60, "120"), ("TAP", 20, "15")]) for n in range(30)],
    )
    refresh_stale()
    return customer


def test_a_call_is_typed_by_keyboard_and_leads_the_card(page, owner, regular, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{regular.pk}/")
    card = page.locator(".fc").first
    card.get_by_role("link", name="Your call").press("Enter")
    expect(card.get_by_label("Day")).to_be_focused()
    card.get_by_label("Amount (NOK)").fill("a lot")
    card.get_by_label("Amount (NOK)").press("Control+Enter")
    expect(card.get_by_text("Write a number, like 12, 2.5 or 48k.")).to_be_visible()
    card.get_by_label("Amount (NOK)").fill("48k")
    card.get_by_label("Why").fill("They told me")
    card.get_by_label("Why").press("Control+Enter")
    expect(card.get_by_text("NOK 48 k")).to_be_visible()
    card.get_by_role("button", name="Lead with my call").press("Enter")
    expect(card.get_by_text("Dangol’s own forecast")).to_be_visible()
    assert (Call.objects.get().amount, Call.objects.get().leads) == (48000, True)
    card.get_by_text("Withdraw your call").press("Enter")
    card.get_by_role("button", name="Withdraw it").press("Enter")
    expect(page.get_by_text("Your call is withdrawn.")).to_be_visible()
    expect(card.get_by_text("Do you know better?")).to_be_visible()
    assert not Call.objects.exists()


def test_the_keyboard_goes_on_where_the_card_has_changed(page, owner, regular, sign_in):
    """The control that was used is gone with the card: without help the next Tab would begin at the top of the page."""
    sign_in(page, owner)
    page.goto(f"/customers/{regular.pk}/")
    card = page.locator(".fc").first
    heading, opener = card.locator("#fc-h"), card.get_by_role("link", name="Your call")
    opener.press("Enter")
    card.get_by_role("link", name="Cancel").press("Enter")
    expect(opener).to_be_focused()
    opener.press("Enter")
    # Until then it is there, and htmx does not hear it yet.
    expect(card.get_by_label("Day")).to_be_focused()
    card.get_by_label("Amount (NOK)").fill("1.500")
    card.get_by_label("Amount (NOK)").press("Control+Enter")
    expect(card.get_by_text("“1.500” can mean 1.5 or 1500: write the one you mean.")).to_be_visible()
    expect(card.get_by_label("Amount (NOK)")).to_be_focused()
    card.get_by_label("Amount (NOK)").fill("1500")
    card.get_by_role("button", name="Save").press("Enter")
    expect(card.get_by_role("link", name="Change your call")).to_be_focused()
    card.get_by_role("button", name="Lead with my call").press("Enter")
    expect(card.get_by_text("Dangol’s own forecast")).to_be_visible()
    expect(heading).to_be_focused()
    card.get_by_role("button", name="Lead with Dangol’s forecast").press("Enter")
    expect(card.get_by_text("Dangol’s own forecast")).to_be_hidden()
    expect(heading).to_be_focused()
    card.get_by_text("Withdraw your call").press("Enter")
    card.get_by_role("button", name="Withdraw it").press("Enter")
    expect(page.get_by_text("Your call is withdrawn.")).to_be_visible()
    expect(heading).to_be_focused()


def test_a_phone_shows_the_latest_orders_and_the_rest_when_it_is_asked(page, owner, regular, sign_in):
    sign_in(page, owner)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/customers/{regular.pk}/ledger/")
    table = page.locator(".ledger-table")
    rows, unfold = table.locator("tbody tr"), table.locator("summary")
    expect(rows.filter(visible=True)).to_have_count(8)
    expect(unfold).to_have_text("Show 13 more", use_inner_text=True)
    unfold.press("Enter")
    expect(rows.filter(visible=True)).to_have_count(21)
    expect(unfold).to_have_text("Show fewer", use_inner_text=True)
    unfold.press("Enter")
    expect(rows.filter(visible=True)).to_have_count(8)
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(rows.filter(visible=True)).to_have_count(21)
    expect(unfold).to_be_hidden()


@on_every_screen
def test_the_ledgers_and_the_form_fit_and_are_accessible(page, owner, regular, sign_in, look):
    sign_in(page, owner)
    for name, path in (("ledger", "/ledger/"), ("ledger-of-one", f"/customers/{regular.pk}/ledger/")):
        page.goto(path)
        for table in page.get_by_text("Show as table").all():
            table.click()
        expect(page.locator(".plot.ready svg.main-svg").first).to_be_visible()
        look(name)
    page.goto(f"/customers/{regular.pk}/")
    page.locator("#call").get_by_role("link", name="Your call").click()
    page.locator("#call").get_by_text("Items", exact=True).click()
    look("call-form")
    page.locator("#call").get_by_role("button", name="Save").click()
    page.locator("#call").get_by_role("button", name="Lead with my call").click()
    # The card is another one by then: what is opened before would be closed again.
    expect(page.locator("#call").get_by_role("button", name="Lead with Dangol’s forecast")).to_be_visible()
    page.locator("#call .withdraw summary").click()
    expect(page.locator("#call").get_by_role("button", name="Withdraw it")).to_be_visible()
    look("call-leads")
