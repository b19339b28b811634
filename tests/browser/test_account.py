"""Signing in with a second factor, settings, the team: as a person meets them."""

import re
from base64 import b32decode
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts import two_factor
from accounts.models import SignInLink, User
from tests.accounts.codes import code_at, switch_on
from tests.browser.screens import on_every_screen, on_phone
from tests.browser.test_layout import SMALL
from tests.factories import PASSWORD, make_customer, make_user

pytestmark = pytest.mark.django_db(transaction=True)
SETTINGS = "/accounts/settings/"


def looked_at(page, axe, shot, name):
    expect(page.locator("h1").first).to_be_visible()
    assert page.locator("html").evaluate("html => html.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    axe(page)
    shot(page, f"account-{name}")


def recently():
    return datetime.now(UTC) - timedelta(minutes=10)


@on_every_screen
def test_signing_in_takes_the_password_and_then_a_code(page, owner, axe, shot):
    key, codes = switch_on(owner, recently())
    page.goto("/accounts/sign-in/")
    page.get_by_label("E-mail").fill(owner.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    code = page.get_by_label("Code", exact=True)
    expect(code).to_be_focused()
    looked_at(page, axe, shot, "code")
    code.fill("zzzz-zzzz")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("This code is not right")).to_be_visible()
    looked_at(page, axe, shot, "code-wrong")
    code.fill(code_at(key, datetime.now(UTC)))
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("sign-in"))
    assert len(codes) == 10


@pytest.mark.slow
@on_every_screen
def test_too_many_tries(page, owner, axe, shot):
    tab = page.context.new_page()  # one whose 429 is no complaint
    tab.goto("/accounts/sign-in/")
    for _ in range(5):
        tab.get_by_label("E-mail").fill(owner.email)
        tab.get_by_label("Password").fill("wrong")
        tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("heading", name="Too many tries")).to_be_visible()
    looked_at(tab, axe, shot, "locked")


@pytest.mark.slow
@on_every_screen
def test_a_second_factor_is_set_up_and_switched_off(page, owner, sign_in, axe, shot):
    sign_in(page, owner)
    page.goto(SETTINGS)
    page.get_by_role("link", name="Set it up").click()
    picture = page.get_by_role("img", name="QR code with the key for the app")
    assert picture.evaluate("(image) => image.complete && image.naturalWidth > 100")
    looked_at(page, axe, shot, "two-factor-set-up")
    key = bytes_of(page.locator(".key").inner_text())
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("This code does not fit")).to_be_visible()
    page.get_by_label("Code").fill(code_at(key, datetime.now(UTC)))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    looked_at(page, axe, shot, "backup-codes")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    kept = download.value.path().read_text().split()
    assert kept[2:] == page.locator(".codes li").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 backup codes left")).to_be_visible()
    page.get_by_role("link", name="New codes, or switch it off").click()
    looked_at(page, axe, shot, "two-factor")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Switch it off").click()
    expect(page.get_by_text("Two-factor sign-in is switched off.")).to_be_visible()
    assert not two_factor.is_on(owner)


def bytes_of(typed):
    """The key in hexadecimal, as the devices keep it."""
    return b32decode(typed.replace(" ", "")).hex()


@on_every_screen
def test_settings_are_chosen_and_used_at_once(page, owner, sign_in, axe, shot):
    make_customer(owner=owner)
    sign_in(page, owner)
    page.goto(SETTINGS)
    looked_at(page, axe, shot, "settings")
    page.get_by_role("button", name="Your browser says Europe/London: use it").click()
    expect(page.get_by_label("Time zone")).to_have_value("Europe/London")
    expect(page.get_by_role("button", name="Your browser says")).to_have_count(0)
    page.get_by_label("Dates").select_option("2026.11.12")
    page.get_by_label("Numbers").select_option("1.234,5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile(r"show \d{4}\.\d\d\.\d\d and EUR 12\.345,60"))).to_be_visible()
    owner.refresh_from_db()
    assert owner.time_zone == "Europe/London"


@pytest.mark.slow
@on_every_screen
def test_a_password_is_changed_and_other_browsers_are_out(page, owner, sign_in, client_for, axe, shot):
    there = client_for(owner)
    sign_in(page, owner)
    page.goto(SETTINGS)
    page.get_by_role("link", name="Change the password").click()
    page.get_by_label("Present password").fill("wrong")
    page.get_by_label("New password").fill("another honest password")
    page.get_by_label("The same again").fill("another honest password")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("old password was entered incorrectly")).to_be_visible()
    looked_at(page, axe, shot, "password")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New password").fill("another honest password")
    page.get_by_label("The same again").fill("another honest password")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    looked_at(page, axe, shot, "settings-after")
    assert there.get(SETTINGS).status_code == 302


@on_every_screen
def test_somebody_is_invited_and_comes(page, admin, team, sign_in, axe, shot):
    sign_in(page, admin)
    page.goto("/accounts/team/")
    page.get_by_role("link", name="Invite somebody").click()
    looked_at(page, axe, shot, "invite")
    page.get_by_label("E-mail").fill("nora@example.com")
    page.get_by_label("Name").fill("Nora New")
    page.get_by_label("Team").select_option("Nordics")
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_label("Works once, for seven days").input_value()
    looked_at(page, axe, shot, "link")
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_label("Time zone")).to_have_value("Europe/London")
    looked_at(page, axe, shot, "invitation")
    page.get_by_label("Password", exact=True).fill("a long enough phrase")
    page.get_by_label("The same again").fill("a long enough phrase")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".me").first).to_contain_text("Nora New")
    assert User.objects.get(email="nora@example.com").time_zone == "Europe/London"
    tab = page.context.new_page()  # one whose 410 is no complaint
    tab.goto(link)
    looked_at(tab, axe, shot, "link-gone")


@on_every_screen
def test_the_team_is_looked_after(page, admin, owner, mate, sign_in, axe, shot):
    make_customer(owner=owner)
    switch_on(mate, recently())
    make_user("off@example.com", is_active=False, name="Otto Off")
    SignInLink.issue(make_user("n@example.com", password=None, name="Nora"), datetime.now(UTC), "invitation")
    sign_in(page, admin)
    page.goto("/accounts/team/")
    looked_at(page, axe, shot, "team")
    page.get_by_role("link", name="Olivia Owner owner@example.com").click()
    looked_at(page, axe, shot, "team-user")
    page.get_by_label("May sign in").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 customer stays with Olivia Owner")).to_be_visible()
    page.get_by_role("link", name="Max Mate mate@example.com").click()
    page.get_by_role("button", name="Reset the second factor").click()
    expect(page.get_by_text("Two-factor sign-in reset by an administrator")).to_be_visible()
    looked_at(page, axe, shot, "team-user-reset")
    page.goto("/accounts/teams/")
    page.get_by_label("Name", exact=True).fill("Iberia")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("button", name="Delete Iberia")).to_be_visible()
    looked_at(page, axe, shot, "teams")


@pytest.mark.slow
@on_phone
def test_everything_is_large_enough_for_a_thumb(page, admin, owner, sign_in):
    sign_in(page, admin)
    names = ("settings", "password", "two_factor", "team", "invite", "teams")
    paths = [reverse(f"accounts:{name}") for name in names]
    for path in (*paths, reverse("accounts:team_user", args=[owner.pk])):
        page.goto(path)
        assert page.evaluate(SMALL) == [], path
