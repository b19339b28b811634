"""Whose birthday is near, in whichever calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.access import visible
from analytics.today.employers import employer_of, with_employers
from analytics.today.entries import Entry
from crm.models import Dismissal, Person, PersonDate
from crm.people import calendar_words

DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Birthday(Entry):
    person: Person
    on: date
    days_away: int
    turns: int | None
    calendar: str


def birthdays(user, today) -> list[Birthday]:
    """Of everyone to greet, in the next two weeks."""
    people = visible(user, Person.objects).filter(status=Person.Status.ACTIVE, greet=True)
    rows = (
        PersonDate.objects.filter(kind=PersonDate.Kind.BIRTHDAY, person__in=people)
        .select_related("person")
        .prefetch_related(with_employers(user, "person__employments"))
    )
    falling = rows.falling(today, today + timedelta(days=DAYS))
    return [_birthday(row, occurrence, today) for row, occurrence in falling]


def _birthday(row, found, today):
    return Birthday(
        kind=Dismissal.Kind.BIRTHDAY,
        subject=row.person_id,
        occurrence=found.on.isoformat(),
        name=str(row.person),
        customer=employer_of(row.person),
        latest_on=found.on,
        person=row.person,
        on=found.on,
        days_away=(found.on - today).days,
        turns=found.turns,
        calendar=calendar_words(row),
    )
