"""One page of a timeline: the sources' entries merged and cut."""

from dataclasses import dataclass
from heapq import merge
from itertools import islice

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from crm.timeline.entries import Asked, Cursor, about
from crm.timeline.notes import pinned
from crm.timeline.orders import with_contacts

PAGE = 8
LONGEST_SEARCH = 100
LABELS = {
    "all": _("All"),
    "notes": _("Notes"),
    "orders": _("Orders"),
    "promises": _("Promises"),
    "shipments": _("Shipments"),
    "imports": _("Imports"),
}
KINDS = {
    "customer": tuple(LABELS),
    "person": ("all", "notes", "promises"),
    "user": ("all", "notes", "orders", "promises", "imports"),
}
URLS = {"customer": "timeline", "person": "person_timeline", "user": "user_timeline"}


@dataclass(frozen=True)
class Filter:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Page:
    """All that templates/crm/timeline_card.html needs; `more` is the cursor of the next page, empty on the last."""

    about: str
    url: str
    kind: str
    entries: list
    pinned: list
    words: str = ""
    more: str = ""

    @property
    def filters(self):
        return [
            Filter(LABELS[kind], self._address(kind=kind), kind == self.kind) for kind in KINDS[self.about]
        ]

    @property
    def more_url(self):
        return self._address(kind=self.kind, before=self.more)

    def _address(self, **query):
        return f"{self.url}?{urlencode(query | ({'q': self.words} if self.words else {}))}"


def timeline_page(subject, user, kind="all", before="", q="") -> Page:
    """What `user` may see of a Customer, a Person or a User. A constant number of queries."""
    name = about(subject)
    kind = kind if kind in KINDS[name] else "all"
    words = q.strip()[:LONGEST_SEARCH]
    asked = Asked(subject, user, Cursor.parse(before), PAGE + 1, words)
    sources = [import_string(path) for path in settings.TIMELINE_SOURCES]
    entries = merge(
        *(source(asked) for source in sources if kind in ("all", source.__name__)),
        key=lambda entry: entry.position,
        reverse=True,
    )
    page = list(islice(entries, PAGE + 1))
    on_top = not asked.before and not words and kind in ("all", "notes")
    return Page(
        about=name,
        url=reverse(URLS[name], args=[subject.pk]),
        kind=kind,
        entries=with_contacts(page[:PAGE], user),
        pinned=pinned(asked) if on_top else [],
        words=words,
        more=page[PAGE - 1].cursor if len(page) > PAGE else "",
    )
