"""Orders waited for, each as the window in which eight of ten would come."""

from django.utils.translation import gettext as _

from analytics.models import Outlook
from crm.feeds.entry import Entry
from crm.models import Customer
from crm.templatetags.figures import day_year, money_short


def expected_orders(asked):
    """Of one's own customers. Who fell silent for very long is waited for no more."""
    rows = Outlook.objects.filter(
        customer__owner=asked.user,
        customer__status=Customer.Status.ACTIVE,
        last_ordered_on__isnull=False,
        low_on__lte=asked.last,
        high_on__gte=asked.first,
    )
    for row in rows.select_related("customer").defer(*Outlook.HEAVY):
        if not row.lapsed:
            yield _entry(row)


def _entry(row):
    words = {"customer": row.customer, "amount": money_short(row.amount, row.currency)}
    if row.overdue_days > 0:
        summary = _("Order overdue: %(customer)s") % words
    elif row.amount is None:
        summary = _("Order expected: %(customer)s") % words
    else:
        summary = _("Order expected: %(customer)s, about %(amount)s") % words
    details = [
        _("%(amount)s at risk") % words if row.overdue_days > 0 and row.amount is not None else "",
        _("most likely on %(day)s") % {"day": day_year(row.expected_on)} if row.expected_on else "",
        _("last order %(day)s") % {"day": day_year(row.last_ordered_on)},
        _("orders known up to %(day)s") % {"day": day_year(row.known_through)} if row.known_through else "",
    ]
    return Entry(
        # The next order, when it has come, makes the one after it another entry.
        key=f"order:{row.customer_id}:{row.last_ordered_on}",
        from_on=row.low_on,
        to_on=row.high_on,
        summary=summary,
        details=tuple(part for part in details if part),
        url=row.customer.get_absolute_url(),
        category=_("Orders expected"),
    )
