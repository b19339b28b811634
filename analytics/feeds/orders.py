"""Orders waited for, each as the window in which eight of ten would come, or on the day of the call that leads."""

from django.db.models import Q
from django.utils.translation import gettext as _

from analytics.ledger.leading import whose, with_lead
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
    )
    by_model = Q(led_on=None, low_on__lte=asked.last, high_on__gte=asked.first)
    by_call = Q(led_on__range=(asked.first, asked.last))
    rows = with_lead(rows, asked.today).filter(by_model | by_call)
    for row in rows.select_related("customer").defer(*Outlook.HEAVY):
        if row.led_on:
            yield _called(row, asked.user)
        elif not row.lapsed:
            yield _window(row)


def _called(row, user):
    """Nobody is late who is called for a day to come; what the model says stands below."""
    words = {"customer": row.customer, "amount": money_short(row.led_amount, row.currency)}
    own = [
        day_year(row.expected_on) if row.expected_on else "",
        money_short(row.amount, row.currency) if row.amount is not None else "",
    ]
    own = ", ".join(filter(None, own))
    if row.led_amount is None:
        summary = _("Order expected: %(customer)s") % words
    else:
        summary = _("Order expected: %(customer)s, about %(amount)s") % words
    called = [whose(row, user), f"{_('Dangol’s own forecast')}: {own}" if own else ""]
    return _entry(row, row.led_on, row.led_on, summary, called)


def _window(row):
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
    ]
    return _entry(row, row.low_on, row.high_on, summary, details)


def _entry(row, from_on, to_on, summary, details):
    details = [
        *details,
        _("last order %(day)s") % {"day": day_year(row.last_ordered_on)},
        _("orders known up to %(day)s") % {"day": day_year(row.known_through)} if row.known_through else "",
    ]
    return Entry(
        # The next order, when it has come, makes the one after it another entry.
        key=f"order:{row.customer_id}:{row.last_ordered_on}",
        from_on=from_on,
        to_on=to_on,
        summary=summary,
        details=tuple(part for part in details if part),
        url=row.customer.get_absolute_url(),
        category=_("Orders expected"),
    )
