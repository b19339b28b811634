"""What is said to an entry of Today, and that it holds: done, not before a day, dismissed with a reason."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.refresh import judge_stale
from crm.models import Customer, Dismissal, ImportRun, NotePerson, Person, PersonDate, Promise
from tests.factories import make_customer, make_note, make_order, make_orders, make_person

pytestmark = pytest.mark.once

NOW = datetime(2026, 3, 24, 9, tzinfo=UTC)
TODAY = NOW.date()
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def late(owner):
    """A customer whose order is late."""
    return make_late("Large Late", owner)


def make_late(name, owner):
    customer = make_customer(name, owner=owner, orders_known_through=TODAY)
    make_orders(
        customer, [(TODAY - timedelta(days=60 + 14 * n), [("SKU-A", 10, "12.50")]) for n in range(12)]
    )
    judge_stale()
    return customer


@pytest.fixture
def day(owner, late):
    """An entry of every kind: {kind: what names it in a form}."""
    soon = make_customer("Due Soon", owner=owner, orders_known_through=TODAY)
    run = ImportRun.objects.create(
        file_name="march.xlsx", file_hash="0" * 64, state="applied", started_at=NOW, applied_at=NOW
    )
    make_orders(
        soon, [(TODAY - timedelta(days=4 + 7 * n), [("SKU-A", 10, "12.50")]) for n in range(12)], run=run
    )
    judge_stale()
    person = make_person(soon, family_name="Solheim", cadence_days=30)
    PersonDate.objects.create(person=person, month=3, day=28)
    Person.objects.update(created_at=NOW - timedelta(days=90))
    promise = Promise.objects.create(note=make_note(soon), text="Send samples", due_on=TODAY)
    return {
        "overdue": about("overdue", late, TODAY - timedelta(days=60)),
        "expected": about("expected", soon, TODAY - timedelta(days=4)),
        "birthday": about("birthday", person, TODAY + timedelta(days=4)),
        "contact": about("contact", person),
        "promise": about("promise", promise, TODAY),
        "news": about("news", run),
    }


KINDS = ("overdue", "expected", "birthday", "contact", "promise", "news")


def about(kind, row, occurrence=""):
    return {"kind": kind, "subject": row.pk, "occurrence": str(occurrence)}


@pytest.fixture
def say(client_for, owner):
    def say(entry, user=owner, headers=(), **said):
        return client_for(user).post("/today/dismiss/", entry | said, **dict(headers))

    return say


@pytest.fixture
def standing(client_for, owner):
    """Those of some entries that are on somebody's page."""

    def standing(entries, user=owner):
        page = client_for(user).get("/").content.decode()
        return [entry for entry in entries if f'id="more-{entry["kind"]}-{entry["subject"]}"' in page]

    return standing


@pytest.fixture
def stands(standing):
    return lambda entry, *user: bool(standing([entry], *user))


@pytest.mark.both
@pytest.mark.parametrize("kind", KINDS)
def test_everything_can_be_dismissed_with_a_reason_and_stays_away(
    day, say, standing, client_for, owner, kind
):
    entries = list(day.values())
    assert standing(entries) == entries
    say(day[kind], answer="dismissed", reason="wrong", remark="Told by telephone")
    assert standing(entries) == [entry for entry in entries if entry != day[kind]]
    listed = client_for(owner).get("/today/dismissed/").content.decode()
    assert "This is not so" in listed
    assert "Told by telephone" in listed


@pytest.mark.parametrize("kind", KINDS)
def test_everything_can_be_done_and_undone(day, say, stands, client_for, owner, kind):
    answer = say(day[kind], answer="done", headers=HTMX.items()).content.decode()
    assert "Undo" in answer
    assert not stands(day[kind])
    client_for(owner).post("/today/dismiss/undo/", day[kind])
    assert stands(day[kind])
    assert not Dismissal.objects.exists()


@pytest.mark.parametrize("kind", ["overdue", "expected", "contact", "promise"])
def test_what_is_put_off_returns_on_its_day(day, say, stands, kind):
    say(day[kind], days=1)
    assert not stands(day[kind])
    with time_machine.travel(NOW + timedelta(days=1)):
        assert stands(day[kind])


