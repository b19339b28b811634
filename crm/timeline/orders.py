"""Orders and returns, by the day on the document, and how often the customer was spoken to before each."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from accounts.access import visible
from crm.models import Note, Order
from crm.money import round_money
from crm.templatetags.figures import money, number
from crm.timeline.entries import Entry, end_of, key_of

BEFORE = timedelta(days=60)
COUNTED = {
    Note.Kind.MEETING: ngettext_lazy("%(n)s meeting", "%(n)s meetings", "n"),
    Note.Kind.VISIT: ngettext_lazy("%(n)s visit", "%(n)s visits", "n"),
    Note.Kind.FAIR: ngettext_lazy("%(n)s fair", "%(n)s fairs", "n"),
    Note.Kind.CALL: ngettext_lazy("%(n)s call", "%(n)s calls", "n"),
    Note.Kind.CHAT: ngettext_lazy("%(n)s chat", "%(n)s chats", "n"),
    Note.Kind.EMAIL: ngettext_lazy("%(n)s e-mail", "%(n)s e-mails", "n"),
    Note.Kind.CLAIM: ngettext_lazy("%(n)s claim", "%(n)s claims", "n"),
}


def orders(asked):
    rows = asked.of(
        visible(asked.user, Order.objects), customer="customer", user="credited_to", words=("number",)
    )
    rows = rows.select_related("customer").annotate(n=Count("lines"), total=Sum("lines__amount"))
    return [_entry(order, asked) for order in asked.newest(rows, "order", day="ordered_on")]


def _entry(order, asked):
    total = round_money(order.total or 0, order.currency)
    lines = ngettext("%(n)s line", "%(n)s lines", order.n) % {"n": number(order.n)}
    words = f"{lines} · {money(total, order.currency)}"
    if order.status == Order.Status.CANCELLED:
        words = f"{order.get_status_display()} · {words}"
    title = _("Return %(number)s") if order.kind == Order.Kind.RETURN else _("Order %(number)s")
    return Entry(
        at=end_of(order.ordered_on),
        kind=order.kind,
        key=key_of("order", order.pk),
        title=title % {"number": order},
        text=words,
        url=order.get_absolute_url(),
        customer=asked.elsewhere(order.customer),
        customer_pk=order.customer_id,
    )


def with_contacts(entries, user):
    """The entries, each order with the notes that `user` may see of the 60 days up to its day: one query for all."""
    asked_of = [entry for entry in entries if entry.kind == Order.Kind.ORDER]
    if not asked_of:
        return entries
    spans = reduce(
        or_, (Q(customer=entry.customer_pk, happened_at__range=_span(entry)) for entry in asked_of)
    )
    notes = visible(user, Note.objects).filter(spans, kind__in=COUNTED).order_by()
    notes = list(notes.values_list("customer", "happened_at", "kind"))
    return [replace(entry, contacts=_contacts(entry, notes)) for entry in entries]


def _contacts(entry, notes):
    if entry.kind != Order.Kind.ORDER:
        return ""
    since, until = _span(entry)
    kinds = Counter(
        kind for customer, at, kind in notes if customer == entry.customer_pk and since <= at <= until
    )
    found = ", ".join(str(words % {"n": kinds[kind]}) for kind, words in COUNTED.items() if kinds[kind])
    return _("60 days before: %(contacts)s") % {"contacts": found} if found else ""


def _span(entry):
    """With the day of the order itself: a call in the morning, an order in the afternoon."""
    return datetime.combine(entry.at.date() - BEFORE, time.min, tzinfo=UTC), entry.at
