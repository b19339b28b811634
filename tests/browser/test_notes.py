"""A note's page, its form and the trash: seen, read aloud, changed, deleted and taken back."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crm.models import Note, NotePerson, Promise
from tests.browser.screens import on_every_screen, on_phone
from tests.browser.test_layout import FIT, SMALL
from tests.factories import make_customer, make_note, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def note(owner):
    customer = make_customer("Nordlys Distribution AS", owner=owner)
    ingrid = make_person(customer, given_name="Ingrid", family_name="Solheim")
    note = make_note(customer, text="Met @Ingrid Solheim.\n\n- wants **200 pcs**", wants="A tent under 2 kg")
    NotePerson.objects.create(note=note, person=ingrid)
    Promise.objects.create(note=note, text="Send the price list", due_on="2026-01-02")
    make_note(customer, text="Written by mistake.", deleted_at=timezone.now())
    return note


@on_every_screen
def test_every_page_of_a_note_is_accessible_and_fits(page, owner, note, sign_in, axe, shot, screen):
    sign_in(page, owner)
    paths = {
        "note": f"/notes/{note.pk}/",
        "note-edit": f"/notes/{note.pk}/edit/",
        "trash": "/notes/trash/",
    }
    for name, path in paths.items():
        page.goto(path)
        assert page.evaluate(FIT), f"{path} scrolls sideways"
        axe(page)
        if screen.width < 400:
            assert page.evaluate(SMALL) == [], path
        shot(page, name)


@on_phone
def test_a_promise_is_ticked_off_by_keyboard_and_untickable(page, owner, note, sign_in, axe):
    sign_in(page, owner)
    page.goto(f"/notes/{note.pk}/")
    tick = page.get_by_role("button", name="Done: Send the price list")
    expect(page.get_by_text("overdue since 2 Jan 2026")).to_be_visible()
    tick.focus()
    page.keyboard.press("Enter")
    expect(tick).to_have_attribute("aria-pressed", "true")
    expect(tick).to_be_focused()
    axe(page)
    page.keyboard.press("Enter")
    expect(tick).to_have_attribute("aria-pressed", "false")


@pytest.mark.slow
def test_a_note_goes_to_the_trash_and_comes_back(page, owner, note, sign_in):
    sign_in(page, owner)
    page.goto(f"/notes/{note.pk}/")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The note is in the trash.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The note is back.")).to_be_visible()
    assert not Note.objects.get(pk=note.pk).deleted_at
    page.goto("/notes/trash/")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("Written by mistake.")).to_be_visible()


@pytest.mark.slow
def test_what_is_being_changed_survives_a_reload_and_is_forgotten_when_saved(page, owner, note, sign_in):
    sign_in(page, owner)
    page.goto(f"/notes/{note.pk}/edit/")
    page.get_by_label("What happened?").fill("They want 300 pcs.")
    page.reload()
    expect(page.get_by_label("What happened?")).to_have_value("They want 300 pcs.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()
    page.goto(f"/notes/{note.pk}/edit/")
    expect(page.get_by_text("This is what you began to write.")).to_be_hidden()
    assert Note.objects.get(pk=note.pk).text == "They want 300 pcs."