def test_a_picked_day_is_kept(day, say, stands):
    say(day["overdue"], answer="snoozed", until_on="2026-03-30")
    for days, shown in ((5, False), (6, True)):
        with time_machine.travel(NOW + timedelta(days=days)):
            assert stands(day["overdue"]) is shown


def test_a_birthday_is_put_off_to_its_day_at_the_latest(day, say, stands):
    say(day["birthday"], days=7)
    assert Dismissal.objects.get().until_on == TODAY + timedelta(days=4)
    with time_machine.travel(NOW + timedelta(days=4)):
        assert stands(day["birthday"])


@pytest.mark.both
def test_a_late_order_stays_dismissed_until_he_orders(day, late, say, stands):
    say(day["overdue"], answer="dismissed", reason="stocked")
    with time_machine.travel(NOW + timedelta(days=20)):
        assert not stands(day["overdue"])
    make_order(late, TODAY - timedelta(days=50))
    judge_stale()
    assert stands(day["overdue"])


@pytest.mark.both
def test_next_years_birthday_is_shown_again(day, say, stands):
    say(day["birthday"], answer="done")
    with time_machine.travel(NOW + timedelta(days=360)):
        assert stands(day["birthday"])


@pytest.mark.both
def test_done_puts_a_contact_off_by_its_cadence_and_real_contact_starts_anew(day, say, stands):
    answer = say(day["contact"], answer="done", headers=HTMX.items()).content.decode()
    assert "comes back on Thu 23 Apr" in answer
    with time_machine.travel(NOW + timedelta(days=29)):
        assert not stands(day["contact"])
    with time_machine.travel(NOW + timedelta(days=30)):
        assert stands(day["contact"])
    note = make_note(Customer.objects.get(name="Due Soon"), happened_at=NOW, kind="call")
    NotePerson.objects.create(note=note, person_id=day["contact"]["subject"])
    for days, shown in ((29, False), (30, True)):
        with time_machine.travel(NOW + timedelta(days=days)):
            assert stands(day["contact"]) is shown


@pytest.mark.both
def test_a_kept_promise_is_done_for_everyone_and_undo_opens_it(day, say, stands, client_for, owner, manager):
    say(day["promise"], answer="done")
    assert Promise.objects.get().done_at == NOW
    assert not stands(day["promise"], manager)
    client_for(owner).post("/today/dismiss/undo/", day["promise"])
    assert Promise.objects.get().done_at is None
    assert stands(day["promise"], manager)


@pytest.mark.both
def test_undoing_a_postponement_leaves_a_promise_as_it_was(day, say, client_for, owner):
    say(day["promise"], days=7)
    promise = Promise.objects.get()
    promise.done_at = NOW
    promise.save()
    client_for(owner).post("/today/dismiss/undo/", day["promise"])
    assert Promise.objects.get().done_at == NOW


def test_an_answer_is_ones_own(day, say, stands, manager):
    say(day["overdue"], user=manager, answer="done")
    assert stands(day["overdue"])
    assert not stands(day["overdue"], manager)


@pytest.mark.both
def test_an_answer_replaces_the_one_before(day, say, stands):
    say(day["overdue"], days=7)
    say(day["overdue"], answer="dismissed", reason="lost")
    [said] = Dismissal.objects.all()
    assert (said.answer, said.until_on, said.reason) == ("dismissed", None, "lost")
    say(day["overdue"], days=1)
    [said] = Dismissal.objects.all()
    assert (said.answer, said.reason, said.remark) == ("snoozed", "", "")


@pytest.mark.parametrize("who", ["mate", "stranger"])
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_answers_or_undoes_what_he_may_not_see(day, say, client_for, mate, stranger, who, kind):
    user = {"mate": mate, "stranger": stranger}[who]
    for _ in range(2):
        response = say(day[kind], user=user, answer="done")
        assert response.status_code == 404
    assert not Dismissal.objects.exists()
    assert Promise.objects.get().done_at is None
    Promise.objects.update(done_at=NOW)
    client_for(user).post("/today/dismiss/undo/", day[kind])
    assert Promise.objects.get().done_at == NOW


