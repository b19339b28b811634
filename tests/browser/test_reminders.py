"""Reminders as a person meets them: the page, the mail, the greeting, and the sign that the worker is silent."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crm.models import ContactPoint, Digest, Greeting, GreetingMail, PersonDate, QuietDays, ReminderSettings
from crm.reminders import health, mail
from crm.reminders.clock import Clock
from crm.reminders.contents import Contents, Section, as_read_by
from crm.reminders.kind import Line, kinds
from tests.browser.screens import on_every_screen, on_phone
from tests.browser.test_layout import SMALL
from tests.factories import make_customer, make_note, make_person

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = [
    ("Ingrid", "Solberg", ""),
    ("Min-jun", "Kim", "김민준"),
    ("Maximiliane-Charlotte", "von Hohenzollern-Sigmaringen", ""),
    ("Wei", "Li", "李伟"),
]


@pytest.fixture(autouse=True)
def worker():
    """It has just been there."""
    health.beat(timezone.now())


@pytest.fixture
def people(owner):
    """Twenty-two birthdays in ten days, promises, what was sent and what was not."""
    today = timezone.localdate()
    for number in range(22):
        given, family, native = NAMES[number % 4]
        customer = make_customer(
            f"Société Générale des Équipements de Montagne {number}", owner=owner, time_zone="Europe/Berlin"
        )
        person = make_person(
            customer, given_name=given, family_name=f"{family} {number}", native_name=native, owner=owner
        )
        ContactPoint.objects.create(person=person, kind="email", value=f"someone.{number}@example.com")
        day = today + timedelta(days=number % 10)
        PersonDate.objects.create(person=person, month=day.month, day=day.day, year=1972)
        note = make_note(customer, owner)
        note.promises.create(text="Send the price list and samples", due_on=day)
    for back, state in enumerate(["sent", "empty", "unconfirmed", "given_up"], start=1):
        moment = timezone.now() - timedelta(days=back)
        Digest.objects.create(
            user=owner, day=moment.date(), state=state, covers_until=moment, message_id=f"<{back}@test>",
            sent_at=moment if state == "sent" else None,
        )  # fmt: skip


@pytest.fixture
def kari(owner):
    person = make_person(make_customer("Nordlys AS", owner=owner), given_name="Kari", family_name="Holm")
    ContactPoint.objects.create(person=person, kind="email", value="kari@example.no")
    person.owner = owner
    person.save()
    tomorrow = timezone.localdate() + timedelta(days=1)
    PersonDate.objects.create(person=person, month=tomorrow.month, day=tomorrow.day)
    return person


@pytest.mark.slow
@on_every_screen
def test_the_page_of_reminders_is_readable_with_many(page, owner, people, sign_in, look):
    start = timezone.localdate() + timedelta(days=20)
    QuietDays.objects.create(user=owner, from_on=start, to_on=start + timedelta(days=9))
    sign_in(page, owner)
    page.goto("/reminders/")
    first, second = page.locator(".next > li").first, page.locator(".next > li").nth(1)
    expect(first.get_by_text("Promises due").first).to_be_visible()
    expect(second.get_by_role("link").first).to_be_hidden()
    second.locator("summary").first.click()
    expect(second.get_by_role("link").first).to_be_visible()
    look("reminders")


@on_every_screen
def test_when_and_of_what_is_said_by_mouse(page, owner, sign_in, look):
    sign_in(page, owner)
    page.goto("/reminders/")
    page.get_by_label("At", exact=True).select_option("06:00")
    page.get_by_role("checkbox", name="Saturday").check(force=True)
    page.get_by_role("checkbox", name="Monday").uncheck(force=True)
    page.get_by_role("checkbox", name="Public holidays of customers").uncheck()
    expect(page.get_by_label("Days ahead: Public holidays of customers")).to_be_hidden()
    page.get_by_label("Days ahead: Birthdays").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Write days from 0 to 60")).to_be_visible()
    expect(page.get_by_label("At", exact=True)).to_have_value("6")
    look("reminders-wrong")
    page.get_by_label("Days ahead: Birthdays").fill("14, 1, 0")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    row = ReminderSettings.objects.get(user=owner)
    assert (row.hour, row.weekdays, row.off, row.leads) == (6, "12345", ["holiday"], {"birthday": [0, 1, 14]})


@pytest.mark.slow
def test_when_and_of_what_is_said_by_keyboard(page, owner, sign_in):
    owner.week_start = 6
    owner.save()
    sign_in(page, owner)
    page.goto("/reminders/")
    page.get_by_role("checkbox", name="Send me a digest").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("At", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    # The week begins where the reader's does.
    for name in ("Sunday", "Monday"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("checkbox", name=name)).to_be_focused()
        page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Orders overdue")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Days ahead: Orders overdue")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Orders expected this week")).to_be_focused()
    page.keyboard.press("Space")
    # Of what is not wanted one is not asked how long before.
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Birthdays")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    row = ReminderSettings.objects.get(user=owner)
    assert (row.hour, row.weekdays, row.off) == (8, "12346", ["expected"])


@on_every_screen
def test_quiet_days_are_added_and_removed(page, owner, sign_in, look):
    sign_in(page, owner)
    page.goto("/reminders/")
    start = timezone.localdate() + timedelta(days=20)
    card = page.get_by_role("region", name="Quiet days")
    card.get_by_label("From").fill(start.isoformat())
    card.get_by_label("To").fill((start - timedelta(days=1)).isoformat())
    card.get_by_role("button", name="Add quiet days").click()
    expect(page.get_by_text("This is before the first day.")).to_be_visible()
    look("reminders-quiet-wrong")
    card.get_by_label("To").fill((start + timedelta(days=7)).isoformat())
    card.get_by_label("To").press("Enter")
    expect(page.get_by_text("No digest on these days.")).to_be_visible()
    assert QuietDays.objects.get().to_on == start + timedelta(days=7)
    card.get_by_role("button", name=re.compile("^Remove ")).press("Enter")
    expect(page.get_by_text("Removed.")).to_be_visible()
    assert not QuietDays.objects.exists()


@pytest.mark.slow
def test_weekdays_and_kinds_are_in_korean(page, owner, sign_in):
    owner.language = "ko"
    owner.save()
    sign_in(page, owner)
    page.goto("/reminders/")
    expect(page.locator(".moment .chips span")).to_have_text(list("월화수목금토일"))
    expect(page.get_by_role("checkbox", name="월요일")).to_be_checked()


@pytest.mark.slow
@on_every_screen
def test_the_banner_says_that_the_worker_is_silent(page, owner, sign_in, look):
    health.beat(timezone.now() - timedelta(hours=3))
    sign_in(page, owner)
    page.goto("/people/")
    banner = page.get_by_role("alert")
    expect(banner).to_contain_text("Reminders stand still")
    look("reminders-silent")
    banner.get_by_role("link", name="See").click()
    expect(page.get_by_role("region", name="Is it at work?").locator(".wrong")).to_contain_text("The worker")
    look("reminders-silent-page")


@on_every_screen
def test_greeted_is_written_down_and_remembered(page, owner, kari, sign_in, look):
    row, day = kari.dates.get(), timezone.localdate() + timedelta(days=1)
    Greeting.objects.create(
        person=kari, date=row, by=owner, gift="a book on Oslo", greeted_at=timezone.now(),
        occurs_on=day.replace(year=day.year - 1, day=min(day.day, 28)),
    )  # fmt: skip
    sign_in(page, owner)
    # As the link of the mail does.
    page.goto(f"/greet/{row.pk}/{day.isoformat()}/")
    expect(page.get_by_label("What you wrote or said")).to_have_value("Happy birthday, Kari!")
    expect(page.get_by_text("a book on Oslo")).to_be_visible()
    look("greet")
    page.get_by_label("What you gave").fill("two tickets")
    page.get_by_role("button", name="Greeted").click()
    expect(page.get_by_text("Written down: Kari Holm was greeted.")).to_be_visible()
    card = page.get_by_role("region", name="Birthday and other days")
    expect(card.get_by_text(": two tickets")).to_be_visible()
    expect(card.get_by_role("link", name="Greeted")).to_have_count(0)
    look("person-greeted")


@on_every_screen
def test_a_person_is_greeted_from_his_page_and_from_today(page, owner, kari, sign_in, look):
    sign_in(page, owner)
    page.goto(kari.get_absolute_url())
    expect(page.get_by_role("link", name=re.compile("Greeted ?: birthday"))).to_be_visible()
    look("person-to-greet")
    page.goto("/")
    page.get_by_role("button", name="Answer: Kari Holm").first.click()
    page.get_by_role("button", name="Greeted").click()
    expect(page.get_by_text("Written down: Kari Holm was greeted.")).to_be_visible()
    assert Greeting.objects.get().person == kari
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("It is back in your list.")).to_be_visible()
    assert not Greeting.objects.exists()


@pytest.mark.slow
@on_every_screen
def test_a_greeting_is_approved_and_another_stopped(page, owner, kari, sign_in, look):
    row, today = kari.dates.get(), timezone.localdate()
    sign_in(page, owner)
    page.goto("/greetings/")
    expect(page.get_by_role("heading", name="None yet")).to_be_visible()
    look("greetings-none")
    mails = [
        GreetingMail.objects.create(
            user=owner, date=row, occurs_on=today + timedelta(days=days), text="Happy birthday, Kari!",
            state=state, next_attempt_at=timezone.now() + timedelta(days=days),
            sent_at=timezone.now() if state == "sent" else None,
        )
        for days, state in ((1, "proposed"), (2, "planned"), (-9, "sent"))
    ]  # fmt: skip
    page.reload()
    proposed, planned, _sent = (page.get_by_role("article").nth(place) for place in range(3))
    look("greetings")
    proposed.get_by_label("Words").fill("Gratulerer, Kari!")
    proposed.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("It will be sent on the day.")).to_be_visible()
    planned.get_by_role("button", name="Do not send it").click()
    expect(page.get_by_text("Stopped.", exact=True)).to_be_visible()
    for mail_row in mails:
        mail_row.refresh_from_db()
    assert [mail_row.state for mail_row in mails] == ["planned", "stopped", "sent"]
    assert mails[0].text == "Gratulerer, Kari!"


@pytest.mark.slow
@on_every_screen
def test_mails_are_stopped_by_whoever_has_the_link(page, owner, live_server, look):
    path = re.sub(r"^https?://[^/]+", "", mail.stop_url(owner, "birthday"))
    page.goto(path)
    look("stop")
    page.get_by_role("button", name="Stop these mails").click()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    look("stopped")
    assert ReminderSettings.objects.get(user=owner).off == ["birthday"]


@pytest.mark.parametrize("language", ["en", "ko"])
@on_every_screen
def test_the_digest_is_read_on_a_phone_in_any_light(page, owner, language, look):
    owner.language = language
    html = digest_html(owner)
    page.set_content(html)
    expect(page.locator(".line")).to_have_count(26)
    assert page.locator("html").get_attribute("lang") == language
    look(f"digest-{language}")


def digest_html(user):
    """As long and as late as a digest gets, with words of every width."""
    clock = Clock(timezone.now(), user.time_zone)
    lines = [
        Line(
            title=f"{given} {family} {native}".strip(),
            url="/people/1/",
            when=clock.today(),
            detail="Société Générale des Équipements de Montagne et Plein Air SARL · "
            + clock.words(clock.today() + timedelta(days=place)),
            links=(
                ("a.very.long.address.of.somebody@equipements-de-montagne-et-plein-air.example", "mailto:a@b"),
                ("+47 91 23 45 67", "https://wa.me/4791234567"),
                ("Greeted", "/greet/1/2026-11-26/"),
            ),
            copy="Nachträglich alles Gute zum Geburtstag, Maximiliane-Charlotte!",
            late=place % 3,
        )
        for place in range(13)
        for given, family, native in [NAMES[place % 4]]
    ]  # fmt: skip
    with as_read_by(user):
        sections = sections_of(lines[:6], lines[6:])
        message = mail.message(user, Contents(clock.today(), sections, sections), "<1@test>", days_late=2)
        return message.alternatives[0][0]


def sections_of(birthdays, promises):
    lines = {"birthday": birthdays, "promise": promises}
    return [Section(kind, str(kinds()[kind].heading), of) for kind, of in lines.items()]


@pytest.mark.slow
@on_phone
def test_all_of_it_is_large_enough_for_a_thumb(page, owner, kari, people, sign_in):
    row, day = kari.dates.get(), timezone.localdate() + timedelta(days=1)
    GreetingMail.objects.create(
        user=owner, date=row, occurs_on=day, text="Hello", state="proposed", next_attempt_at=timezone.now()
    )
    sign_in(page, owner)
    for path in (
        "/reminders/", "/greetings/", f"/greet/{row.pk}/{day.isoformat()}/", kari.get_absolute_url()
    ):  # fmt: skip
        page.goto(path)
        assert page.evaluate(SMALL) == [], path
