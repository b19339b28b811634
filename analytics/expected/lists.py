"""Whose next order is to come, and whose should be in by now: every customer is in one of them at most."""

from django.db.models import Q

from analytics.models import Outlook
from crm.models import Customer


def to_come(outlooks, today):
    return _waited_for(outlooks).filter(overdue_days=0, expected_on__gte=today)


def late(outlooks, today):
    """Overdue as of the day his orders are known up to, or best guessed on a day that is over since."""
    return _waited_for(outlooks).filter(Q(overdue_days__gt=0) | Q(expected_on__lt=today))


def _waited_for(outlooks):
    """Who fell silent for very long is waited for no more."""
    rows = outlooks.filter(customer__status=Customer.Status.ACTIVE, last_ordered_on__isnull=False)
    rows = rows.exclude(pk__in=Outlook.objects.filter(Outlook.lapsed_q(path=None)).values("pk"))
    return rows.select_related("customer__owner").defer(*Outlook.HEAVY, "customer__imported")
