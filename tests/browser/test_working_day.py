"""A day's work across the pages: the keys that work everywhere, one dialog at a time, what was logged stands on Today."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crm.models import Note, Promise
from tests.browser.screens import DESKTOP, PHONE
from tests.browser.test_people import reach
from tests.factories import make_customer, make_note, make_order, make_person

pytestmark = pytest.mark.django_db(transaction=True)
by_every_hand = pytest.mark.parametrize(
    ("screen", "hand"),
    [(DESKTOP, "keyboard"), (DESKTOP, "mouse"), (PHONE, "thumb")],
    indirect=["screen"],
    ids=["keyboard", "mouse", "thumb"],
)
KEYS = "n/? N"
OPENED = "document.querySelectorAll('dialog[open]').length"


@pytest.fixture
def shop(owner):
    shop = make_customer("Fjord Handel AS", owner=owner, code="FJ-1")
    make_person(shop, given_name="Ingrid", family_name="Solheim")
    make_order(shop, timezone.localdate())
    return shop


@pytest.fixture
def log(page):
    return page.get_by_role("dialog", name="Log")


@pytest.fixture
def search(page):
    return page.get_by_role("dialog", name="Find anything")


def test_a_key_typed_into_a_field_is_only_typed(page, owner, shop, sign_in):
    sign_in(page, owner)
    fields = {
        "/orders/": page.get_by_label("Search", exact=True),
        "/people/": page.get_by_label("Search", exact=True),
        "/customers/new/": page.get_by_label("Name", exact=True),
        "/people/new/": page.get_by_label("Given name", exact=True),
        f"/customers/{shop.pk}/": page.get_by_label("What happened?"),
        "/log/": page.get_by_label("What happened?"),
        "/accounts/settings/": page.get_by_label("Name", exact=True),
    }
    for path, field in fields.items():
        page.goto(path)
        field.fill("")
        page.keyboard.type(KEYS)
        expect(field).to_have_value(KEYS)
        assert page.evaluate(OPENED) == 0, path


@pytest.mark.slow
def test_a_key_typed_into_a_choice_opens_nothing(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto("/orders/")
    page.get_by_label("Kind").focus()
    for key in "n/?":
        page.keyboard.press(key)
        assert page.evaluate(OPENED) == 0


@pytest.mark.slow
def test_control_k_leaves_what_is_written_in_the_log_alone(page, owner, shop, sign_in, log, search):
    sign_in(page, owner)
    page.goto("/orders/")
    page.keyboard.press("n")
    text = log.get_by_label("What happened?")
    page.keyboard.type(KEYS)
    page.keyboard.press("Control+k")
    expect(search).to_be_hidden()
    expect(text).to_be_focused()
    expect(text).to_have_value(KEYS)
    log.get_by_role("combobox", name="Customer").focus()
    page.keyboard.type("n/?")
    expect(log.get_by_role("combobox", name="Customer")).to_have_value("n/?")
    assert page.evaluate(OPENED) == 1


@pytest.mark.slow
def test_two_dialogs_are_never_open(page, owner, shop, sign_in, log, search):
    sign_in(page, owner)
    page.goto("/orders/")
    keys = page.get_by_role("dialog", name="Keys")
    openers = {"n": log, "/": search, "Control+k": search, "?": keys}
    for opener, dialog in openers.items():
        page.keyboard.press(opener)
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name="Close").focus()  # no field: every key is a command
        for other in openers:
            if (opener, other) != ("/", "Control+k") and opener != other:
                page.keyboard.press(other)
                assert page.evaluate(OPENED) <= 1, f"{other} while {opener} is open"
                if dialog.is_hidden():
                    page.keyboard.press(opener)
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


@pytest.mark.slow
@pytest.mark.parametrize(("key", "name"), [("n", "Log"), ("/", "Find anything"), ("?", "Keys")])
def test_escape_gives_the_focus_back(page, owner, shop, sign_in, key, name):
    sign_in(page, owner)
    page.goto("/orders/")
    link = page.get_by_text("Download", exact=True)
    reach(page, link)
    page.keyboard.press(key)
    expect(page.get_by_role("dialog", name=name)).to_be_visible()
    assert not link.evaluate("(link) => link === document.activeElement")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name=name)).to_be_hidden()
    expect(link).to_be_focused()


@pytest.mark.slow
def test_escape_closes_suggestions_before_it_closes_the_log(page, owner, shop, sign_in, log):
    sign_in(page, owner)
    page.goto("/orders/")
    page.keyboard.press("n")
    page.keyboard.type("Met @ing")
    option = log.get_by_role("option", name="Ingrid Solheim")
    expect(option).to_be_visible()
    page.keyboard.press("Escape")
    expect(option).to_be_hidden()
    expect(log).to_be_visible()
    page.keyboard.press("Escape")
    expect(log).to_be_hidden()


@by_every_hand
def test_what_is_promised_in_a_call_stands_on_today_and_is_kept(page, owner, shop, sign_in, log, hand):
    """Out of a promise that is due: the customer, a call, a new promise for tomorrow."""
    today = timezone.localdate()
    note = make_note(shop, happened_at=timezone.now() - timedelta(days=9))
    Promise.objects.create(note=note, text="Send the catalogue", due_on=today)

    def press(target):
        if hand == "keyboard":
            reach(page, target)
            page.keyboard.press("Space" if target.evaluate("(e) => e.matches('input')") else "Enter")
        else:
            target.click()

    sign_in(page, owner)
    page.goto("/")
    promises = page.get_by_role("region", name="Promises due")
    press(promises.get_by_role("button", name="Answer: Send the catalogue"))
    press(page.get_by_role("dialog", name="Answer: Send the catalogue").get_by_role("button", name="Done"))
    expect(promises).not_to_contain_text("Send the catalogue")
    page.goto(f"/customers/{shop.pk}/")
    if hand == "keyboard":
        page.keyboard.press("n")
    else:
        press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Log"))
    expect(log.get_by_role("combobox", name="Customer")).to_have_value("Fjord Handel AS")
    page.keyboard.type("@Ingrid has the catalogue.\n-> call her tomorrow")
    press(log.get_by_role("radio", name="Call"))
    if hand == "keyboard":
        page.keyboard.press("Control+Enter")
    else:
        press(log.get_by_role("button", name="Save"))
    expect(page.locator("#timeline li", has_text="has the catalogue").first).to_be_visible()
    call = Note.objects.latest("pk")
    assert (call.kind, [str(person) for person in call.people.all()]) == ("call", ["Ingrid Solheim"])
    page.goto("/")
    expect(promises).to_contain_text("call her")
    expect(promises).to_contain_text("Fjord Handel AS")
    assert Promise.objects.get(text="Send the catalogue").done_at
