"""The secret address: made, shown once, renewed, revoked; and what a program is told when nothing changed."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from crm.models import CalendarFeed
from tests.crm.feeds.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def made(client):
    address = client.post("/calendar/make/").context["address"]
    return address.removeprefix("http://testserver")


def test_it_is_made_shown_once_and_only_its_hash_kept(rep, client_for, client):
    signed_in = client_for(rep)
    answer = signed_in.post("/calendar/make/")
    path = answer.context["address"].removeprefix("http://testserver")
    assert path in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert client.get(path).status_code == 200
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 40
    assert token not in str(CalendarFeed.objects.values().get())
    page = signed_in.get("/reminders/").content.decode()
    assert token not in page
    assert "A calendar last read it on" in page


def test_a_new_address_ends_the_old_one_and_the_events_stay_the_same_ones(rep, born, client_for, client):
    born(12, 3)
    signed_in = client_for(rep)
    old = made(signed_in)
    before = client.get(old).content
    new = made(signed_in)
    assert client.get(old).status_code == 404
    assert client.get(new).content == before


def test_revoked(rep, born, client_for, client):
    born(12, 3)
    signed_in = client_for(rep)
    path = made(signed_in)
    answer = signed_in.post("/calendar/revoke/", follow=True)
    assert "Nobody can read your calendar feed any more." in answer.content.decode()
    assert client.get(path).status_code == 404
    assert "Make a calendar address" in signed_in.get("/reminders/").content.decode()


def test_switched_off_it_is_an_empty_calendar(rep, born, client, path):
    born(12, 3)
    assert Calendar.from_ical(client.get(path).content).walk("VEVENT")
    rep.is_active = False
    rep.save()
    assert not Calendar.from_ical(client.get(path).content).walk("VEVENT")


@pytest.mark.parametrize("wrong", ["guess", "", "x" * 5000, "%00", "None"])
def test_a_guess_is_not_there(db, client, path, wrong):
    assert client.get(f"/calendar/{wrong}.ics").status_code == 404


def test_it_takes_nothing_and_knows_no_session(client, path):
    assert client.post(path).status_code == 405
    answer = client.get(path)
    assert not answer.cookies
    assert answer["X-Robots-Tag"] == "noindex"
    assert client.head(path)["ETag"] == answer["ETag"]


def test_nothing_changed_is_told_in_one_line(born, client, path, at):
    born(12, 3)
    first = client.get(path)
    at(datetime(2026, 11, 26, 20, tzinfo=UTC))
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    since = client.get(path, headers={"if-modified-since": first["Last-Modified"]})
    assert since.status_code == 304
    assert client.get(path).content == first.content


def test_a_birthday_corrected_moves_and_nothing_else_does(born, read, client, path, at):
    row = born(12, 3, given_name="Ola")
    born(12, 5)
    before, first = read(), client.get(path)
    at(datetime(2026, 11, 26, 20, tzinfo=UTC))
    row.day = 4
    row.save()
    answer = client.get(path, headers={"if-none-match": first["ETag"]})
    assert answer.status_code == 200
    assert answer["Last-Modified"] == "Thu, 26 Nov 2026 20:00:00 GMT"
    after = read()
    moved, was = after["Birthday: Ola Nordmann"], before["Birthday: Ola Nordmann"]
    assert moved["UID"] == was["UID"]
    assert moved["DTSTART"].dt.day == 4
    assert moved["SEQUENCE"] > was["SEQUENCE"]
    assert moved["DTSTAMP"].dt == datetime(2026, 11, 26, 20, tzinfo=UTC)
    still = after["Birthday: Kari Nordmann"]
    assert still.to_ical() == before["Birthday: Kari Nordmann"].to_ical()
    assert still["DTSTAMP"].dt == NOW


def test_uids_outlive_a_new_name(born, read):
    row = born(12, 3)
    before = {event["UID"] for event in read().values()}
    row.person.family_name = "Hansen"
    row.person.save()
    assert {event["UID"] for event in read().values()} == before


def test_a_lunar_birthday_made_solar_keeps_its_event(born, read):
    row = born(10, 9, "korean_lunar", year=1985)
    lunar = read()["Birthday: Kari Nordmann, turns 42"]
    row.calendar = "gregorian"
    row.save()
    solar = read()["Birthday: Kari Nordmann, turns 42"]
    assert lunar["UID"] == solar["UID"]
    assert (lunar["DTSTART"].dt, solar["DTSTART"].dt) == (date(2027, 11, 6), date(2027, 10, 9))
