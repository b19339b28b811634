"""A note's page, its changes, its pin and its way through the trash."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_q.models import Schedule

from config.jobs import set_schedules
from crm.forms.note_edit import NoteEditForm
from crm.models import Note, NotePerson, Promise
from crm.trash import purge
from tests.factories import make_customer, make_note, make_person

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday
HTMX = {"HTTP_HX_REQUEST": "true"}
HUGE = "99999999999999999999"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def ingrid(customer):
    return make_person(customer, given_name="Ingrid", family_name="Solberg", native_name="잉그리드")


@pytest.fixture
def note(customer, owner, ingrid):
    """Of a visit at 14:30 in Oslo, with a second that no form shows."""
    note = make_note(
        customer,
        kind="visit",
        text="**Good** talk with @Ingrid.\n-> send samples by Friday",
        happened_at=datetime(2026, 11, 20, 13, 30, 7, tzinfo=UTC),
    )
    NotePerson.objects.create(note=note, person=ingrid)
    Promise.objects.create(note=note, text="send samples", due_on=date(2026, 11, 27))
    return note


@pytest.fixture
def look(client_for, owner):
    def look(note, user=owner, page=""):
        response = client_for(user).get(f"/notes/{note.pk}/{page}")
        assert response.status_code == 200
        return response.content.decode()

    return look


@pytest.fixture
def change(client_for, owner):
    """Sends the form as the browser has it, with what is changed in it."""

    def change(note, user=owner, status=302, drop=(), **changed):
        client = client_for(user)
        page = client.get(f"/notes/{note.pk}/edit/")
        form, rows = page.context["form"], page.context["promise_rows"]
        sent = {field.html_name: field.value() for field in form}
        for one in [rows.management_form, *rows]:
            sent |= {field.html_name: field.value() for field in one}
        sent = {
            name: value for name, value in sent.items() if value not in (None, False) and name not in drop
        }
        response = client.post(f"/notes/{note.pk}/edit/", sent | changed)
        assert response.status_code == status, response.content.decode()
        note.refresh_from_db()
        return response.content.decode()

    return change


def post(client_for, user, note, what, **fields):
    headers = fields.pop("headers", {})
    return client_for(user).post(f"/notes/{note.pk}/{what}/", fields, **headers)


def idea_of(user):
    return Note.objects.create(author=user, text="An idea", happened_at=NOW)


def promised(note):
    return [(one.by, one.text, one.due_on) for one in note.promises.order_by("pk")]


# The page ----------------------------------------------------------------------


@pytest.mark.both
def test_the_page_has_all_that_was_said(look, note, ingrid, customer):
    note.wants, note.pinned = "A price list", True
    note.save()
    page = look(note)
    for words in ("Visit", "pinned", "14:30", "Europe/Oslo", customer.name, "A price list", "send samples"):
        assert words in page
    assert "<strong>Good</strong>" in page
    assert f'<a href="/people/{ingrid.pk}/" rel="noopener noreferrer nofollow">@Ingrid</a>' in page
    assert "What do they want?" in page
    assert "Can we do it?" not in page
    assert "27 Nov" in page
    for address in ("edit/", "pin/", "trash/"):
        assert f"/notes/{note.pk}/{address}" in page
    assert f'href="/history/note/{note.pk}/"' in page


def test_what_was_typed_is_never_markup(look, note):
    note.text = "<script>x</script> [a](javascript:y) @Ingrid"
    note.wants = "<img src=x>"
    note.save()
    page = look(note)
    assert "<script>x" not in page
    assert 'href="javascript' not in page
    assert "<img" not in page


def test_a_promise_that_is_late_says_so_and_is_ticked_off(look, note, client_for, owner):
    promise = note.promises.get()
    promise.due_on = date(2026, 11, 24)
    promise.save()
    assert "overdue since 24 Nov" in " ".join(look(note).split())
    page = client_for(owner).post(f"/promises/{promise.pk}/toggle/", {"done": "1"}, **HTMX).content.decode()
    assert 'aria-pressed="true"' in page
    assert 'name="done" value="0"' in page
    promise.refresh_from_db()
    assert promise.done_at == NOW
    response = client_for(owner).post(f"/promises/{promise.pk}/toggle/", {"done": "0"})
    assert response.url == note.get_absolute_url()
    promise.refresh_from_db()
    assert promise.done_at is None


@pytest.mark.both
def test_a_tick_or_pin_sent_twice_stays_as_the_first_time(note, client_for, owner, clock):
    promise = note.promises.get()
    for _ in range(2):
        client_for(owner).post(f"/promises/{promise.pk}/toggle/", {"done": "1"})
        post(client_for, owner, note, "pin", pinned="1")
        clock.shift(timedelta(hours=1))
    for address in (f"/promises/{promise.pk}/toggle/", f"/notes/{note.pk}/pin/"):
        assert client_for(owner).post(address).status_code == 400
    promise.refresh_from_db()
    note.refresh_from_db()
    assert (promise.done_at, note.pinned) == (NOW, True)


def test_a_done_day_is_that_of_the_reader(look, note, owner):
    """At ten in the evening in London it is the next day in Seoul."""
    owner.time_zone = "Asia/Seoul"
    owner.save()
    note.promises.update(done_at=datetime(2026, 11, 24, 22, tzinfo=UTC))
    assert "done 25 Nov" in " ".join(look(note).split())


def test_a_note_of_no_customer_has_a_page_too(look, owner, client_for, admin, manager):
    note = idea_of(owner)
    assert "An idea" in look(note)
    for user in (admin, manager):
        assert client_for(user).get(f"/notes/{note.pk}/").status_code == 404


def test_the_page_asks_as_often_for_many_as_for_few(client_for, owner, note, customer):
    client, counts = client_for(owner), []
    for size in (1, 20):
        for n in range(size):
            person = make_person(customer, given_name=f"Anna{size}{n}")
            NotePerson.objects.create(note=note, person=person)
            Promise.objects.create(note=note, text=f"{n}")
        for page in ("", "edit/"):
            client.get("/log/")
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/notes/{note.pk}/{page}").status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


# Who may what ----------------------------------------------------------------------

READ, CHANGE = ("", "history"), ("edit", "pin", "trash")


@pytest.fixture
def outcomes(client_for):
    """What a user gets: {"": 200, "history": 200, "edit": 403, ...}."""

    def outcomes(user, note):
        client = client_for(user)
        found = {
            "": client.get(f"/notes/{note.pk}/").status_code,
            "history": client.get(f"/history/note/{note.pk}/").status_code,
            "edit": client.get(f"/notes/{note.pk}/edit/").status_code,
            "pin": client.post(f"/notes/{note.pk}/pin/", {"pinned": "1"}).status_code,
            "trash": client.post(f"/notes/{note.pk}/trash/").status_code,
        }
        Note.objects.filter(pk=note.pk).update(deleted_at=None, pinned=False)
        return found

    return outcomes


ALL = {"": 200, "history": 200, "edit": 200, "pin": 302, "trash": 302}
LOOK = ALL | dict.fromkeys(CHANGE, 403)
NOTHING = dict.fromkeys(ALL, 404)


@pytest.mark.parametrize(
    ("who", "open_note", "private_note"),
    [
        ("owner", ALL, ALL),
        ("admin", ALL, NOTHING),
        ("manager", LOOK, NOTHING),
        ("mate", NOTHING, NOTHING),
        ("stranger", NOTHING, NOTHING),
    ],
)
def test_who_may_what(outcomes, request, note, customer, who, open_note, private_note):
    user = request.getfixturevalue(who)
    assert outcomes(user, note) == open_note
    assert outcomes(user, make_note(customer, text="He drinks.", private=True)) == private_note


def test_a_managers_private_note_is_not_the_owners_to_read(outcomes, owner, manager, customer):
    assert outcomes(owner, make_note(customer, author=manager, private=True)) == NOTHING
    assert outcomes(owner, make_note(customer, author=manager)) == LOOK
    assert outcomes(manager, make_note(customer, author=manager, private=True)) == ALL


def test_who_may_only_read_gets_no_buttons(look, note, manager):
    page = look(note, manager)
    assert f"/notes/{note.pk}/edit/" not in page
    assert f"/notes/{note.pk}/trash/" not in page


@pytest.mark.both
def test_a_private_note_can_be_neither_changed_nor_restored_nor_ticked_by_others(
    client_for, customer, admin, manager
):
    note = make_note(customer, text="He drinks.", private=True)
    promise = Promise.objects.create(note=note, text="Say nothing")
    for user in (admin, manager):
        for what in ("edit", "restore"):
            assert post(client_for, user, note, what, text="x").status_code == 404
        assert client_for(user).post(f"/promises/{promise.pk}/toggle/").status_code == 404
        assert client_for(user).post(f"/history/note/{note.pk}/restore/").status_code == 404
    note.refresh_from_db()
    assert note.text == "He drinks."


# Changing ----------------------------------------------------------------------


def test_a_form_that_is_saved_untouched_changes_nothing(change, note, ingrid):
    before = {name: value for name, value in vars(note).items() if name not in ("_state", "updated_at")}
    rows = promised(note)
    change(note)
    assert {name: vars(note)[name] for name in before} == before
    assert promised(note) == rows
    assert list(note.people.all()) == [ingrid]


@pytest.mark.both
def test_everything_can_be_changed(change, note, look, customer):
    kari = make_person(customer, given_name="Kari", family_name="Lie")
    change(
        note,
        kind="call",
        text="New words",
        happened_at="2026-11-19T09:00",
        private="on",
        people=[kari.pk],
        wants="A list",
        why="To compare",
        can_we="Yes",
        decision="Send it",
    )
    assert (note.kind, note.text, note.private) == ("call", "New words", True)
    assert note.happened_at == datetime(2026, 11, 19, 8, tzinfo=UTC)
    assert list(note.people.all()) == [kari]
    page = look(note)
    for words in ("A list", "To compare", "Yes", "Send it"):
        assert words in page


def test_who_is_newly_mentioned_is_linked_and_who_was_unticked_stays_out(change, note, ingrid, customer):
    kari = make_person(customer, given_name="Kari", family_name="Lie")
    change(note, text=f"{note.text}\n@Kari came later", people=[])
    assert list(note.people.all()) == [kari]


def test_a_new_marked_line_is_a_promise_and_the_old_ones_are_not_made_twice(change, note):
    change(note, text=f"{note.text}\n-> they: pay by 5 Dec")
    assert promised(note) == [
        ("us", "send samples", date(2026, 11, 27)),
        ("them", "pay", date(2026, 12, 5)),
    ]


@pytest.mark.both
def test_promise_rows_are_changed_added_done_and_removed(change, note):
    first = note.promises.get()
    change(
        note,
        **{
            "promises-0-text": "send 20 samples",
            "promises-0-done": "on",
            "promises-1-text": "they: reply by Friday",
            "promises-1-by": "us",
            "promises-2-text": "call again",
            "promises-2-due_on": "2026-12-24",
        },
    )
    assert promised(note) == [
        ("us", "send 20 samples", date(2026, 11, 27)),
        ("them", "reply", date(2026, 11, 27)),
        ("us", "call again", date(2026, 12, 24)),
    ]
    first.refresh_from_db()
    assert first.done_at == NOW
    change(note, **{"promises-0-DELETE": "on"})
    assert not Promise.objects.filter(pk=first.pk).exists()
    assert note.promises.count() == 2


@pytest.mark.both
def test_a_promise_ticked_twice_keeps_the_moment_of_the_first_time(change, note, clock):
    change(note, **{"promises-0-done": "on"})
    clock.shift(timedelta(days=1))
    change(note, text="x")
    assert note.promises.get().done_at == NOW
    change(note, drop=["promises-0-done"])
    assert note.promises.get().done_at is None


def test_a_promise_of_another_note_cannot_be_taken(change, note, customer):
    other = Promise.objects.create(note=make_note(customer), text="Theirs")
    change(note, **{"promises-0-id": other.pk, "promises-0-text": "Mine"})
    other.refresh_from_db()
    assert (other.text, other.note_id) == ("Theirs", other.note.pk)
    assert [text for _by, text, _due_on in promised(note)] == ["send samples"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("text", "  ", "Write what happened, then save."),
        ("happened_at", "2026-11-25T13:01", "This is still to come."),
        ("happened_at", "2026-03-29T02:30", "this hour did not exist there"),
        ("people", ["x"], "Choose people of the list."),
        ("people", [HUGE], "Choose people of the list."),
        ("customer_name", "Nowhere", "No customer of yours fits"),
        ("promises-0-text", "", "Write what was promised"),
        ("promises-0-due_on", "2026-13-01", "Enter a valid date."),
    ],
)
def test_an_error_keeps_what_was_typed(change, note, field, value, words):
    old = note.text
    sent = {"text": "Kept words", "wants": "Kept wish", "promises-1-text": "Kept promise"} | {field: value}
    page = change(note, status=422, **sent)
    assert words in page
    assert "Nothing is saved yet." in page
    for kept in {"Kept words", "Kept wish", "Kept promise"} - ({"Kept words"} if field == "text" else set()):
        assert kept in page
    assert note.text == old
    assert note.promises.count() == 1


def test_what_was_changed_is_in_the_history(change, note, client_for, owner):
    note.save()
    change(note, text="New words")
    page = client_for(owner).get(f"/history/note/{note.pk}/").content.decode()
    assert "New words" in page
    assert owner.name in page


def test_an_administrator_changes_a_note_and_it_stays_its_authors(change, note, admin, owner, ingrid):
    change(note, admin, text="Mended", private="on")
    assert (note.text, note.author, note.private) == ("Mended", owner, False)
    assert list(note.people.all()) == [ingrid]


# Moving ----------------------------------------------------------------------


@pytest.mark.both
def test_a_note_moves_to_another_customer_and_keeps_its_moment(change, note, owner, customer):
    other = make_customer("Seoul Trading", owner=owner, time_zone="Asia/Seoul")
    moment = note.happened_at
    change(note, customer=other.pk, customer_name=other.name)
    assert (note.customer, note.happened_at) == (other, moment)
    change(note, drop=["customer"], customer_name="fjord")
    assert note.customer == customer
    change(note, drop=["customer"], customer_name="")
    assert note.customer is None


def test_a_note_cannot_be_moved_to_somebody_elses_customer(change, note, stranger, customer):
    theirs = make_customer("Iberia Import SL", owner=stranger)
    page = change(note, status=422, customer=theirs.pk, customer_name="")
    assert "This customer is not one of yours." in page
    assert "Iberia" not in page
    page = change(note, status=422, drop=["customer"], customer_name="Iberia Import SL")
    assert "No customer of yours fits" in page
    assert note.customer == customer


def test_only_the_author_takes_a_note_from_its_customer(change, note, admin, customer):
    page = change(note, admin, status=422, drop=["customer"], customer_name="")
    assert "Only its author can take a note from its customer." in page
    assert note.customer == customer


def test_an_empty_form_is_an_error_too(client_for, owner, note):
    response = client_for(owner).post(f"/notes/{note.pk}/edit/")
    assert response.status_code == 422
    assert "Nothing is saved yet." in response.content.decode()


@pytest.mark.both
def test_what_was_pinned_or_deleted_meanwhile_stays_so(change, note, monkeypatch):
    valid = NoteEditForm.is_valid

    def meanwhile(form):
        Note.objects.filter(pk=note.pk).update(pinned=True, wants="A list")
        return valid(form)

    monkeypatch.setattr(NoteEditForm, "is_valid", meanwhile)
    change(note, text="New words")
    assert (note.text, note.pinned, note.wants) == ("New words", True, "A list")


# A customer that went to somebody else ----------------------------------------------------------------------


@pytest.fixture
def gone(note, customer, stranger):
    customer.owner = stranger
    customer.save()
    return note


def test_ones_own_note_stays_without_telling_of_the_customer(gone, look, client_for, owner, customer):
    assert "Good" in look(gone)
    pages = [look(gone), look(gone, page="edit/")]
    pages.append(client_for(owner).get(f"/history/note/{gone.pk}/").content.decode())
    post(client_for, owner, gone, "trash")
    pages.append(client_for(owner).get("/notes/trash/").content.decode())
    assert "send samples" in pages[-1]
    for page in pages:
        assert customer.name not in page
        assert f"/customers/{customer.pk}/" not in page


@pytest.mark.both
def test_nor_do_search_timelines_and_today_tell_of_him(gone, client_for, owner, customer, ingrid):
    gone.promises.create(text="call back", due_on=NOW.date(), done_at=NOW)
    ingrid.owner = owner
    ingrid.save()
    client = client_for(owner)
    for address, words in {
        "/search/?q=talk": "talk",
        f"/people/{ingrid.pk}/timeline/": "talk",
        f"/team/{owner.pk}/timeline/": "call back",
        "/": "send samples",
    }.items():
        page = client.get(address).content.decode()
        assert words in page
        assert customer.name not in page
        assert f"/customers/{customer.pk}/" not in page


def test_it_can_be_changed_and_stays_where_it_is(gone, change, customer, ingrid, owner):
    other = make_customer(owner=owner)
    change(gone, text="Mended", customer=other.pk, customer_name=other.name)
    assert (gone.text, gone.customer) == ("Mended", customer)
    assert list(gone.people.all()) == [ingrid]
    assert gone.happened_at == datetime(2026, 11, 20, 13, 30, 7, tzinfo=UTC)


def test_the_new_owner_reads_it_and_not_a_private_one(gone, outcomes, stranger, customer, owner):
    assert outcomes(stranger, gone) == LOOK
    gone.private = True
    gone.save()
    assert outcomes(stranger, gone) == NOTHING
    assert outcomes(owner, gone) == ALL


@pytest.mark.both
def test_it_goes_to_the_trash_and_back(gone, client_for, owner, customer):
    answer = post(client_for, owner, gone, "trash", timeline=customer.pk, headers=HTMX)
    assert 'id="timeline"' not in answer.content.decode()
    assert client_for(owner).get("/notes/trash/").status_code == 200
    assert post(client_for, owner, gone, "restore").url == gone.get_absolute_url()


# Pin ----------------------------------------------------------------------


def test_a_pin_goes_on_and_off_and_back_to_where_it_was_pressed(client_for, owner, note, look, customer):
    assert 'name="pinned" value="1"' in look(note)
    assert post(client_for, owner, note, "pin", pinned="1").url == note.get_absolute_url()
    assert 'name="pinned" value="0"' in look(note)
    back = f"/customers/{customer.pk}/"
    assert post(client_for, owner, note, "pin", pinned="0", next=back).url == back
    note.refresh_from_db()
    assert not note.pinned
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:x"):
        response = post(client_for, owner, note, "pin", pinned="1", next=elsewhere)
        assert response.url == note.get_absolute_url()


@pytest.mark.parametrize("what", ["pin", "trash", "restore"])
def test_nothing_changes_by_get(client_for, owner, note, what):
    assert client_for(owner).get(f"/notes/{note.pk}/{what}/").status_code == 405


# Trash ----------------------------------------------------------------------


def test_to_the_trash_with_undo_and_back(client_for, owner, note, customer, look):
    answer = post(client_for, owner, note, "trash", timeline=customer.pk, headers=HTMX).content.decode()
    assert "The note is in the trash." in answer
    assert f'hx-post="/notes/{note.pk}/restore/"' in answer
    timeline = answer[answer.index('id="timeline"') :]
    assert "talk with" not in timeline
    assert client_for(owner).get(f"/notes/{note.pk}/").status_code == 404
    assert client_for(owner).get(f"/notes/{note.pk}/edit/").status_code == 404
    answer = post(client_for, owner, note, "restore", timeline=customer.pk, headers=HTMX).content.decode()
    assert "The note is back." in answer
    assert "talk with" in answer[answer.index('id="timeline"') :]
    assert "send samples" in look(note)


def test_without_a_script_it_leads_on(client_for, owner, note, customer):
    assert post(client_for, owner, note, "trash").url == customer.get_absolute_url()
    page = client_for(owner).get("/notes/trash/").content.decode()
    assert "send samples by Friday" in page
    assert f'action="/notes/{note.pk}/restore/"' in page
    assert post(client_for, owner, note, "restore").url == note.get_absolute_url()
    assert "Nothing is in the trash." in client_for(owner).get("/notes/trash/").content.decode()
    idea = idea_of(owner)
    assert post(client_for, owner, idea, "trash").url == "/notes/trash/"


def test_a_note_that_is_not_in_the_trash_is_not_restored(client_for, owner, note):
    assert post(client_for, owner, note, "restore").status_code == 404


def test_the_trash_is_each_ones_own(client_for, owner, note, customer, manager, admin, mate):
    secret = make_note(customer, text="He drinks.", private=True)
    for one in (note, secret):
        post(client_for, owner, one, "trash")
    for user in (manager, admin, mate):
        page = client_for(user).get("/notes/trash/").content.decode()
        assert "talk with" not in page
        assert "He drinks." not in page
    for user in (manager, mate):
        assert post(client_for, user, note, "restore").status_code == 404
    for user in (manager, mate, admin):
        assert post(client_for, user, secret, "restore").status_code == 404
    assert post(client_for, admin, note, "restore").status_code == 302
    assert "He drinks." in client_for(owner).get("/notes/trash/").content.decode()


@pytest.mark.both
def test_the_last_deleted_comes_first_and_a_note_waits_thirty_days(client_for, owner, customer):
    for days in (0, 29, 30, 31):
        make_note(customer, text=f"deleted {days} days ago", deleted_at=NOW - timedelta(days=days))
    page = client_for(owner).get("/notes/trash/").content.decode()
    assert re.findall(r"deleted (\d+) days ago", page) == ["0", "29"]
    assert "30 days" in page


@pytest.mark.both
def test_after_thirty_days_nothing_is_taken_back(client_for, owner, customer):
    """Also where the worker has not come to it yet."""
    old = make_note(customer, deleted_at=NOW - timedelta(days=30))
    assert post(client_for, owner, old, "restore").status_code == 404


def test_the_trash_asks_as_often_for_many_as_for_few_and_says_where_it_ends(client_for, owner, customer):
    client, counts = client_for(owner), []
    for size in (2, 110):
        for n in range(size):
            make_note(customer, text=f"old {n}", deleted_at=NOW)
        client.get("/log/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/notes/trash/").content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "These are the latest 100." in page


@pytest.mark.both
def test_the_worker_takes_what_is_old_with_its_history(client_for, owner, note, customer, clock, change):
    change(note, text="-> old words\n-> older words")
    kept = make_note(customer, text="kept")
    Promise.objects.create(note=kept, text="kept")
    post(client_for, owner, note, "trash")
    clock.shift(timedelta(days=29, hours=23))
    assert purge() == 0
    clock.shift(timedelta(hours=1))
    young = make_note(customer, text="young", deleted_at=NOW + timedelta(days=29))
    assert purge() == 1
    assert purge() == 0
    assert set(Note.objects.all()) == {kept, young}
    assert set(Note.history.values_list("id", flat=True)) == {kept.pk, young.pk}
    assert [one.text for one in Promise.objects.all()] == ["kept"]
    assert set(Promise.history.values_list("text", flat=True)) == {"kept"}
    assert not NotePerson.objects.exists()


@pytest.mark.both
def test_it_goes_through_more_than_one_chunk(customer, monkeypatch):
    monkeypatch.setattr("crm.trash.CHUNK", 2)
    for _ in range(5):
        make_note(customer, deleted_at=NOW - timedelta(days=31))
    assert purge() == 5
    assert not Note.objects.exists()
    assert not Note.history.exists()


def test_the_worker_does_it_every_day(db):
    set_schedules()
    schedule = Schedule.objects.get(func="crm.trash.purge")
    assert schedule.minutes == 24 * 60
