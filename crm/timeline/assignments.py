"""Who looked after the customer from when on."""

from django.utils.translation import gettext as _

from accounts.access import visible
from crm.models import Assignment
from crm.templatetags.figures import day_year
from crm.timeline.entries import Entry, end_of, key_of


def assignments(asked):
    rows = asked.of(
        visible(asked.user, Assignment.objects), customer="customer", user="rep", words=("rep__name",)
    )
    rows = rows.select_related("customer", "rep")
    return [_entry(row, asked) for row in asked.newest(rows, "assignment", day="from_on")]


def _entry(assignment, asked):
    return Entry(
        at=end_of(assignment.from_on),
        kind="assignment",
        key=key_of("assignment", assignment.pk),
        title=_("%(rep)s takes over") % {"rep": assignment.rep},
        text=_("until %(day)s") % {"day": day_year(assignment.to_on)} if assignment.to_on else "",
        customer=asked.elsewhere(assignment.customer),
    )
