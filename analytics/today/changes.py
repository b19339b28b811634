"""What colleagues entered and changed since yesterday morning, from the history of the facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.access import visible
from accounts.models import User
from analytics.today.entries import midnight
from crm.models import Closure, Customer, Person
from crm.templatetags.figures import day_range

LINES = 8
# Enough to fill the lines even where one row was saved again and again.
LOOKED_AT = 40


@dataclass(frozen=True)
class Change:
    at: datetime
    who: User
    what: str
    customer: Customer | None = None
    person: Person | None = None


@dataclass(frozen=True)
class Edit:
    """What was done to one row: its newest version, and the fields that changed over all versions."""

    newest: object
    fields: tuple
    is_new: bool


def changes(user, today) -> list[Change]:
    """One line for each customer, person and closure that somebody else touched, the latest first."""
    since = midnight(today - timedelta(days=1))
    customers = visible(user, Customer.objects)
    of_customers = _edits(Customer, user, since, id__in=customers.values("pk"))
    of_closures = _edits(Closure, user, since, customer__in=customers.values("pk"))
    of_people = _edits(Person, user, since, id__in=visible(user, Person.objects).values("pk"))
    named = {edit.newest.id for edit in of_customers} | {edit.newest.customer_id for edit in of_closures}
    customers, people = (
        Customer.objects.in_bulk(named),
        Person.objects.in_bulk([edit.newest.id for edit in of_people]),
    )
    reps = User.objects.in_bulk({edit.newest.owner_id for edit in of_customers if "owner" in edit.fields})
    found = [
        *(_change(edit, _customer(edit, reps), customer=customers[edit.newest.id]) for edit in of_customers),
        *(_change(edit, _closure(edit), customer=customers[edit.newest.customer_id]) for edit in of_closures),
        *(_change(edit, _person(edit), person=people[edit.newest.id]) for edit in of_people),
    ]
    return sorted(found, key=lambda change: change.at, reverse=True)[:LINES]


def _edits(model, user, since, **where) -> list[Edit]:
    """Of the rows that others changed; two queries."""
    prior = model.history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    versions = list(
        model.history.filter(history_date__gte=since, history_user__isnull=False, **where)
        .exclude(history_user=user)
        .annotate(prior=Subquery(prior.order_by("-history_id").values("history_id")[:1]))
        .select_related("history_user")
        .order_by("-history_date", "-history_id")[:LOOKED_AT]
    )
    before = model.history.in_bulk([version.prior for version in versions if version.prior])
    by_row = {}
    for version in versions:
        by_row.setdefault(version.id, []).append(version)
    return [_edit(of_row, before) for of_row in by_row.values()]


def _edit(versions, before):
    fields = {
        field
        for version in versions
        if version.prior in before and version.history_type == "~"
        for field in version.diff_against(before[version.prior]).changed_fields
    }
    return Edit(versions[0], tuple(sorted(fields)), any(version.history_type == "+" for version in versions))


def _change(edit, what, **subject):
    return Change(edit.newest.history_date, edit.newest.history_user, what, **subject)


def _customer(edit, reps):
    if edit.is_new:
        return _("new customer")
    words = []
    if "owner" in edit.fields:
        words.append(_("sales rep is now %(rep)s") % {"rep": reps.get(edit.newest.owner_id, "–")})
    other = [field for field in edit.fields if field != "owner"]
    if other or not words:
        words.append(_fields_changed(Customer, other))
    return "; ".join(words)


def _person(edit):
    return _("new person") if edit.is_new else _fields_changed(Person, edit.fields)


def _closure(edit):
    if edit.newest.history_type == "-":
        return _("days of closure taken out")
    return _("closed %(days)s") % {"days": day_range(edit.newest.from_on, edit.newest.to_on)}


def _fields_changed(model, fields):
    """City, currency changed; without a version to compare with, only that something did."""
    names = ", ".join(str(model._meta.get_field(field).verbose_name) for field in fields)
    return capfirst(_("%(fields)s changed") % {"fields": names}) if names else _("changed")
