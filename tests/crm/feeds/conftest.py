from datetime import UTC, datetime

import pytest
import time_machine
from icalendar import Calendar

from crm.models import CalendarFeed, PersonDate
from tests.factories import make_person, make_user

# A Thursday, nine in the morning in Berlin.
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


@pytest.fixture
def at():
    """at(moment): the clock stands there from now on."""
    traveller = time_machine.travel(NOW, tick=False)
    clock = traveller.start()
    yield clock.move_to
    traveller.stop()


@pytest.fixture
def rep(db, at):
    return make_user("rep@example.com", name="Rep", time_zone="Europe/Berlin", language="en")


@pytest.fixture
def path(rep):
    return f"/calendar/{CalendarFeed.issue(rep, 'en', NOW)}.ics"


@pytest.fixture
def read(client, path):
    """read(): the next event of each summary, as icalendar's parser reads them."""

    def events():
        answer = client.get(path)
        assert answer.status_code == 200
        found = Calendar.from_ical(answer.content)
        assert not found.errors
        by_summary = {}
        for event in found.walk("VEVENT"):
            by_summary.setdefault(str(event["SUMMARY"]), event)
        return by_summary

    return events


@pytest.fixture
def born(rep):
    """born(month, day, ...): the birthday of a person of the rep's."""

    def make(
        month, day, calendar="gregorian", year=None, kind="birthday", label="", missing="before", **fields
    ):
        fields = {"given_name": "Kari", "family_name": "Nordmann", "owner": rep} | fields
        return PersonDate.objects.create(
            person=make_person(**fields), month=month, day=day, calendar=calendar, year=year, kind=kind,
            label=label, missing=missing,
        )  # fmt: skip

    return make
