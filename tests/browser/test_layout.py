"""What every page shares: it fits, it can be reached by thumb and keyboard, it says what went wrong."""

import pytest
from playwright.sync_api import expect

from crm.models import Note
from tests.browser.screens import Screen, on_every_screen, on_phone
from tests.factories import PASSWORD, make_customer, make_order, make_person

pytestmark = pytest.mark.django_db(transaction=True)
# Narrow phone, tablet, wide desktop; the two usual ones are walked through in test_pages.
on_odd_screens = pytest.mark.parametrize(
    "screen",
    [Screen(320, 640, "light"), Screen(800, 1000, "dark"), Screen(2000, 1100, "light")],
    indirect=True,
    ids=str,
)
FIT = "document.documentElement.scrollWidth <= innerWidth"
# What a thumb has to hit and is smaller than 44 px. Hidden labels and the skip link are for other hands.
SMALL = """() => [...document.querySelectorAll("a, button, select, summary, input:not([type=hidden])")]
  .filter((e) => e.checkVisibility() && getComputedStyle(e).position !== "absolute" && !e.matches("label *"))
  .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 43.5 || box.width < 24))
  .map(([html, box]) => `${html} ${Math.round(box.width)} x ${Math.round(box.height)}`)"""


@pytest.fixture
def shop(owner):
    customer = make_customer("Société Générale des Équipements de Montagne et Plein Air SARL", owner=owner)
    for month in range(1, 13):
        make_order(customer, f"2026-{month:02}-05", [("AUR-400", 60, "120"), ("TAP-05", -2, "15")])
    make_person(customer)
    return customer


@pytest.fixture
def paths(shop):
    order = shop.orders.first()
    return [
        "/",
        "/customers/",
        f"/customers/{shop.pk}/",
        "/orders/",
        f"/orders/?customer={shop.pk}",
        f"/orders/{order.pk}/",
    ]


@on_odd_screens
def test_pages_fit_narrow_and_wide_screens(page, owner, paths, sign_in, axe):
    sign_in(page, owner)
    for path in paths:
        page.goto(path)
        assert page.evaluate(FIT), f"{path} scrolls sideways"
        axe(page)


@on_phone
def test_everything_is_large_enough_for_a_thumb(page, owner, paths, sign_in):
    page.goto("/accounts/sign-in/")
    assert page.evaluate(SMALL) == []
    sign_in(page, owner)
    for path in paths:
        page.goto(path)
        assert page.evaluate(SMALL) == [], path


@pytest.mark.slow
@on_every_screen
def test_a_page_that_is_not_there_says_so(page, owner, sign_in, axe, shot):
    sign_in(page, owner)
    page.goto("/orders/999999/")
    expect(page.get_by_role("heading", name="This page is not here")).to_be_visible()
    axe(page)
    shot(page, "404")
    page.get_by_role("link", name="Back to the start").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


@pytest.mark.slow
def test_the_first_tab_skips_to_the_content(page, owner, paths, sign_in):
    sign_in(page, owner)
    page.goto("/orders/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Download", exact=True)).to_be_focused()


@on_phone
def test_a_table_sorts_on_a_phone(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto("/orders/")
    page.get_by_role("link", name="Ordered on").click()
    expect(page.locator("tbody tr").first).to_contain_text("5 Jan 2026")


def test_a_filter_applies_when_it_is_chosen_but_not_while_a_date_is_typed(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto("/orders/")
    page.get_by_label("From", exact=True).focus()
    page.keyboard.type("11112026")  # the same day wherever day or month come first
    expect(page.locator("tbody tr")).to_have_count(12)
    assert "since" not in page.url
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("Kind").select_option("return")
    expect(page.get_by_role("heading", name="No order fits")).to_be_visible()


def test_a_second_click_sends_nothing(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/orders/{shop.orders.first().pk}/")
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.get_by_role("button", name="Do not learn from it").evaluate(
        "(button) => { button.click(); button.click(); }"
    )
    expect(page.get_by_role("button", name="Learn from it again")).to_be_visible()
    assert len(sent) == 1


@pytest.mark.slow
def test_enter_that_ends_a_syllable_saves_nothing(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    text = page.get_by_label("What happened?")
    text.fill("다음 주에 전화하기로 함")
    for composing in ("true", "false"):
        keys = f'{{key: "Enter", ctrlKey: true, bubbles: true, isComposing: {composing}}}'
        text.evaluate(f'(field) => field.dispatchEvent(new KeyboardEvent("keydown", {keys}))')
        assert Note.objects.exists() is False or composing == "false"
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert Note.objects.get().text == "다음 주에 전화하기로 함"


@on_phone
def test_what_could_not_be_saved_is_said_and_the_text_stays(page, owner, shop, sign_in):
    sign_in(page, owner)
    tab = page.context.new_page()  # one whose failing request is no complaint
    tab.goto(f"/customers/{shop.pk}/")
    tab.get_by_label("What happened?").fill("Wants a price list")
    unreachable, failing = (lambda route: route.abort()), (lambda route: route.fulfill(status=503))
    for answer, words in ((unreachable, "does not answer"), (failing, "did not work")):
        tab.route("**/log/", answer)
        tab.get_by_role("button", name="Save").click()
        expect(tab.locator("#toasts")).to_contain_text(words)
        tab.unroute("**/log/")
    tab.locator("#toasts").get_by_role("button", name="Close").click()
    expect(tab.locator(".toast")).to_have_count(0)
    expect(tab.get_by_label("What happened?")).to_have_value("Wants a price list")


def test_a_note_outlives_the_end_of_the_session(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    page.get_by_label("What happened?").press_sequentially("Half a year of stock")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("textbox", name="E-mail").fill(owner.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("What happened?")).to_have_value("Half a year of stock")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("screen", [Screen(1440, 900, "dark")], indirect=True, ids=str)
def test_paper_is_white_whatever_the_screen(page, owner, paths, sign_in):
    sign_in(page, owner)
    page.goto(paths[-1])
    page.emulate_media(media="print")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("body")).to_have_css("color", "rgb(16, 33, 42)")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()


@pytest.mark.slow
def test_nothing_moves_for_who_asked_for_stillness(page, owner, paths, sign_in):
    sign_in(page, owner)
    page.goto("/orders/")
    moving = """() => document.getAnimations().length
      + [...document.querySelectorAll("*")].filter((e) => parseFloat(getComputedStyle(e).transitionDuration)).length"""
    assert page.evaluate(moving) == 0


@pytest.mark.slow
@on_every_screen
def test_the_choice_of_downloads_fits_and_is_used(page, owner, customer, sign_in, axe):
    make_order(customer, number="PO-1")
    sign_in(page, owner)
    page.goto("/orders/")
    page.get_by_text("Download", exact=True).click()
    choice = page.get_by_role("link", name="Every line, Excel")
    expect(choice).to_be_in_viewport(ratio=1)
    assert page.locator("html").evaluate("html => html.scrollWidth <= innerWidth")
    axe(page)
    with page.expect_download() as started:
        choice.click()
    assert started.value.suggested_filename == "order-lines.xlsx"
    page.goto("/accounts/settings/")
    with page.expect_download() as started:
        page.get_by_role("link", name="Take it with you").click()
    assert started.value.suggested_filename.endswith(".zip")