def test_what_no_longer_stands_is_said_and_nothing_written(day, say):
    gone = day["overdue"] | {"occurrence": "2026-01-01"}
    assert (
        "This is no longer in your list." in say(gone, answer="done", headers=HTMX.items()).content.decode()
    )
    assert not Dismissal.objects.exists()


REFUSED = {
    "nothing said": ({}, "Choose what to do."),
    "an unknown answer": ({"answer": "burnt"}, "Choose what to do."),
    "dismissed without a reason": ({"answer": "dismissed", "remark": "Keep me"}, "Choose why."),
    "a reason that does not exist": ({"answer": "dismissed", "reason": "x"}, "Choose why."),
    "put off without a day": ({"answer": "snoozed"}, "Choose the day on which it should come back."),
    "put off to yesterday": ({"until_on": "2026-03-23"}, "Choose a day after today."),
    "put off to today": ({"until_on": "2026-03-24"}, "Choose a day after today."),
    "no day at all": ({"until_on": "soon"}, "Write the day like"),
}


@pytest.mark.parametrize(("said", "words"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_understood_is_refused_and_nothing_lost(day, say, said, words):
    response = say(day["overdue"], **said)
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert "Large Late" in page
    assert said.get("remark", "") in page
    in_place = say(day["overdue"], headers=HTMX.items(), **said)
    assert words in in_place.content.decode()
    assert in_place["HX-Reswap"] == "none"
    assert not Dismissal.objects.exists()


@pytest.mark.parametrize("subject", ["", "0", "-1", "x", "99999999999999999999"])
def test_an_entry_that_can_not_be_named_is_refused(say, owner, client_for, subject):
    nonsense = {"kind": "overdue", "subject": subject, "occurrence": ""}
    assert say(nonsense, answer="done").status_code == 422
    assert client_for(owner).post("/today/dismiss/undo/", nonsense).status_code == 422


def test_without_javascript_the_page_comes_back_with_an_undo(day, late, say, client_for, owner):
    response = say(day["overdue"], answer="dismissed", reason="stocked")
    page = client_for(owner).get(response.url).content.decode()
    assert response.url.startswith("/?undo=overdue~")
    assert 'action="/today/dismiss/undo/"' in page
    assert f'name="subject" value="{late.pk}"' in page


def test_in_place_the_section_comes_back_with_the_sentence(day, say):
    answer = say(day["overdue"], answer="done", headers=HTMX.items()).content.decode()
    assert answer.count('<section class="card day" id="overdue"') == 1
    assert "Nobody is late." in answer
    assert "orders are late" not in answer
    assert "1 put away" in answer


@pytest.mark.both
def test_the_list_of_what_is_put_away_brings_back(day, say, stands, client_for, owner, stranger):
    say(day["overdue"], answer="dismissed", reason="other", remark="New buyer until May")
    say(day["contact"], days=7)
    client = client_for(owner)
    page = client.get("/today/dismissed/").content.decode()
    for words in ("Large Late", "New buyer until May", "Solheim", "back on Tue 31 Mar"):
        assert words in page
    assert "Large Late" not in client_for(stranger).get("/today/dismissed/").content.decode()
    answer = client.post("/today/dismiss/undo/", day["overdue"] | {"from_list": "1"}, follow=True)
    assert answer.redirect_chain[0][0] == "/today/dismissed/"
    assert "Large Late" not in answer.content.decode().split("<table")[1]
    assert stands(day["overdue"])


def test_what_would_not_stand_anyway_is_not_listed(day, late, say, client_for, owner):
    say(day["overdue"], answer="dismissed", reason="stocked")
    make_order(late, TODAY - timedelta(days=1))
    judge_stale()
    assert "Nothing is put away" in client_for(owner).get("/today/dismissed/").content.decode()


def test_answering_asks_as_often_however_many_entries_there_are(owner, say):
    counts = []
    say(about("overdue", make_late("First", owner), TODAY - timedelta(days=60)), headers=HTMX.items(), days=1)
    for wanted in (3, 20):
        for n in range(wanted):
            customer = make_late(f"L{wanted}-{n}", owner)
        with CaptureQueriesContext(connection) as queries:
            say(about("overdue", customer, TODAY - timedelta(days=60)), headers=HTMX.items(), days=1)
        counts.append(len(queries))
    assert counts[0] == counts[1]
