"""Search from anywhere: by keyboard alone, by mouse, by thumb."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.browser.screens import on_every_screen, on_phone
from tests.factories import make_customer, make_note, make_order, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.crm.searching.urls")]


@pytest.fixture
def shop(owner):
    shop = make_customer("한빛 상사", owner=owner)
    make_customer("Fjord Handel AS", owner=owner)
    make_person(shop, given_name="", family_name="", native_name="김민준")
    make_note(shop, "다음 달에 새 가격표를 보내기로 했다.", happened_at=datetime(2024, 3, 5, 9, tzinfo=UTC))
    make_order(shop, number="SO-4711")
    return shop


@pytest.fixture
def field(page):
    return page.get_by_role("combobox", name="Find customers, people")


def options(page, **which):
    return page.locator("dialog#search").get_by_role("option", **which)


def option(page, name):
    return options(page, name=name)


def test_a_customer_is_opened_by_his_initials_without_a_mouse(page, owner, shop, sign_in, field):
    sign_in(page, owner)
    page.goto("/orders/")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type("ㅎㅂㅅㅅ")
    expect(option(page, "한빛 상사").first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "hit-customer-1")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/customers/{shop.pk}/")


def test_a_note_is_opened_by_two_syllables_in_the_middle_of_a_word(page, owner, shop, sign_in, field):
    sign_in(page, owner)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("격표")
    hit = option(page, "가격표를 보내기로")
    expect(hit.locator("mark")).to_have_text("격표")
    expect(hit).to_contain_text("5 Mar 2024")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/notes/{shop.notes.get().pk}/")


@pytest.mark.slow
def test_arrows_go_through_all_kinds_and_around(page, owner, shop, sign_in, field):
    sign_in(page, owner)
    page.goto("/orders/")
    page.keyboard.press("/")
    page.keyboard.type("한빛")
    expect(options(page)).to_have_count(2)  # the customer, and who works there
    for key, active in (
        ("ArrowDown", "hit-person-1"),
        ("ArrowDown", "hit-customer-1"),
        ("ArrowUp", "hit-person-1"),
    ):
        page.keyboard.press(key)
        expect(field).to_have_attribute("aria-activedescendant", active)
    expect(page.get_by_role("group", name="People").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/people/{shop.employments.get().person_id}/")


@pytest.mark.slow
def test_enter_before_the_list_is_there_opens_what_was_typed(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto("/customers/")
    page.keyboard.press("/")
    page.keyboard.type("SO-4711")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/orders/{shop.orders.get().pk}/")


@pytest.mark.slow
def test_enter_that_ends_a_syllable_opens_nothing(page, owner, shop, sign_in, field):
    sign_in(page, owner)
    page.goto("/orders/")
    page.keyboard.press("/")
    page.keyboard.type("한빛")
    expect(option(page, "한빛 상사").first).to_be_visible()
    for composing in ("isComposing: true", "keyCode: 229"):
        keys = f'{{key: "Enter", bubbles: true, {composing}}}'
        field.evaluate(f'(field) => field.dispatchEvent(new KeyboardEvent("keydown", {keys}))')
    expect(page).to_have_url("/orders/")
    expect(field).to_be_visible()


@pytest.mark.slow
def test_escape_closes_and_gives_the_focus_back(page, owner, shop, sign_in, field):
    sign_in(page, owner)
    page.goto("/orders/")
    link = page.get_by_text("Download", exact=True)
    link.focus()
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(link).to_be_focused()


@pytest.mark.slow
def test_a_slash_in_a_field_is_a_slash_and_control_k_works_there(page, owner, shop, sign_in, field):
    sign_in(page, owner)
    page.goto("/orders/")
    page.get_by_label("Search", exact=True).focus()
    page.keyboard.type("1/2?")
    expect(page.get_by_label("Search", exact=True)).to_have_value("1/2?")
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.press("Control+k")
    expect(field).to_be_hidden()


@pytest.mark.slow
def test_tab_reaches_what_was_found(page, owner, shop, sign_in, field):
    sign_in(page, owner)
    page.goto("/orders/")
    page.keyboard.press("/")
    page.keyboard.type("4711")
    hit = option(page, "SO-4711")
    expect(hit).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(hit).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/orders/{shop.orders.get().pk}/")


def test_what_was_opened_lately_is_there_again_until_one_signs_out(page, owner, shop, sign_in, field):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    page.goto(f"/orders/{shop.orders.get().pk}/")
    page.goto("/orders/999999/")
    page.goto("/orders/")
    page.keyboard.press("/")
    expect(options(page)).to_have_text(["Order SO-4711", "한빛 상사"])
    page.keyboard.type("zzzz")
    expect(page.get_by_text("Nothing found for “zzzz”.").first).to_be_visible()
    field.fill("")
    expect(options(page)).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/customers/{shop.pk}/")
    page.get_by_role("button", name="Sign out").click()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('opened')).length") == 0


@pytest.mark.slow
def test_the_latest_answer_wins(page, owner, shop, sign_in, field):
    sign_in(page, owner)
    page.goto("/orders/")
    page.keyboard.press("/")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/search/?q=f", hold)
    with page.expect_request("**/search/?q=f"):
        field.fill("f")
    field.fill("한빛")
    expect(option(page, "한빛 상사").first).to_be_visible()
    held[0].fulfill(body="too late")
    page.wait_for_timeout(300)
    expect(option(page, "한빛 상사").first).to_be_visible()


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_said_so(page, owner, shop, sign_in):
    sign_in(page, owner)
    tab = page.context.new_page()  # one whose failing request is no complaint
    tab.goto("/orders/")
    tab.route("**/search/?q=**", lambda route: route.abort())
    tab.keyboard.press("/")
    tab.keyboard.type("fjord")
    expect(tab.locator("#search-results")).to_have_text("The search does not answer. Try again in a moment.")
    expect(tab.locator(".toast")).to_have_count(0)


def test_by_mouse_and_all_of_a_kind(page, owner, shop, sign_in, field):
    for number in range(8):
        make_customer(f"Quokka {number}", owner=owner)
    sign_in(page, owner)
    page.goto("/orders/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    field.fill("quokka")
    option(page, "Show all").click()
    expect(page.get_by_role("listitem").filter(has_text="Quokka")).to_have_count(8)
    page.get_by_role("link", name="Quokka 7").click()
    expect(page.get_by_role("heading", name="Quokka 7")).to_be_visible()


@pytest.mark.slow
@on_phone
def test_by_thumb(page, owner, shop, sign_in, field):
    sign_in(page, owner)
    page.goto("/orders/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    expect(field).to_be_focused()
    box = page.locator("dialog#search").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    field.fill("ㄱㅁㅈ")
    hit = option(page, "김민준")
    expect(hit).to_be_visible()
    assert hit.bounding_box()["height"] >= 44
    hit.click()
    expect(page).to_have_url(f"/people/{shop.employments.get().person_id}/")


@pytest.mark.slow
@on_phone
def test_the_sheet_closes_by_its_button(page, owner, shop, sign_in, field):
    sign_in(page, owner)
    page.goto("/orders/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    page.locator("dialog#search").get_by_role("button", name="Close").click()
    expect(field).to_be_hidden()


def test_a_question_mark_lists_the_keys(page, owner, shop, sign_in, axe):
    sign_in(page, owner)
    page.goto("/orders/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("This list")
    axe(page)
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


@pytest.mark.slow
@on_every_screen
def test_it_can_be_read_by_everybody(page, owner, shop, sign_in, axe, shot, field):
    sign_in(page, owner)
    page.goto("/search/")
    axe(page)
    page.goto("/search/?q=한빛")
    axe(page)
    assert page.locator("html").evaluate("html => html.scrollWidth <= innerWidth")
    shot(page, "search-page")
    page.goto("/orders/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    for typed, count in (("", 0), ("한빛", 2), ("격표", 1), ("zzzz", 0)):
        field.fill(typed)
        expect(options(page)).to_have_count(count)
        axe(page)
        shot(page, f"search-{count}{'-nothing' if typed == 'zzzz' else ''}")


@pytest.mark.slow
def test_who_was_signed_out_meanwhile_comes_back_to_his_page(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto("/orders/?kind=order")
    page.keyboard.press("/")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.type("fjord")
    expect(page).to_have_url("/accounts/sign-in/?next=%2Forders%2F%3Fkind%3Dorder")
