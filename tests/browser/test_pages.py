"""Every page as a person meets it: seen, read aloud, typed into."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from analytics.refresh import refresh_stale
from crm.models import (
    CustomerItem,
    GreetingMail,
    Heartbeat,
    ImportMapping,
    ImportRun,
    Installation,
    Note,
    NotePerson,
    PersonDate,
    Promise,
    QuietDays,
    Shipment,
)
from tests.browser.screens import DESKTOP, PHONE, on_every_screen, on_phone
from tests.factories import make_customer, make_note, make_order, make_orders, make_person
from tests.test_access_matrix import FOR_ADMINS, FOR_MANAGERS, URLS, address

pytestmark = pytest.mark.django_db(transaction=True)
LAST = date.today() - timedelta(days=4)
NOT_A_REPS = {name.replace(":", "-") for name in FOR_ADMINS | FOR_MANAGERS}
in_korean = pytest.mark.parametrize(
    "screen",
    [pytest.param(screen, marks=pytest.mark.slow) for screen in (DESKTOP, PHONE)],
    indirect=True,
    ids=str,
)


@pytest.fixture
def shop(owner):
    """A customer of two years: every three weeks, four items; and one with a single order."""
    customer = make_customer(
        "Nordlys Distribution AS", owner=owner, orders_known_through=LAST, currency="NOK"
    )
    make_orders(
        customer,
        [
            (
                LAST - timedelta(days=21 * back + back % 3),
                [
                    ("AUR-400", 60 + back % 3 * 10, "120"),
                    ("TAP-05", 20, "15"),
                    ("WAX-250", 240, "30") if back % 2 else ("DRY-20", 35, "95"),
                ],
            )
            for back in range(35)
        ],
    )
    ingrid = make_person(customer, given_name="Ingrid", family_name="Solheim", role="Head of purchasing")
    soon = date.today() + timedelta(days=3)
    PersonDate.objects.create(person=ingrid, month=soon.month, day=min(soon.day, 28), year=1985)
    single = make_customer("One Order Ltd", owner=owner, orders_known_through=LAST)
    make_order(single, LAST)
    refresh_stale()
    return customer


@pytest.fixture
def rows(shop, owner, admin):
    """One row of each kind that a page can be about."""
    note = make_note(shop, text="They asked for **200** headlamps.\n\n-> price list", pinned=True)
    make_note(shop, text="Thrown away", deleted_at=note.happened_at)
    now, order, person = timezone.now(), shop.orders.first(), shop.employments.get().person
    product = order.lines.first().product
    NotePerson.objects.create(note=note, person=person)
    CustomerItem.objects.create(customer=shop, product=product, remark="Two into every rental tent")
    birthday = person.dates.get()
    Heartbeat.objects.create(name="reminders", at=now)
    return SimpleNamespace(
        customer=shop,
        birthday=birthday,
        greeting=GreetingMail.objects.create(
            user=owner, date=birthday, occurs_on=date.today(), text="Happy birthday, Ingrid!"
        ),
        quiet=QuietDays.objects.create(user=owner, from_on=date.today(), to_on=date.today()),
        order=order,
        product=product,
        shipment=Shipment.objects.create(order=order, shipped_on=order.ordered_on),
        person=person,
        note=note,
        deleted_note=note,
        promise=Promise.objects.create(note=note, text="price list", due_on=date.today()),
        run=ImportRun.objects.create(
            user=owner, state=ImportRun.State.APPLIED, file_name="sales.csv", started_at=now, applied_at=now
        ),
        mapping=ImportMapping.objects.create(user=owner, name="Orders", fingerprint="x", used_at=now),
    )


def paths(rows):
    """{name: path} of everything that has an address, read out of the URL configuration, and some of it asked otherwise."""
    kinds = {"order": rows.order, "note": rows.note, "product": rows.product, "person": rows.person}
    return {
        **{
            name.replace(":", "-"): address(name, rows)
            for name in sorted(URLS)
            if not name.startswith("healthz")
        },
        **{f"history-{kind}": f"/history/{kind}/{row.pk}/" for kind, row in kinds.items()},
        "orders-of-one": f"/orders/?customer={rows.customer.pk}",
        "search-found": "/search/?q=headlamp",
        "people-none": "/people/?q=nobody",
    }


def pages(client, found):
    """Those of some paths that answer `client` with a whole page, as the admin's session or a rep's one shows them."""
    answers = ((name, path, client.get(path)) for name, path in found.items())
    return {
        name: path
        for name, path, answer in answers
        if answer.status_code == 200 and not answer.streaming and b'<main id="main"' in answer.content
    }


def assert_fits(page, path="the page"):
    # Without its style sheet hardly any page would.
    page.wait_for_load_state()
    assert page.locator("html").evaluate("html => html.scrollWidth <= innerWidth"), f"{path} scrolls sideways"


def walk(page, found, axe, shot, prefix=""):
    for name, path in found.items():
        page.goto(path)
        expect(page.locator("h1").first).to_be_visible()
        assert_fits(page, path)
        axe(page)
        shot(page, f"{prefix}{name}")


@on_every_screen
def test_every_page_of_a_rep_is_accessible_and_fits(page, owner, rows, sign_in, client_for, axe, shot):
    found = pages(client_for(owner), paths(rows))
    assert {"home", "log", "customer", "person_edit", "note_edit", "order_new", "history-note"} <= set(found)
    sign_in(page, owner)
    walk(page, found, axe, shot)


@on_every_screen
def test_every_page_that_is_not_a_reps_is_accessible_and_fits(
    page, admin, rows, sign_in, client_for, axe, shot
):
    closed = {name: path for name, path in paths(rows).items() if name in {"home", *NOT_A_REPS}}
    more = pages(client_for(admin), closed)
    assert {"accounts-team", "accounts-invite", "accounts-team_user", "product_edit"} <= set(more)
    sign_in(page, admin)
    walk(page, more, axe, shot, "admin-")


@in_korean
def test_every_page_in_korean_fits_and_is_accessible(page, admin, rows, sign_in, client_for, axe, shot):
    admin.language = "ko"
    admin.save()
    found = pages(client_for(admin), paths(rows))
    sign_in(page, admin)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    walk(page, found, axe, shot, "ko-")


@on_every_screen
def test_a_customer_without_a_history_is_shown_honestly(page, owner, shop, sign_in, axe, shot):
    sign_in(page, owner)
    page.goto("/customers/?q=One+Order")
    page.get_by_role("link", name="One Order Ltd").click()
    expect(page.get_by_role("heading", name="Not enough data: needs 2 more orders")).to_be_visible()
    assert_fits(page)
    axe(page)
    shot(page, "dashboard-one-order")


@pytest.mark.slow
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


@pytest.mark.slow
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
    expect(page.locator(".plot.ready .bars path").first).not_to_have_css("fill", light, timeout=10_000)
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


@pytest.mark.slow
def test_a_note_can_be_dated_back_and_says_who_was_there(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    page.locator("#note").get_by_role("radio", name="Visit").check()
    page.get_by_label("What happened?").fill("Showed the new tents.")
    page.get_by_role("checkbox", name="Ingrid Solheim").check()
    page.get_by_text("Promise, when, private").click()
    page.get_by_label("Another time (Europe/Oslo").fill("2026-03-02T14:30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    note = Note.objects.get()
    assert note.kind == "visit"
    assert note.happened_at.isoformat() == "2026-03-02T13:30:00+00:00"
    assert [str(person) for person in note.people.all()] == ["Ingrid Solheim"]


@pytest.mark.slow
def test_an_empty_note_says_what_is_missing(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Write what happened, then save.")).to_be_visible()


@pytest.mark.slow
@on_phone
def test_the_draft_of_a_note_survives_a_reload(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    page.get_by_label("What happened?").press_sequentially("Half a thought")
    page.reload()
    expect(page.get_by_label("What happened?")).to_have_value("Half a thought")


@pytest.mark.slow
def test_the_timeline_filters_and_goes_back(page, owner, shop, sign_in):
    sign_in(page, owner)
    page.goto(f"/customers/{shop.pk}/")
    timeline = page.locator("#timeline")
    expect(timeline.locator("li.order")).to_have_count(8)
    timeline.get_by_role("link", name="Show earlier").click()
    expect(timeline.locator("li.order")).to_have_count(16)
    timeline.get_by_role("link", name="Notes").press("Enter")
    expect(timeline.get_by_text("Nothing here yet.")).to_be_visible()
    expect(timeline.get_by_role("link", name="Notes")).to_be_focused()


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
