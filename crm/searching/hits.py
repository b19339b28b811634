"""What is shown of the rows found, in groups: names and excerpts with the words marked, and where they lead."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.access import visible
from crm.customers_seen import customers_seen
from crm.models import ContactPoint, Customer, Employment
from crm.searching import query
from crm.searching.documents import current_jobs, note_parts, person
from crm.searching.marks import excerpt, marked
from crm.searching.text import digits, fold
from crm.searching.wanted import read
from crm.templatetags.figures import country

KINDS = ("customer", "person", "order", "note", "product")
FEW = 6
PAGE = 50
ICONS = {
    "customer": "store",
    "person": "users",
    "order": "package",
    "note": "notebook-pen",
    "product": "tags",
}
# As much of a person's facts as fits a line.
LINE = 90


@dataclass(frozen=True)
class Hit:
    kind: str
    url: str
    title: list
    sub: str = ""
    detail: list = ()
    at: datetime | None = None
    tag: str = ""

    @property
    def name(self):
        return "".join(piece.text for piece in self.title)

    @property
    def icon(self):
        return ICONS[self.kind]


@dataclass(frozen=True)
class Group:
    kind: str
    label: str
    hits: list
    more: bool
    exact: bool = False


def search(user, typed):
    """The first few of each kind; a code, SKU or number typed in full brings its kind to the front."""
    groups = [group(user, kind, typed, 0, FEW) for kind in KINDS]
    return sorted((found for found in groups if found.hits), key=lambda found: not found.exact)


def group(user, kind, typed, start, count):
    """`count` hits of one kind from the `start`-th on, and whether there are more."""
    wanted = read(typed)
    end = start + count + 1  # one more than is shown tells whether there are more
    if kind == "order":
        rows = list(query.found_orders(user, typed)[start:end])
    else:
        rows = query.found_or_half_typed(user, kind, wanted, start, end)
    shown = rows[:count]
    exact = any(row.rank == query.EXACT for row in shown)
    return Group(kind, LABELS[kind](), SHOWN[kind](shown, wanted, user), len(rows) > count, exact)


def customers(rows, wanted, user):
    return [
        Hit(
            "customer",
            row.get_absolute_url(),
            marked(row.name, wanted.words),
            " · ".join(part for part in (row.code, row.city, country(row.country)) if part),
            tag="" if row.status == row.Status.ACTIVE else row.get_status_display(),
        )
        for row in rows
    ]


def people(rows, wanted, user):
    jobs = Employment.objects.filter(to_on=None).select_related("customer")
    prefetch_related_objects(rows, "contact_points", Prefetch("employments", queryset=jobs))
    employers = {job.customer_id for row in rows for job in row.employments.all()}
    may_see = set(visible(user, Customer.objects.filter(pk__in=employers)).values_list("pk", flat=True))
    hits = []
    for row in rows:
        seen = [job for job in current_jobs(row) if job.customer_id in may_see]
        # An employer whom the user may not see must not be guessed by his name.
        if len(seen) < len(row.employments.all()) and not wanted.fits("person", person(row, seen).text):
            continue
        names = [row.latin_name, row.native_name] if row.latin_name else [row.native_name]
        hits.append(
            Hit(
                "person",
                row.get_absolute_url(),
                marked(" ".join(filter(None, names)), wanted.words),
                ", ".join(" · ".join(filter(None, (job.role, str(job.customer)))) for job in seen),
                _why(row, wanted),
                tag="" if row.status == row.Status.ACTIVE else row.get_status_display(),
            )
        )
    return hits


def _why(row, wanted):
    """The number, address or fact in which a word stands, where the name has not all of them."""
    names = fold(f"{row.latin_name} {row.native_name}")
    for word in wanted.words_for("person"):
        if word in names:
            continue
        for contact in row.contact_points.all():
            if contact.kind == ContactPoint.Kind.PHONE:
                if word.isdigit() and word in digits(contact.value):
                    return marked(contact.value, _groups(contact.value, word) or wanted.words)
            elif word in fold(contact.value):
                return marked(contact.value, [word])
        if word in fold(row.facts):
            return excerpt([row.facts], [word], LINE)
    return []


def _groups(value, number):
    """`number` as it is written in `value`, where blanks and dashes are between its digits."""
    places = [place for place, char in enumerate(value) if char in "0123456789"]
    start = "".join(value[place] for place in places).find(number)
    return [fold(value[places[start] : places[start + len(number) - 1] + 1])] if start >= 0 else []


def orders(rows, wanted, user):
    return [
        Hit(
            "order",
            row.get_absolute_url(),
            marked(str(row), [wanted.text.removeprefix("#")]),
            str(row.customer),
            at=row.ordered_on,
            tag="" if row.kind == row.Kind.ORDER else row.get_kind_display(),
        )
        for row in rows
    ]


def notes(rows, wanted, user):
    prefetch_related_objects(rows, "promises")
    customers = customers_seen(user, rows)
    return [
        Hit(
            "note",
            row.get_absolute_url(),
            marked(_of_customer(row.get_kind_display(), customers.get(row.customer_id)), ()),
            detail=excerpt(note_parts(row), wanted.words),
            at=row.happened_at,
            tag=_("only for me") if row.private else "",
        )
        for row in rows
    ]


def _of_customer(kind, customer):
    return f"{kind} · {customer.name}" if customer else kind


def products(rows, wanted, user):
    return [
        Hit(
            "product",
            row.get_absolute_url(),
            marked(str(row), wanted.words),
            " · ".join(filter(None, (row.sku if row.name else "", row.category))),
            tag="" if row.is_active else _("no longer sold"),
        )
        for row in rows
    ]


LABELS = {
    "customer": lambda: _("Customers"),
    "person": lambda: _("People"),
    "order": lambda: _("Orders"),
    "note": lambda: _("Notes"),
    "product": lambda: _("Products"),
}
SHOWN = {"customer": customers, "person": people, "order": orders, "note": notes, "product": products}
