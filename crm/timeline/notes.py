"""What was written down, on the day it happened."""

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.access import visible
from crm.markdown import render
from crm.models import Note, Person
from crm.timeline.entries import Entry, key_of

# The newest pinned ones stand above the list, and are left out of it.
PINNED_AT_MOST = 3
GUIDED = ("wants", "why", "can_we", "decision")


def notes(asked):
    rows = _notes(asked)
    if not asked.words:
        rows = rows.exclude(pk__in=_on_top(asked).values("pk"))
    return _entries(asked.newest(rows, "note", moment="happened_at"), asked)


def pinned(asked):
    return _entries(_on_top(asked), asked)


def _notes(asked):
    return asked.of(
        visible(asked.user, Note.objects),
        customer="customer",
        person="people",
        user="author",
        words=("text", *GUIDED),
    )


def _on_top(asked):
    return _notes(asked).filter(pinned=True).order_by("-happened_at", "-pk")[:PINNED_AT_MOST]


def _entries(rows, asked):
    people = Prefetch("people", visible(asked.user, Person.objects))
    rows = list(rows.select_related("author").prefetch_related(people))
    customers = asked.customers_elsewhere(rows)
    return [_entry(note, customers.get(note.customer_id), asked) for note in rows]


def _entry(note, customer, asked):
    fields = [(Note._meta.get_field(name).verbose_name, getattr(note, name)) for name in GUIDED]
    return Entry(
        at=note.happened_at,
        kind=note.kind,
        key=key_of("note", note.pk),
        title=_("%(kind)s · %(author)s") % {"kind": note.get_kind_display(), "author": note.author},
        text=render(note.text),
        has_time=True,
        customer=customer,
        people=tuple((person.pk, str(person)) for person in note.people.all()),
        private=note.private,
        pinned=note.pinned,
        guided=tuple((question, answer) for question, answer in fields if answer),
        edit_note=note.pk if note.editable_by(asked.user) else None,
    )
