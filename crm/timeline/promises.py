"""What was promised, on the day it was; and again on the day it was kept."""

from heapq import merge
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import visible
from crm.models import Promise
from crm.templatetags.figures import day
from crm.timeline.entries import Entry, key_of


def promises(asked):
    rows = asked.of(
        visible(asked.user, Promise.objects),
        customer="note__customer",
        person="note__people",
        user="note__author",
        words=("text",),
    ).select_related("note__author")
    if asked.about == "user":
        # What others promised is nothing that this colleague did.
        rows = rows.filter(by=Promise.By.US)
    made = list(asked.newest(rows, "promise", moment="note__happened_at"))
    kept = list(asked.newest(rows.exclude(done_at=None), "kept", moment="done_at"))
    customers = asked.customers_elsewhere([promise.note for promise in made + kept])
    both = merge(
        (_made(promise, customers, asked) for promise in made),
        (_kept(promise, customers, asked) for promise in kept),
        key=lambda entry: entry.position,
        reverse=True,
    )
    return list(islice(both, asked.limit))


def _made(promise, customers, asked):
    done = promise.done_at is not None
    return Entry(
        at=promise.note.happened_at,
        kind="promise",
        key=key_of("promise", promise.pk),
        title=_("We promised") if promise.by == Promise.By.US else _("They promised"),
        is_open=not done,
        due_on=promise.due_on,
        on_time=_("done %(day)s") % {"day": day(_civil_day(promise.done_at))} if done else "",
        **_shared(promise, customers, asked),
    )


def _kept(promise, customers, asked):
    late = (_civil_day(promise.done_at) - promise.due_on).days if promise.due_on else 0
    return Entry(
        at=promise.done_at,
        kind="kept",
        key=key_of("kept", promise.pk),
        title=_("We kept our promise") if promise.by == Promise.By.US else _("They kept their promise"),
        late=ngettext("%(n)s day late", "%(n)s days late", late) % {"n": late} if late > 0 else "",
        **_shared(promise, customers, asked),
    )


def _shared(promise, customers, asked):
    return {
        "text": promise.text,
        "has_time": True,
        "customer": customers.get(promise.note.customer_id),
        "private": promise.note.private,
        "edit_note": promise.note_id if promise.note.editable_by(asked.user) else None,
    }


def _civil_day(moment):
    """Where the reader is."""
    return moment.astimezone(timezone.get_current_timezone()).date()
