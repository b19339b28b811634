"""The birthday calendar on the screen and on paper, and the address of the calendar feed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screens import on_every_screen
from tests.browser.test_layout import FIT
from tests.factories import make_customer, make_person

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = [
    ("Ingrid", "Solberg", ""),
    ("Min-jun", "Kim", "김민준"),
    ("Maximiliane-Charlotte", "von Hohenzollern-Sigmaringen", ""),
    ("Wei", "Li", "李伟"),
]


@pytest.fixture
def birthdays(owner):
    shop = make_customer("Nordlys Distribution and Wholesale AS", owner=owner)
    for number in range(90):
        given, family, native = NAMES[number % 4]
        person = make_person(
            shop, given_name=given, family_name=f"{family} {number}", native_name=native, owner=owner
        )
        person.dates.create(
            month=number % 11 + 1,
            day=number * 7 % 28 + 1,
            year=1960 + number if number % 3 == 0 and number < 50 else None,
            calendar=["gregorian", "korean_lunar", "gregorian", "chinese_lunar"][number % 4],
        )


@on_every_screen
def test_a_year_of_birthdays_fits_and_is_accessible(page, owner, birthdays, sign_in, axe, shot):
    sign_in(page, owner)
    for name, path in {"birthdays": "/birthdays/2026/", "birthdays-later": "/birthdays/2051/"}.items():
        page.goto(path)
        expect(page.get_by_role("heading", name="December")).to_be_visible()
        assert page.evaluate(FIT), f"{path} scrolls sideways"
        axe(page)
        shot(page, name)


@pytest.mark.slow
def test_on_paper_it_is_the_calendar_alone(page, owner, birthdays, sign_in, shot):
    sign_in(page, owner)
    page.goto("/birthdays/2026/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="December")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("navigation").first).to_be_hidden()
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    # Ninety people on a few sheets.
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 3
    # As wide as a sheet between its margins.
    page.set_viewport_size({"width": 703, "height": 1032})
    shot(page, "birthdays-paper")


@pytest.mark.slow
@on_every_screen
def test_an_address_is_made_shown_and_revoked(page, owner, sign_in, axe, shot):
    sign_in(page, owner)
    page.goto("/reminders/")
    shot(page, "reminders-feed")
    page.get_by_role("button", name="Make a calendar address").click()
    address = page.get_by_label("Address for your calendar program")
    expect(address).to_have_value(re.compile(r"^http://.*/calendar/.{40,}\.ics$"))
    assert page.evaluate(FIT)
    axe(page)
    shot(page, "feed-made")
    made = address.input_value()
    assert page.request.get(made).status == 200
    page.get_by_role("link", name="Back to reminders").click()
    expect(page.get_by_role("heading", name="Reminders", exact=True)).to_be_visible()
    axe(page)
    shot(page, "reminders-feed-made")
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("Nobody can read your calendar feed any more.")).to_be_visible()
    assert page.request.get(made).status == 404
