import re

from playwright.sync_api import expect

from tests.browser.screens import on_every_screen
from tests.factories import PASSWORD


@on_every_screen
def test_a_rep_signs_in_with_e_mail_and_password(page, owner, axe, shot):
    page.goto("/accounts/sign-in/")
    axe(page)
    shot(page, "sign-in")
    page.locator("input[name=username]").fill("Owner@Example.com")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("sign-in"))
