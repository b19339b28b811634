"""Whom one meant to keep in touch with and has not: counted from real contact, never from edits."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import FloatField, Func, Max, OuterRef, Subquery
from django.utils import timezone

from accounts.access import visible
from analytics.today.employers import employer_of, with_employers
from analytics.today.entries import Entry, midnight
from crm.models import Dismissal, Note, Person

UNIX_EPOCH = 2440587.5


class JulianDay(Func):
    """A moment as a number of days: compared and added up far faster than tens of thousands of moments."""

    function = "JULIANDAY"
    output_field = FloatField()

    def as_postgresql(self, compiler, connection, **context):
        template = f"(EXTRACT(EPOCH FROM %(expressions)s) / 86400.0 + {UNIX_EPOCH})"
        return self.as_sql(compiler, connection, template=template, **context)


@dataclass(frozen=True, kw_only=True)
class OutOfTouch(Entry):
    """`last_on` is empty where nobody ever was in touch: then the days count from when the person was entered."""

    cadence_days: int
    last_on: date | None
    since_on: date
    days_over: int
    person: Person | None = None
    last_kind: str = ""


def out_of_touch(user, today) -> list[OutOfTouch]:
    """Active people whose last contact lies as long ago as their cadence, or longer; the most overdue first.

    Only notes that the user may see count. Two queries, whatever the number; `described` adds names to those shown.
    """
    tomorrow = _julian(midnight(today + timedelta(days=1)))
    people = visible(user, Person.objects).filter(status=Person.Status.ACTIVE, cadence_days__isnull=False)
    # Of these people alone: few have a cadence, and all notes of all others would be read.
    contacts = _contacts(user).order_by().filter(people__in=people.order_by().values("pk"))
    last = dict(contacts.values_list("people").annotate(last=JulianDay(Max("happened_at"))))
    people = people.annotate(entered=JulianDay("created_at")).order_by()
    due = sorted(
        (since + cadence, pk, cadence, since)
        for pk, cadence, entered in people.values_list("pk", "cadence_days", "entered")
        if (since := last.get(pk, entered)) + cadence < tomorrow
    )
    zone = timezone.get_current_timezone()
    return [_entry(pk, cadence, _civil_day(since, zone), pk in last, today) for _, pk, cadence, since in due]


def described(entries, user) -> list[OutOfTouch]:
    """The same entries with their people, and what the last contact was. Two queries."""
    newest = _contacts(user).filter(noteperson__person=OuterRef("pk")).order_by("-happened_at", "-pk")
    people = (
        Person.objects.filter(pk__in=[entry.subject for entry in entries])
        .annotate(last_kind=Subquery(newest.values("kind")[:1]))
        .prefetch_related(with_employers(user))
        .in_bulk()
    )
    return [_described(entry, people[entry.subject]) for entry in entries]


def _contacts(user):
    """The notes of real contact."""
    return visible(user, Note.objects).filter(kind__in=Note.CONTACT_KINDS)


def _entry(pk, cadence, since_on, was_in_touch, today):
    return OutOfTouch(
        kind=Dismissal.Kind.CONTACT,
        subject=pk,
        occurrence=since_on.isoformat() if was_in_touch else "",
        again_in=cadence,
        cadence_days=cadence,
        last_on=since_on if was_in_touch else None,
        since_on=since_on,
        days_over=max((today - since_on).days - cadence, 0),
    )


def _described(entry, person):
    kind = Note.Kind(person.last_kind).label if person.last_kind else ""
    return replace(entry, name=str(person), customer=employer_of(person), person=person, last_kind=kind)


def _julian(moment):
    return moment.timestamp() / 86400 + UNIX_EPOCH


def _civil_day(julian, zone):
    # A day's fraction is exact to some microseconds: rounded, so that midnight stays on its day.
    return datetime.fromtimestamp(round((julian - UNIX_EPOCH) * 86400), zone).date()
