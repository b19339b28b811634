"""The quick log: what is saved, what is understood, what is refused."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Employment, Note, Person, Promise
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
def send(client_for, owner, customer):
    """The dialog of a page that shows the customer."""

    def send(user=owner, htmx=True, **fields):
        fields = {"place": "dialog", "customer": customer.pk, "customer_name": customer.name} | fields
        fields = {name: value for name, value in fields.items() if value is not None}
        return client_for(user).post("/log/", fields, **(HTMX if htmx else {}))

    return send


@pytest.fixture
def log(send):
    """The note that was saved."""

    def log(text="Called.", **fields):
        known = set(Note.objects.values_list("pk", flat=True))
        response = send(text=text, **fields)
        assert response.status_code == 200, response.content.decode()
        return Note.objects.exclude(pk__in=known).get()

    return log


@pytest.fixture
def ingrid(customer):
    return make_person(customer, given_name="Ingrid", family_name="Solberg")


@pytest.fixture
def kim(customer):
    return make_person(customer, given_name="Min-su", family_name="Kim", native_name="김민수")


def promised(note):
    return [(one.by, one.text, one.due_on) for one in note.promises.order_by("pk")]


def on(month, day):
    return date(2026, month, day)


# What is saved ----------------------------------------------------------------------


@pytest.mark.both
def test_a_note_with_its_kind_and_author(log, customer, owner):
    note = log("They want 200 pcs.", kind="visit", private="on")
    assert (note.customer, note.author, note.text) == (customer, owner, "They want 200 pcs.")
    assert (note.kind, note.private, note.happened_at) == ("visit", True, NOW)


def test_without_a_kind_it_is_a_note(log):
    assert log(kind=None).kind == "note"


def test_the_answer_has_an_empty_form_a_toast_with_undo_and_the_timeline(send, customer):
    page = send(text="They want 200 pcs.", timeline=customer.pk).content.decode()
    note = Note.objects.get()
    toast = page[page.index('id="toasts"') :]
    assert 'hx-swap-oob="innerHTML"' in toast
    assert "Saved." in toast
    assert f'hx-post="/notes/{note.pk}/trash/"' in toast
    assert re.search(r'id="timeline"[^>]*hx-swap-oob="true"', page)
    assert "They want 200 pcs." in page[page.index('id="timeline"') :]
    assert "They want 200 pcs." not in page[: page.index('id="toasts"')]


def test_a_page_that_shows_another_customer_gets_no_timeline(send, owner):
    other = make_customer(owner=owner)
    for shows in (other.pk, "", "x"):
        assert 'id="timeline"' not in send(text=f"Hello {shows}", timeline=shows).content.decode()


def test_without_a_script_it_leads_to_the_customer(send, customer):
    response = send(text="Plain", htmx=False)
    assert (response.status_code, response.url) == (302, customer.get_absolute_url())
    response = send(text="Of nobody", htmx=False, customer=None, customer_name="")
    assert response.url == Note.objects.get(text="Of nobody").get_absolute_url()


def test_a_note_of_no_customer_says_that_its_author_alone_sees_it(send):
    assert "you alone see it" in send(text="x", customer=None, customer_name="").content.decode()


def test_words_are_kept_as_they_were_typed(log):
    assert log("Line one\r\n\r\n* two\r\nBri\u0301d").text == "Line one\n\n* two\nBríd"


def test_line_breaks_count_once_as_they_do_in_the_browser(log, send):
    assert len(log("a\r\n" * 9_999 + "bc").text) == 20_000
    assert send(text="a\r\n" * 10_000 + "b").status_code == 422


# Which customer ----------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.parametrize("typed", ["fjord handel as", "Fjord", "FJH", "ingrid"])
def test_what_was_typed_is_enough_where_it_fits_one(log, customer, ingrid, typed):
    customer.code = "FJH"
    customer.save()
    assert log(customer=None, customer_name=typed).customer == customer


@pytest.mark.both
def test_several_that_fit_are_offered(send, customer, owner):
    other = make_customer("Fjord Fisk AS", owner=owner)
    page = send(text="Keep me", customer=None, customer_name="Fjord")
    assert page.status_code == 422
    for one in (customer, other):
        assert f'type="radio" name="customer" value="{one.pk}"' in page.content.decode()
    assert "Keep me" in page.content.decode()
    assert send(text="x", customer=other.pk, customer_name="Fjord").status_code == 200
    assert Note.objects.get().customer == other


def test_a_name_typed_over_the_chosen_one_counts(log, customer, owner):
    other = make_customer("Bergen Import", owner=owner)
    assert log(customer=customer.pk, customer_name="Bergen").customer == other
    assert log(customer=customer.pk, customer_name="").customer is None


def test_a_name_that_fits_nobody_is_said(send):
    page = send(text="x", customer=None, customer_name="Nowhere Ltd")
    assert page.status_code == 422
    assert "No customer of yours fits “Nowhere Ltd”" in page.content.decode()


@pytest.mark.parametrize("place", ["dialog", "box", "page"])
@pytest.mark.parametrize("who", ["stranger", "mate"])
def test_somebody_elses_customer_is_refused_as_if_there_were_none(send, request, customer, place, who):
    user = request.getfixturevalue(who)
    answers = {
        asked: send(user, text="x", place=place, customer=asked, customer_name=None)
        for asked in (customer.pk, HUGE)
    }
    assert {answer.status_code for answer in answers.values()} == {422}
    pages = [re.sub(r"csrf\S+ value=\"\w+\"", "", answer.content.decode()) for answer in answers.values()]
    pages = [page.replace(f'value="{asked}"', "") for asked, page in zip(answers, pages, strict=True)]
    assert pages[0] == pages[1]
    assert "This customer is not one of yours." in pages[0]
    named = send(user, text="x", customer=None, customer_name=customer.name)
    assert "No customer of yours fits" in named.content.decode()
    assert not Note.objects.exists()


def test_a_box_without_a_customer_is_no_failure(send):
    for asked in (None, "", "x"):
        assert send(text="x", place="box", customer=asked, customer_name=None).status_code in (200, 422)


def test_a_manager_writes_about_his_teams_customer(log, manager, customer):
    note = log(user=manager)
    assert (note.customer, note.author) == (customer, manager)


# Who was there ----------------------------------------------------------------------


@pytest.mark.both
def test_people_are_linked_by_name_and_by_tick(log, ingrid, kim, customer):
    lars = make_person(customer, given_name="Lars", family_name="Berg")
    note = log("@Ingrid promised, @김민수에게 전화, Lars was silent", people=[lars.pk, ingrid.pk])
    assert set(note.people.all()) == {ingrid, kim, lars}


def test_somebody_who_left_is_not_meant_by_his_given_name(log, customer, ingrid):
    old = make_person(given_name="Ingrid", family_name="Old", owner=customer.owner)
    Employment.objects.create(person=old, customer=customer, to_on=date(2025, 1, 1))
    assert list(log("@Ingrid called").people.all()) == [ingrid]


def test_without_a_customer_the_person_says_where(log, ingrid, customer):
    note = log("@Ingrid called", customer=None, customer_name="")
    assert (note.customer, list(note.people.all())) == (customer, [ingrid])


def test_who_works_at_two_customers_says_not_where(log, ingrid, owner):
    Employment.objects.create(person=ingrid, customer=make_customer(owner=owner))
    assert log("@Ingrid called", customer=None, customer_name="").customer is None


@pytest.mark.parametrize("number", ["theirs", HUGE, "x", ""])
def test_a_person_of_somebody_elses_customer_cannot_be_linked(send, stranger, number):
    theirs = make_person(make_customer(owner=stranger), given_name="Elena", family_name="Rossi")
    page = send(text="Keep me @Elena", people=[theirs.pk if number == "theirs" else number])
    assert page.status_code == 422
    assert "Keep me @Elena" in page.content.decode()
    assert "Rossi" not in page.content.decode()
    assert send(text="@Elena Rossi called").status_code == 200
    assert not Note.objects.get().people.exists()


# Promises ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "by", "text", "due_on"),
    [
        ("-> send samples by Friday", "us", "send samples", on(11, 27)),
        ("→ send samples", "us", "send samples", None),
        ("! quote 200 pcs until 5 Dec", "us", "quote 200 pcs", on(12, 5)),
        ("[ ] send the list tomorrow", "us", "send the list", on(11, 26)),
        ("- [ ] send the list", "us", "send the list", None),
        ("* -> they: confirm by 2026-12-05", "them", "confirm", on(12, 5)),
        ("! they: name quantities in 2 weeks", "them", "name quantities", on(12, 9)),
        ("[ ] 상대: 금요일까지 회신", "them", "회신", on(11, 27)),
        ("-> 우리: 12월 5일까지 견적 발송", "us", "견적 발송", on(12, 5)),
        ("-> we: by Friday", "us", "by Friday", on(11, 27)),
        ("-> send AUR-400 at 12.50", "us", "send AUR-400 at 12.50", None),
    ],
)
def test_a_marked_line_is_a_promise(log, line, by, text, due_on):
    note = log(f"Good talk.\n{line}\nBye.")
    assert promised(note) == [(by, text, due_on)]
    assert line in note.text


@pytest.mark.parametrize(
    "line", ["they: send it", "a -> b", "[x] done", "![photo](a.png)", "->", "! ?!", "-> they:", "wow!"]
)
def test_other_lines_are_none(log, line):
    assert promised(log(line)) == []


@pytest.mark.both
def test_a_promise_in_its_own_field(log):
    assert promised(log("Call", promise="send samples by Friday")) == [("us", "send samples", on(11, 27))]
    said = log("Visit", promise="send samples by Friday", promise_by="them", due_on="2026-12-24")
    assert promised(said) == [("them", "send samples", on(12, 24))]
    said = log("Fair", promise="they: reply 5 Dec", promise_by="us")
    assert promised(said) == [("them", "reply", on(12, 5))]


def test_a_day_picked_without_words_belongs_to_what_was_written(log):
    assert promised(log("Send samples\nNice man.", due_on="2026-12-24")) == [
        ("us", "Send samples", on(12, 24))
    ]
    assert promised(log("Talk\n-> send samples", due_on="2026-12-24")) == [("us", "send samples", on(12, 24))]
    two = log("-> call by Friday\n-> send samples", due_on="2026-12-24")
    assert promised(two) == [("us", "call", on(11, 27)), ("us", "send samples", on(12, 24))]


def test_the_same_promise_in_text_and_field_is_one(log):
    assert len(promised(log("-> send samples by Friday", promise="send samples by Friday"))) == 1


def test_a_bad_day_is_said_and_nothing_lost(send):
    page = send(text="Keep", promise="Send it", due_on="2026-13-45")
    assert page.status_code == 422
    for kept in ("Keep", "Send it", 'name="due_on"', "Enter a valid date."):
        assert kept in page.content.decode()


def test_promises_are_said_back_as_they_will_be_saved(client_for, owner, log):
    asked = {"line": ["-> send samples"], "promise": "", "due_on": "2026-12-24"}
    assert "24 Dec" in client_for(owner).get("/log/due/", asked).content.decode()
    asked = {"line": ["! they: call by Friday"], "promise": "pay 5 Dec", "promise_by": "us", "due_on": "x"}
    page = " ".join(client_for(owner).get("/log/due/", asked).content.decode().split())
    for words in ("they promised: call", "27 Nov", "we promised: pay", "5 Dec"):
        assert words in page
    for nothing in ({}, {"due_on": "2026-12-24"}, {"line": ["hello"]}):
        assert client_for(owner).get("/log/due/", nothing).content.decode().strip() == ""


def test_korean_is_read_as_a_korean_writes(client_for, owner, customer):
    owner.language = "ko"
    owner.save()
    client_for(owner).post(
        "/log/", {"customer": customer.pk, "text": "통화\n-> 12/5까지 견적"}, HTTP_ACCEPT_LANGUAGE="ko"
    )
    assert promised(Note.objects.get()) == [("us", "견적", on(12, 5))]


# When ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "zone", "moment"),
    [
        ({}, "Europe/Oslo", NOW),
        ({"when": "now"}, "Europe/Oslo", NOW),
        ({"when": "morning"}, "Europe/Oslo", datetime(2026, 11, 25, 8, tzinfo=UTC)),
        ({"when": "yesterday"}, "Europe/Oslo", datetime(2026, 11, 24, 11, tzinfo=UTC)),
        # There it is nine in the evening already.
        ({"when": "morning"}, "Asia/Seoul", datetime(2026, 11, 25, 0, tzinfo=UTC)),
        # There it is two o'clock of the next day.
        ({"when": "yesterday"}, "Pacific/Kiritimati", datetime(2026, 11, 24, 22, tzinfo=UTC)),
        # There the morning's nine o'clock is still to come.
        ({"when": "morning"}, "America/Los_Angeles", NOW),
        ({"happened_at": "2026-11-25T13:00"}, "Europe/Oslo", NOW),
        ({"happened_at": "2026-11-20T09:30"}, "Asia/Seoul", datetime(2026, 11, 20, 0, 30, tzinfo=UTC)),
        ({"happened_at": "2026-11-20T09:30:15.5"}, "UTC", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        (
            {"when": "yesterday", "happened_at": "2026-11-20T09:30"},
            "UTC",
            datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        ),
    ],
)
def test_the_time_is_that_of_the_clock_on_the_customers_wall(log, customer, fields, zone, moment):
    customer.time_zone = zone
    customer.save()
    assert log(**fields).happened_at == moment


def test_without_a_customer_it_is_the_authors_clock(log, owner):
    owner.time_zone = "Asia/Seoul"
    owner.save()
    note = log(customer=None, customer_name="", happened_at="2026-11-20T09:30")
    assert note.happened_at == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("happened_at", "words"),
    [
        ("2026-11-25T13:01", "This is still to come."),
        ("2026-03-29T02:30", "this hour did not exist there"),
        ("soon", "Write day and time like"),
        ("0026-11-25T13:00", "Write day and time like"),
        ("2026-02-30T13:00", "Write day and time like"),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_what_was_typed_stays(
    send, customer, ingrid, happened_at, words
):
    page = send(
        text="-> keep these words",
        kind="visit",
        happened_at=happened_at,
        promise="and this",
        promise_by="them",
        due_on="2026-12-24",
        private="on",
        people=[ingrid.pk],
    )
    assert page.status_code == 422
    page = page.content.decode()
    for kept in (words, "keep these words", happened_at, "and this", "2026-12-24", customer.name):
        assert kept in page
    checked = re.findall(r"<input[^>]*\schecked[^>]*>", page)
    values = {(re.search(r'name="(\w+)"', one)[1], re.search(r'value="(\w*)"|$', one)[1]) for one in checked}
    wanted = {("kind", "visit"), ("promise_by", "them"), ("private", None), ("people", str(ingrid.pk))}
    assert wanted <= values
    assert 'id="toasts"' not in page
    assert not Note.objects.exists()


@pytest.mark.both
@pytest.mark.parametrize(
    "fields",
    [{"text": ""}, {"text": " \n"}, {"text": "a\0b"}, {"kind": "x"}, {"when": "x"}, {"promise_by": "x"}],
)
def test_what_cannot_be_saved_says_why(send, fields):
    page = send(**{"text": "x"} | fields)
    assert page.status_code == 422
    assert 'class="errorlist"' in page.content.decode()
    assert not Note.objects.exists()


# Once, and not twice ----------------------------------------------------------------------


@pytest.mark.both
def test_a_second_click_makes_no_second_note(send, clock, ingrid):
    fields = {"text": "@Ingrid: no answer\n-> call again by Friday", "kind": "call"}
    for _ in range(2):
        assert "Saved." in send(**fields).content.decode()
        clock.shift(timedelta(seconds=20))
    assert (Note.objects.count(), Promise.objects.count()) == (1, 1)
    clock.shift(timedelta(seconds=60))
    send(**fields)
    assert Note.objects.count() == 2


@pytest.mark.both
def test_the_same_words_of_another_person_day_or_promise_are_another_note(send, ingrid, kim):
    send(text="No answer", people=[ingrid.pk])
    send(text="No answer", people=[kim.pk])
    send(text="No answer", people=[kim.pk], when="yesterday")
    send(text="No answer", people=[kim.pk], promise="call again")
    send(text="No answer", people=[kim.pk], private="on")
    assert Note.objects.count() == 5


@pytest.mark.both
def test_what_was_taken_back_may_be_written_again(send, client_for, owner):
    send(text="No answer")
    client_for(owner).post(f"/notes/{Note.objects.get().pk}/trash/")
    send(text="No answer")
    assert Note.objects.filter(deleted_at=None).count() == 1


# The form, and its parts ----------------------------------------------------------------------


def test_the_form_knows_whom_it_is_about(client_for, owner, customer, ingrid):
    page = client_for(owner).get("/log/", {"person": ingrid.pk, "kind": "call"}).content.decode()
    assert re.search(rf'value="{ingrid.pk}" checked', page)
    assert f'value="{customer.name}"' in page
    assert re.search(r'value="call"[^>]*checked', page)
    assert "Europe/Oslo" in page


def test_within_a_page_only_who_and_the_zone_are_asked_anew(client_for, owner, customer, ingrid):
    page = client_for(owner).get("/log/", {"customer": customer.pk, "people": ingrid.pk}, **HTMX)
    page = page.content.decode()
    assert "<textarea" not in page
    assert '<span id="dialog_zone" hx-swap-oob="true">Europe/Oslo</span>' in page
    assert re.search(rf'value="{ingrid.pk}" checked', page)


@pytest.mark.parametrize("query", [{"people": HUGE}, {"people": "x"}, {"kind": "x"}, {"place": "box"}])
def test_a_broken_address_is_no_failure(client_for, owner, customer, query):
    for headers in ({}, HTMX):
        assert client_for(owner).get("/log/", query, **headers).status_code == 200


@pytest.mark.parametrize("name", ["customer", "person"])
def test_whom_one_may_not_see_is_not_there(client_for, mate, customer, ingrid, name):
    for pk in ({"customer": customer, "person": ingrid}[name].pk, HUGE):
        assert client_for(mate).get("/log/", {name: pk}).status_code == 404
    assert client_for(mate).get("/log/people/", {"customer": customer.pk}).status_code == 404
    page = client_for(mate).get("/log/", {"people": ingrid.pk}).content.decode()
    assert "Solberg" not in page


@pytest.mark.both
def test_private_words_stay_with_their_author(log, client_for, owner, manager, admin, customer):
    note = log("He drinks.", private="on")
    for user in (manager, admin):
        assert client_for(user).get(f"/notes/{note.pk}/").status_code == 404
        assert "He drinks." not in client_for(user).get(f"/customers/{customer.pk}/").content.decode()
    assert "He drinks." in client_for(owner).get(f"/notes/{note.pk}/").content.decode()


@pytest.mark.both
def test_a_note_costs_as_many_queries_at_a_big_customer(client_for, owner, customer):
    counts = []
    for wanted in (2, 30):
        for n in range(wanted):
            make_person(customer, given_name=f"Anna{wanted}{n}")
            make_note(customer)
        client = client_for(owner)
        client.get("/log/")
        fields = {"customer": customer.pk, "text": f"@Anna{wanted}0 {wanted}", "place": "box"}
        with CaptureQueriesContext(connection) as queries:
            client.post("/log/", fields | {"timeline": customer.pk}, **HTMX)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Person.objects.filter(notes__text__startswith="@Anna").count() == 2
