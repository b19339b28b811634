"""People entered, changed and moved: by mouse, by keyboard alone, and with a thumb."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crm.models import ContactPoint, Employment, NotePerson, Person, PersonDate
from tests.browser.screens import on_every_screen, on_phone
from tests.browser.test_layout import FIT, SMALL
from tests.factories import make_customer, make_note, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kim(owner):
    shop = make_customer("Nordlys Distribution AS", owner=owner)
    make_customer("Bergen Import AS", owner=owner)
    person = make_person(
        shop, given_name="Min-jun", family_name="Kim", native_name="김민준", name_order="family", language="ko",
        role="Head of purchasing", cadence_days=30, facts="Likes green tea.\n\nTwo children.",
    )  # fmt: skip
    for kind, label, value in (
        ("email", "work", "min-jun.kim-of-a-long-name@nordlys-distribution.example"),
        ("phone", "mobile", "+47 91 23 45 67"),
        ("messenger", "KakaoTalk", "minjun77"),
        ("address", "office", "Storgata 1, 9008 Tromsø"),
    ):
        ContactPoint.objects.create(person=person, kind=kind, label=label, value=value)
    PersonDate.objects.create(person=person, month=10, day=9, calendar="korean_lunar", year=1985)
    PersonDate.objects.create(person=person, month=6, day=1, kind="other", label="wedding")
    note = make_note(shop, kind="call", happened_at=timezone.now())
    NotePerson.objects.create(note=note, person=person)
    make_person(shop, given_name="Lars", family_name="Hætta", status="left")
    make_person(shop, given_name="Ingrid", family_name="Solheim")
    return person


def paths(person):
    customer = person.employments.get().customer_id
    return {
        "people": "/people/",
        "people-none": "/people/?q=nobody",
        "person": f"/people/{person.pk}/",
        "person-edit": f"/people/{person.pk}/edit/",
        "person-new": f"/people/new/?customer={customer}",
        "person-move": f"/people/{person.pk}/move/",
        "person-erase": f"/people/{person.pk}/erase/",
    }


@pytest.mark.slow
@on_every_screen
def test_every_page_about_people_is_accessible_and_fits(page, owner, kim, screen, sign_in, axe, shot):
    sign_in(page, owner)
    for name, path in paths(kim).items():
        page.goto(path)
        expect(page.locator("h1").first).to_be_visible()
        assert page.evaluate(FIT), f"{path} scrolls sideways"
        axe(page)
        if screen.width < 640:
            assert page.evaluate(SMALL) == [], path
        shot(page, name)


@pytest.mark.slow
@on_every_screen
def test_what_is_wrong_and_who_is_there_already_is_accessible(page, owner, kim, sign_in, axe, shot):
    sign_in(page, owner)
    page.goto("/people/new/")
    page.get_by_label("Day", exact=True).fill("30")
    page.get_by_label("Month", exact=True).select_option("2")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("February has no day 30.")).to_be_visible()
    expect(page.get_by_text("Write at least one name")).to_be_visible()
    assert page.evaluate(FIT)
    axe(page)
    shot(page, "person-wrong")
    page.get_by_label("Day", exact=True).fill("3")
    page.get_by_label("Given name", exact=True).fill("Minjun")
    page.get_by_label("Value", exact=True).nth(1).fill("+47 912 34 567")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Is it one of these?")).to_be_visible()
    axe(page)
    shot(page, "person-known")
    page.get_by_role("button", name="It is somebody else: save").click()
    expect(page.get_by_text("Minjun is entered.")).to_be_visible()


def enter_a_person(page, choose, write, press):
    """At a customer, with a row more than the page offers; `press` acts on a button, link or box."""
    page.goto("/customers/")
    press(page.get_by_role("link", name="Nordlys Distribution AS"))
    press(page.get_by_role("link", name="Add person"))
    write(page.get_by_label("Family name", exact=True), "Bakken")
    write(page.get_by_label("Given name", exact=True), "Marte")
    write(page.get_by_label("Position", exact=True), "Warehouse")
    write(page.get_by_label("Value", exact=True).nth(0), "marte@nordlys.example")
    press(page.get_by_role("button", name="Add a way to reach them"))
    choose(page.get_by_label("Kind", exact=True).nth(2), "messenger")
    write(page.get_by_label("Label", exact=True).nth(2), "WhatsApp")
    write(page.get_by_label("Value", exact=True).nth(2), "92 34 56 78")
    choose(page.get_by_label("Month", exact=True), "3")
    write(page.get_by_label("Day", exact=True), "2")
    press(page.get_by_role("button", name="Save"))
    expect(page.get_by_role("heading", name="Marte Bakken")).to_be_visible()
    expect(page.get_by_role("link", name="+47 92 34 56 78")).to_have_attribute(
        "href", "https://wa.me/4792345678"
    )


def edit_the_person(page, write, press):
    press(page.get_by_role("link", name="Edit"))
    write(page.get_by_label("Keep in touch every (days)"), "60")
    press(
        page.get_by_label("Remove", exact=True).nth(2)
    )  # her e-mail: after her job and the row for another one
    expect(page.get_by_label("Value", exact=True).nth(0)).to_be_hidden()
    press(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Every 60 days")).to_be_visible()
    expect(page.get_by_text("marte@nordlys.example")).to_have_count(0)


def move_the_person(page, choose, press):
    press(page.get_by_role("link", name="Moved elsewhere?"))
    press(page.get_by_label("left, we do not know where"))
    expect(page.get_by_label("Customer", exact=True)).to_be_hidden()
    press(page.get_by_label("to another customer"))
    choose(page.get_by_label("Customer", exact=True), "Bergen Import AS")
    press(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Marte Bakken works at Bergen Import AS now.")).to_be_visible()
    person = Person.objects.get(family_name="Bakken")
    assert Employment.objects.get(person=person, to_on=None).customer.name == "Bergen Import AS"
    assert person.dates.get().month == 3


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_a_person_is_entered_changed_and_moved(page, owner, kim, sign_in, hand):
    sign_in(page, owner)
    walk(page, hand)


@on_phone
def test_a_person_is_entered_changed_and_moved_on_a_phone(page, owner, kim, sign_in):
    sign_in(page, owner)
    walk(page, "mouse")


def walk(page, hand):
    def write(field, text):
        if hand == "mouse":
            field.fill(text)
        else:
            reach(page, field)
            page.keyboard.press("Control+a")
            page.keyboard.type(text)

    def press(target):
        if hand == "mouse":
            target.click()
            return
        reach(page, target)
        box = target.evaluate("(element) => element.matches('input')")
        page.keyboard.press("Space" if box else "Enter")

    def choose(field, option):
        if hand == "mouse":
            field.select_option(option)
            return
        reach(page, field)
        # Typing finds an option by what it shows.
        label = field.evaluate(
            "(select, wanted) => [...select.options].find((o) => o.value === wanted || o.text === wanted).text",
            option,
        )
        page.keyboard.type(label[:8])
        expect(field.locator("option:checked")).to_have_text(label)

    enter_a_person(page, choose, write, press)
    edit_the_person(page, write, press)
    move_the_person(page, choose, press)


def reach(page, target):
    """By Tab alone, from the top of the page if it must be; a radio button by the arrows of its group."""
    expect(target).to_be_visible()
    group = target.evaluate("(element) => element.matches('[type=radio]') && element.name")
    for _ in range(160):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        in_group = group and page.evaluate("(name) => document.activeElement.name === name", group)
        page.keyboard.press("ArrowDown" if in_group else "Tab")
    pytest.fail(f"Tab does not reach {target}")


@pytest.mark.slow
def test_a_new_row_takes_the_focus_and_a_removed_one_comes_back(page, owner, kim, sign_in):
    sign_in(page, owner)
    page.goto(f"/people/{kim.pk}/edit/")
    page.get_by_role("button", name="Add a day").click()
    expect(page.get_by_label("Kind", exact=True).last).to_be_focused()
    days = page.locator("[data-formset=dates] [data-row]")
    expect(days).to_have_count(4)
    days.first.get_by_label("Remove", exact=True).check()
    expect(days.first.get_by_label("Month", exact=True)).to_be_hidden()
    days.first.get_by_label("Remove", exact=True).uncheck()
    expect(days.first.get_by_label("Month", exact=True)).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert kim.dates.count() == 2


@pytest.mark.slow
def test_what_is_only_of_lunar_calendars_is_asked_only_there(page, owner, kim, sign_in):
    sign_in(page, owner)
    page.goto("/people/new/")
    leap, missing = page.get_by_label("Leap month"), page.get_by_label("In years without this day")
    expect(leap).to_be_hidden()
    expect(missing).to_be_hidden()
    page.get_by_label("Month", exact=True).select_option("2")
    expect(missing).to_be_visible()
    page.get_by_label("Month", exact=True).select_option("5")
    page.get_by_label("Calendar", exact=True).select_option("korean_lunar")
    expect(leap).to_be_visible()
    expect(missing).to_be_visible()


@pytest.mark.slow
def test_without_script_an_empty_row_is_there_and_is_saved(browser, live_server, owner, kim, sign_in):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, owner)
    page.goto(f"/people/{kim.pk}/edit/")
    expect(page.get_by_role("button", name="Add a day")).to_have_count(0)
    day = page.locator("[data-formset=dates] [data-row]").last
    day.get_by_label("Kind", exact=True).select_option("other")
    day.get_by_label("Label", exact=True).fill("name day")
    day.get_by_label("Month", exact=True).select_option("5")
    day.get_by_label("Day", exact=True).fill("21")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("Name day").is_visible()
    context.close()


@pytest.mark.slow
def test_archiving_is_undone_from_its_message(page, owner, kim, sign_in):
    sign_in(page, owner)
    page.goto(f"/people/{kim.pk}/")
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("Kim Min-jun is archived.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Kim Min-jun is back.")).to_be_visible()
    kim.refresh_from_db()
    assert kim.status == "active"


@pytest.mark.slow
def test_a_messenger_id_is_copied(page, owner, kim, sign_in):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, owner)
    page.goto(f"/people/{kim.pk}/")
    page.get_by_role("button", name="Copy minjun77").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "minjun77"


def test_the_list_is_searched_and_leads_to_a_person(page, owner, kim, sign_in):
    sign_in(page, owner)
    page.goto("/people/")
    page.get_by_label("Search").fill("민준")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Kim Min-jun").click()
    expect(page.get_by_role("heading", name="Kim Min-jun 김민준")).to_be_visible()
    expect(page.get_by_role("link", name="Ingrid Solheim")).to_have_attribute("rel", "next")


@pytest.mark.slow
def test_a_day_typed_in_one_zone_reads_the_same_in_another(page, owner, kim, sign_in):
    day = PersonDate.objects.create(person=kim, month=12, day=31, kind="other", label="founded", year=1990)
    for zone in ("Asia/Seoul", "America/Los_Angeles"):
        owner.time_zone = zone
        owner.save()
        sign_in(page, owner)
        page.goto(f"/people/{kim.pk}/")
        expect(page.get_by_text("31 Dec 1990")).to_be_visible()
    assert date(day.year, day.month, day.day) == date(1990, 12, 31)
