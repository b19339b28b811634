"""What happened with a customer, newest first: notes, orders, imports.

Every source in settings.TIMELINE_SOURCES has one signature: (customer, user, before, limit) -> entries older than the
cursor `before`, newest first. They are merged and cut to a page.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from heapq import merge
from itertools import islice

from django.conf import settings
from django.db.models import Count, Max, Q, Sum
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.access import visible
from crm.markdown import render
from crm.models import ImportRun, Note, Order
from crm.money import round_money
from crm.templatetags.figures import day, money, number

PAGE = 8
KINDS = ("all", "orders", "notes")
CURSOR_KEY = re.compile(r"(import|note|order)-\d{12}")
ICONS = {
    "note": "notebook-pen", "call": "phone", "visit": "coffee", "meeting": "users", "email": "mail", "chat": "message-circle",
    "fair": "store", "gift": "gift", "claim": "triangle-alert", "rumour": "ear", "order": "package", "return": "undo-2",
    "import": "file-up",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """`at` sorts; a civil day without a time (`has_time` False) counts as the end of that day."""

    at: datetime
    kind: str
    key: str
    title: str
    text: str = ""
    url: str = ""
    has_time: bool = False
    people: tuple = ()
    private: bool = False

    @property
    def position(self):
        return self.at, self.key

    @property
    def cursor(self):
        return f"{self.at.isoformat()}~{self.key}"

    @property
    def icon(self):
        return ICONS.get(self.kind, "circle")

    @property
    def group(self):
        return (
            self.kind
            if self.kind in ("order", "return", "import", "gift")
            else "mail"
            if self.kind == "email"
            else "note"
        )


@dataclass(frozen=True)
class Cursor:
    """The position of the last entry shown: within one moment the key decides, as it does when entries are merged."""

    at: datetime
    key: str

    def same_moment(self, source):
        """Which rows of `source` come later in the list than the cursor, of those at its very moment."""
        name, _, pk = self.key.rpartition("-")
        if source == name:
            return Q(pk__lt=int(pk))
        return Q() if source < name else Q(pk__in=[])


@dataclass(frozen=True)
class Page:
    entries: list
    kind: str
    more: str = ""


def timeline_page(customer, user, kind="all", before="") -> Page:
    """One page of the timeline; `more` is the cursor of the next. A constant number of queries."""
    kind = kind if kind in KINDS else "all"
    limit = PAGE + 1
    sources = [import_string(path) for path in settings.TIMELINE_SOURCES]
    wanted = [source for source in sources if kind in ("all", source.__name__)]
    cursor = _parse(before)
    entries = merge(
        *(source(customer, user, cursor, limit) for source in wanted),
        key=lambda entry: entry.position,
        reverse=True,
    )
    page = list(islice(entries, limit))
    return Page(page[:PAGE], kind, page[PAGE - 1].cursor if len(page) > PAGE else "")


def notes(customer, user, before, limit):
    rows = (
        visible(user, Note.objects)
        .filter(customer=customer)
        .select_related("author")
        .prefetch_related("people")
    )
    if before:
        rows = rows.filter(
            Q(happened_at__lt=before.at) | Q(happened_at=before.at) & before.same_moment("note")
        )
    return [
        Entry(
            at=note.happened_at,
            kind=note.kind,
            key=_key("note", note.pk),
            title=_("%(kind)s · %(author)s") % {"kind": note.get_kind_display(), "author": note.author},
            text=render(note.text),
            has_time=True,
            people=tuple(str(person) for person in note.people.all()),
            private=note.private,
        )
        for note in rows.order_by("-happened_at", "-pk")[:limit]
    ]


def orders(customer, user, before, limit):
    rows = visible(user, Order.objects).filter(customer=customer)
    if before:
        older = Q(ordered_on__lt=before.at.date())
        if before.at == _end_of(before.at.date()):
            older |= Q(ordered_on=before.at.date()) & before.same_moment("order")
        rows = rows.filter(older)
    rows = rows.annotate(n=Count("lines"), total=Sum("lines__amount"))
    return [_order_entry(order) for order in rows.order_by("-ordered_on", "-pk")[:limit]]


def _order_entry(order):
    total = round_money(order.total or 0, order.currency)
    words = _("%(n)s lines · %(amount)s") % {"n": number(order.n), "amount": money(total, order.currency)}
    if order.status == Order.Status.CANCELLED:
        words = f"{order.get_status_display()} · {words}"
    title = _("Return %(number)s") if order.kind == Order.Kind.RETURN else _("Order %(number)s")
    return Entry(
        at=_end_of(order.ordered_on),
        kind=order.kind,
        key=_key("order", order.pk),
        title=title % {"number": order},
        text=words,
        url=order.get_absolute_url(),
    )


def imports(customer, user, before, limit):
    """One entry per run that brought orders of this customer."""
    rows = ImportRun.objects.filter(state=ImportRun.State.APPLIED, order__customer=customer).select_related(
        "user"
    )
    if before:
        rows = rows.filter(
            Q(applied_at__lt=before.at) | Q(applied_at=before.at) & before.same_moment("import")
        )
    rows = rows.annotate(n=Count("order"), last_on=Max("order__ordered_on"))
    return [
        Entry(
            at=run.applied_at,
            kind="import",
            key=_key("import", run.pk),
            title=_("Orders imported up to %(day)s") % {"day": day(run.complete_through or run.last_on)},
            text=_("%(n)s orders from %(file)s") % {"n": number(run.n), "file": run.file_name}
            + (f" · {run.user}" if run.user else ""),
            has_time=True,
        )
        for run in rows.order_by("-applied_at", "-pk")[:limit]
    ]


def _key(source, pk):
    return f"{source}-{pk:012d}"


def _end_of(civil_day):
    return datetime.combine(civil_day, time.max, tzinfo=UTC)


def _parse(text):
    at, _, key = text.partition("~")
    try:
        moment = datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Cursor(moment, key) if CURSOR_KEY.fullmatch(key) else None
