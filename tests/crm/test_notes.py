from datetime import UTC, datetime

import pytest
import time_machine

from crm.models import Customer, Note, Promise
from tests.factories import make_note, make_person

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def write(client_for, owner, customer):
    def write(user=owner, **fields):
        headers = fields.pop("headers", {})
        fields = {"customer": customer.pk, "place": "box"} | fields
        return client_for(user).post("/log/", fields, **headers)

    return write


def test_a_note_is_kept_with_its_author_and_time(write, owner, customer):
    response = write(text="They want 200 pcs.", kind="call")
    assert response.url == f"/customers/{customer.pk}/"
    note = Note.objects.get()
    assert (note.customer, note.author, note.kind, note.text) == (
        customer,
        owner,
        "call",
        "They want 200 pcs.",
    )
    assert note.happened_at == NOW


def test_htmx_gets_an_empty_box_and_the_timeline_with_the_note(write, customer):
    page = write(text="They want 200 pcs.", timeline=customer.pk, headers=HTMX).content.decode()
    assert "Saved." in page
    assert 'hx-swap-oob="true"' in page
    assert page.count("They want 200 pcs.") == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_nothing_typed_is_lost_on_an_error(write, headers):
    page = write(text="Still here", happened_at="2026-06-11T09:00", headers=headers).content.decode()
    assert "This is still to come." in page
    assert "Still here" in page
    assert "2026-06-11T09:00" in page
    assert not Note.objects.exists()


def test_a_note_without_words_is_refused(write):
    assert "Write what happened, then save." in write(text="  ", headers=HTMX).content.decode()


def test_a_meeting_is_dated_by_the_clock_on_the_customers_wall(write, customer):
    write(text="Visit", happened_at="2026-03-02T14:30")
    assert Note.objects.get().happened_at == datetime(2026, 3, 2, 13, 30, tzinfo=UTC)
    assert customer.time_zone == "Europe/Oslo"


def test_an_hour_that_the_clocks_left_out_is_refused(write):
    page = write(text="Night call", happened_at="2026-03-29T02:30", headers=HTMX).content.decode()
    assert "this hour did not exist there" in page


def test_an_unreadable_time_is_refused(write):
    assert (
        "Write day and time like" in write(text="x", happened_at="yesterday", headers=HTMX).content.decode()
    )


@pytest.mark.parametrize("when", ["0001-01-01T00:00", "0202-06-01T09:00", "9999-12-31T23:59"])
@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York"])
def test_a_year_of_which_nobody_can_tell_is_refused(write, customer, zone, when):
    """Half-typed years come from date fields; those at the ends of the calendar have no moment in every zone."""
    Customer.objects.update(time_zone=zone)
    assert write(text="Visit", happened_at=when).status_code == 422
    assert not Note.objects.exists()


def test_only_people_whom_the_author_knows_can_have_been_there(write, customer, owner):
    """Whoever works at the customer's, and others of his: a fair is visited together."""
    here, elsewhere, unknown = make_person(customer), make_person(owner=owner), make_person()
    write(text="Both", people=[here.pk, elsewhere.pk])
    assert set(Note.objects.get().people.all()) == {here, elsewhere}
    assert write(text="No", people=[unknown.pk]).status_code == 422


def test_a_private_note_is_its_authors_alone(write, client_for, manager, admin, customer):
    write(text="He drinks too much.", private="on")
    for user in (manager, admin):
        page = client_for(user).get(f"/customers/{customer.pk}/timeline/").content.decode()
        assert "He drinks too much." not in page
    page = write(text="Second", timeline=customer.pk, headers=HTMX).content.decode()
    assert "He drinks too much." in page


def test_a_stranger_can_not_write_about_a_customer_and_nobody_by_get(
    write, client_for, owner, stranger, customer
):
    response = write(user=stranger, text="x")
    assert response.status_code == 422
    assert customer.name not in response.content.decode()
    assert client_for(stranger).get(f"/log/?customer={customer.pk}").status_code == 404
    client_for(owner).get(f"/log/?customer={customer.pk}&text=x")
    assert not Note.objects.exists()


def test_a_deleted_note_is_gone_for_everyone_and_promises_go_with_it(customer, owner, admin):
    note = make_note(customer)
    Promise.objects.create(note=note, text="Send samples")
    assert Promise.objects.filter(Promise.access_q(owner)).exists()
    Note.objects.update(deleted_at=NOW)
    for user in (owner, admin):
        assert not Note.objects.filter(Note.access_q(user)).exists()
        assert not Promise.objects.filter(Promise.access_q(user)).exists()
