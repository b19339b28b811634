"""The morning page, worked through with mouse, thumb and keyboard."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from analytics.refresh import refresh_stale
from crm.models import Dismissal, ImportRun, NotePerson, Person, PersonDate, Promise
from tests.browser.screens import DESKTOP, PHONE, on_every_screen, on_phone
from tests.browser.test_layout import FIT, SMALL
from tests.factories import make_customer, make_note, make_orders, make_person

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date.today()
on_both_widths = pytest.mark.parametrize("screen", [DESKTOP, PHONE], indirect=True, ids=str)


@pytest.fixture
def morning(owner):
    """Three late customers, one expected, a birthday, promises, somebody out of touch, an import."""
    for name, price in (
        ("Fjord Handel AS", "900"),
        ("Bergen Sport AS", "300"),
        ("Tromsø Turutstyr med et langt navn AS", "90"),
    ):
        late = make_customer(name, owner=owner, orders_known_through=TODAY)
        make_orders(late, [(TODAY - timedelta(days=60 + 14 * n), [("A", 10, price)]) for n in range(10)])
    soon = make_customer("Oslo Friluft AS", owner=owner, orders_known_through=TODAY)
    run = ImportRun.objects.create(
        file_name="orders-march.xlsx", file_hash="0" * 64, state="applied", started_at=timezone.now(), applied_at=timezone.now(),
    )  # fmt: skip
    make_orders(
        soon, [(TODAY - timedelta(days=4 + 7 * n), [("SKU-A", 10, "12.50")]) for n in range(12)], run=run
    )
    ingrid = make_person(soon, family_name="Solheim", native_name="잉그리드", cadence_days=30)
    Person.objects.update(created_at=timezone.now() - timedelta(days=90))
    on = TODAY + timedelta(days=3)
    PersonDate.objects.create(person=ingrid, month=on.month, day=min(on.day, 28), year=1985)
    note = make_note(
        late,
        happened_at=timezone.make_aware(datetime.combine(TODAY - timedelta(days=40), datetime.min.time())),
        kind="call",
    )
    NotePerson.objects.create(note=note, person=ingrid)
    for n in range(8):
        Promise.objects.create(note=note, text=f"Sample {n}", due_on=TODAY + timedelta(days=n - 2))
    refresh_stale()


def overdue(page):
    return page.get_by_role("region", name="Late against their own rhythm")


def answers(page, name):
    """Opens the answers of an entry."""
    page.get_by_role("button", name=f"Answer: {name}").click()
    return page.get_by_role("dialog", name=f"Answer: {name}")


@on_every_screen
def test_the_page_and_its_answers_are_accessible_and_fit(page, owner, morning, sign_in, axe, shot):
    sign_in(page, owner)
    page.goto("/")
    expect(page.get_by_text("3 orders are late, worth")).to_be_visible()
    assert page.evaluate(FIT)
    axe(page)
    shot(page, "today")
    menu = answers(page, "Bergen Sport AS")
    menu.get_by_text("Dismiss with a reason").click()
    assert page.evaluate(FIT)
    axe(page)
    shot(page, "today-answers")
    menu.get_by_role("button", name="Tomorrow").click()
    expect(page.locator("#toasts")).to_contain_text("Bergen Sport AS comes back on")
    axe(page)
    page.goto("/today/dismissed/")
    expect(page.get_by_role("cell", name="Bergen Sport AS overdue order")).to_be_visible()
    assert page.evaluate(FIT)
    axe(page)
    shot(page, "dismissed")


@pytest.mark.slow
@on_phone
def test_everything_is_large_enough_for_a_thumb(page, owner, morning, sign_in):
    sign_in(page, owner)
    page.goto("/")
    assert page.evaluate(SMALL) == []
    menu = answers(page, "Bergen Sport AS")
    menu.get_by_text("Dismiss with a reason").click()
    assert page.evaluate(SMALL) == []
    menu.get_by_role("button", name="Tomorrow").click()
    expect(page.locator("#toasts").get_by_role("button", name="Undo")).to_be_visible()
    assert page.evaluate(SMALL) == []
    person = Person.objects.get()
    for path in ("/today/dismissed/", f"/people/{person.pk}/timeline/", f"/team/{owner.pk}/timeline/"):
        page.goto(path)
        assert page.evaluate(SMALL) == [], path


@on_both_widths
def test_a_late_order_is_dismissed_by_mouse_and_brought_back(page, owner, morning, sign_in):
    sign_in(page, owner)
    page.goto("/")
    menu = answers(page, "Bergen Sport AS")
    menu.get_by_text("Dismiss with a reason").click()
    menu.get_by_label("Why").select_option("stocked")
    menu.get_by_label("Remark").fill("Until Easter")
    menu.get_by_role("button", name="Dismiss").click()
    expect(overdue(page).get_by_role("listitem")).to_have_count(2)
    expect(page.locator("#toasts")).to_contain_text(
        "Bergen Sport AS is out of your list until the next order."
    )
    expect(page.locator("#summary")).to_contain_text("2 orders are late")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(overdue(page).get_by_role("listitem")).to_have_count(3)
    expect(page.locator("#summary")).to_contain_text("3 orders are late")
    assert not Dismissal.objects.exists()


@on_both_widths
def test_the_list_is_worked_through_by_keyboard(page, owner, morning, sign_in):
    sign_in(page, owner)
    page.goto("/")
    page.get_by_role("button", name="Answer: Fjord Handel AS").focus()
    for left, then in ((2, "Bergen Sport AS"), (1, "Tromsø Turutstyr")):
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Done").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(overdue(page).get_by_role("listitem")).to_have_count(left)
        expect(page.get_by_role("button", name=f"Answer: {then}")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Answer: Tromsø Turutstyr")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(overdue(page)).to_contain_text("Nobody is late.")
    expect(page.get_by_role("heading", name="Late against their own rhythm")).to_be_focused()


@pytest.mark.slow
def test_enter_in_the_remark_dismisses_and_does_not_say_done(page, owner, morning, sign_in):
    sign_in(page, owner)
    page.goto("/")
    menu = answers(page, "Fjord Handel AS")
    menu.get_by_text("Dismiss with a reason").click()
    menu.get_by_label("Why").select_option("lost")
    menu.get_by_label("Remark").press_sequentially("Buys in Poland")
    page.keyboard.press("Enter")
    expect(overdue(page).get_by_role("listitem")).to_have_count(2)
    said = Dismissal.objects.get()
    assert (said.answer, said.reason, said.remark) == ("dismissed", "lost", "Buys in Poland")


@pytest.mark.slow
def test_a_picked_day_puts_off(page, owner, morning, sign_in):
    sign_in(page, owner)
    page.goto("/")
    day = TODAY + timedelta(days=20)
    menu = answers(page, "Fjord Handel AS")
    menu.get_by_label("Pick a day").fill(day.isoformat())
    menu.get_by_role("button", name="Until then").click()
    expect(page.locator("#toasts")).to_contain_text("Fjord Handel AS comes back on")
    assert Dismissal.objects.get().until_on == day


@on_both_widths
def test_a_promise_is_kept_and_the_rest_of_the_list_moves_up(page, owner, morning, sign_in):
    sign_in(page, owner)
    page.goto("/")
    promises = page.get_by_role("region", name="Promises due")
    expect(promises.get_by_role("listitem")).to_have_count(6)
    answers(page, "Sample 0").get_by_role("button", name="Done").click()
    expect(promises.get_by_role("listitem")).to_have_count(6)
    expect(promises).to_contain_text("Sample 6")
    expect(promises).not_to_contain_text("Sample 0")
    promises.get_by_role("link", name="Show 1 more").click()
    expect(promises.get_by_role("listitem")).to_have_count(7)
    answers(page, "Sample 1").get_by_role("button", name="Done").click()
    expect(promises.get_by_role("listitem")).to_have_count(6)
    expect(promises.get_by_role("link", name="Show")).to_have_count(0)


def test_without_javascript_everything_works(browser, live_server, owner, morning, sign_in):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    sign_in(page, owner)
    page.goto("/")
    menu = answers(page, "Fjord Handel AS")
    menu.get_by_role("button", name="In a week").click()
    expect(page.locator(".messages")).to_contain_text("Fjord Handel AS comes back on")
    page.get_by_role("button", name="Undo").click()
    expect(overdue(page).get_by_role("listitem")).to_have_count(3)
    context.close()


@pytest.mark.slow
@on_every_screen
def test_timelines_of_everyone_are_accessible_and_fit(page, owner, morning, sign_in, axe, shot):
    sign_in(page, owner)
    person = Person.objects.get()
    note = person.notes.get()
    note.pinned, note.wants, note.decision = True, "A longer warranty than last year", "We give two years"
    note.save()
    paths = {
        "customer": f"/customers/{note.customer_id}",
        "person": f"/people/{person.pk}",
        "user": f"/team/{owner.pk}",
    }
    for name, path in paths.items():
        page.goto(f"{path}/timeline/")
        expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
        assert page.evaluate(FIT), path
        axe(page)
        shot(page, f"timeline-of-{name}")


@pytest.mark.slow
def test_the_timeline_is_searched_and_its_address_says_so(page, owner, morning, sign_in):
    sign_in(page, owner)
    customer = Person.objects.get().notes.get().customer
    page.goto(f"/customers/{customer.pk}/timeline/")
    page.get_by_role("link", name="Promises", exact=True).click()
    expect(page.locator('#timeline [aria-current="true"]')).to_have_text("Promises")
    expect(page.locator("#timeline li.promise")).to_have_count(8)
    page.get_by_role("searchbox", name="Search the timeline").fill("sample 3")
    page.keyboard.press("Enter")
    expect(page.locator("#timeline li.promise")).to_have_count(1)
    assert "kind=promises" in page.url
    assert "q=sample" in page.url
    page.reload()
    expect(page.locator("#timeline li.promise")).to_have_count(1)
    page.go_back()
    expect(page.locator("#timeline li.promise")).to_have_count(8)
