"""Whose next order is to come, and whose should be in by now: every customer is in one of them at most."""

from django.db.models import Q

from analytics.ledger.leading import with_lead
from analytics.models import Outlook
from crm.models import Customer


def to_come(outlooks, today):
    """On the best guessed day, or where a call leads on the day that it says."""
    by_model = Q(overdue_days=0, expected_on__gte=today) & ~_silent()
    return _waited_for(outlooks, today).filter(by_model | Q(led_on__isnull=False))


def late(outlooks, today):
    """Overdue as of the day his orders are known up to, or best guessed on a day that is over since; no call leads."""
    by_model = Q(overdue_days__gt=0) | Q(expected_on__lt=today)
    return _waited_for(outlooks, today).filter(by_model & ~_silent(), led_on=None)


def _silent():
    """Who fell silent for very long is waited for no more."""
    return Q(pk__in=Outlook.objects.filter(Outlook.lapsed_q(path=None)).values("pk"))


def _waited_for(outlooks, today):
    rows = outlooks.filter(customer__status=Customer.Status.ACTIVE, last_ordered_on__isnull=False)
    rows = with_lead(rows, today)
    return rows.select_related("customer__owner").defer(*Outlook.HEAVY, "customer__imported")
