"""What the sections of the page have in common: entries, and which of them the user has put away."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from crm.models import Customer, Dismissal

WEEK = timedelta(days=7)
# One glance: the rest is one click away.
SHOWN = 6
SHOWN_WHOLE = 200


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`kind`, `subject` and `occurrence` as crm.models.Dismissal has them; `name` says whom or what it is about."""

    kind: str
    subject: int
    occurrence: str = ""
    name: str = ""
    customer: Customer | None = None
    # Until when it can be put off; None: as long as one likes.
    latest_on: date | None = None
    # "Done" only puts it off, by so many days.
    again_in: int | None = None

    @property
    def key(self):
        return self.subject, self.occurrence


@dataclass(frozen=True)
class Section:
    kind: str
    entries: list
    # (entry, dismissal) of what would stand here, had the user not put it away.
    put_away: list
    shown: list
    whole: bool = False

    @property
    def count(self):
        return len(self.entries)

    @property
    def more(self):
        return len(self.entries) - len(self.shown)


def split(entries, user, kind, today):
    """(the entries to show, [(entry, dismissal)] of those put away)"""
    hiding = {(row.subject, row.occurrence): row for row in Dismissal.objects.hiding(user, kind, today)}
    shown = [entry for entry in entries if entry.key not in hiding]
    return shown, [(entry, hiding[entry.key]) for entry in entries if entry.key in hiding]


def midnight(day):
    """The first moment of a day where the reader is."""
    return timezone.make_aware(datetime.combine(day, time.min))
