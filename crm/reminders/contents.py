"""What a digest says, as things stand when it is sent: sections of lines, each a link."""

import contextlib
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

from accounts import formats
from crm.models import DigestItem
from crm.reminders.kind import kinds, leads_of


@dataclass(frozen=True)
class Section:
    kind: str
    heading: str
    lines: list


@dataclass(frozen=True)
class Contents:
    """`unconfirmed`: sections of a digest of which nobody knows whether it came."""

    today: date
    sections: list
    unconfirmed: list

    @property
    def is_empty(self):
        return not (self.sections or self.unconfirmed)

    @property
    def lines(self):
        return [line for section in (*self.sections, *self.unconfirmed) for line in section.lines]


def contents(digest, clock, wishes) -> Contents:
    """In the language and formats that are active. A fixed number of queries a kind."""
    told = DigestItem.objects.filter(silent=False).exclude(kind__in=wishes.off).order_by("pk")
    return Contents(
        clock.today(),
        sections(digest.user, told.filter(digest=digest), clock, wishes),
        sections(digest.user, told.filter(digest__repeated_in=digest), clock, wishes),
    )


def sections(user, items, clock, wishes) -> list[Section]:
    """By kind, as settings.REMINDER_KINDS orders them. Of an occurrence that two items tell, the nearer."""
    nearest = {}
    for item in sorted(items, key=lambda item: -item.lead):
        nearest[item.kind, item.subject, item.occurs_on] = item
    found = []
    for kind in kinds().values():
        own = [item for item in nearest.values() if item.kind == kind.name]
        lines = kind.lines(user, own, clock) if own else {}
        shown = {}
        for item, line in lines.items():
            late = clock.late(item.meant_on) if item.lead == min(leads_of(kind, wishes), default=0) else 0
            shown.setdefault(line, replace(line, late=max(line.late, late)))
        if shown:
            ordered = sorted(shown.values(), key=lambda line: (line.when, line.title))
            found.append(Section(kind.name, str(kind.heading), ordered))
    return found


@contextlib.contextmanager
def as_read_by(user, otherwise=""):
    """The user's language, zone and formats, as his pages have them; `otherwise`: the language of who chose none."""
    language = user.language or otherwise or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(ZoneInfo(user.time_zone)), formats.use(user):
        yield
