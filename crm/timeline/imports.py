"""The runs that brought orders, and up to when orders are known since."""

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import visible
from crm.models import Customer, ImportRun
from crm.templatetags.figures import day, number
from crm.timeline.entries import Entry, key_of


def imports(asked):
    """Of a customer the runs that brought orders of his; of a colleague his own, as far as the reader sees the orders."""
    if asked.about == "person":
        return []
    customers = visible(asked.user, Customer.objects).values("pk")
    rows = ImportRun.objects.filter(asked.matching("file_name"), state=ImportRun.State.APPLIED)
    if asked.about == "customer":
        rows = rows.filter(order__customer=asked.subject)
    else:
        rows = rows.filter(user=asked.subject, order__customer__in=customers)
    rows = rows.select_related("user").annotate(n=Count("order"), last_on=Max("order__ordered_on"))
    return [_entry(run, asked) for run in asked.newest(rows, "import", moment="applied_at")]


def _entry(run, asked):
    by = f" · {run.user}" if run.user and asked.about == "customer" else ""
    return Entry(
        at=run.applied_at,
        kind="import",
        key=key_of("import", run.pk),
        title=_("Orders imported up to %(day)s") % {"day": day(run.complete_through or run.last_on)},
        text=ngettext("%(n)s order from %(file)s", "%(n)s orders from %(file)s", run.n)
        % {"n": number(run.n), "file": run.file_name}
        + by,
        has_time=True,
    )
