"""Whose order is late, and whose comes this week."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from accounts.access import visible
from analytics.models import Outlook
from analytics.today.entries import WEEK, Entry
from crm.models import Customer, Dismissal, ExchangeRate, Installation


@dataclass(frozen=True, kw_only=True)
class Late(Entry):
    """An overdue order with the money at risk in the base currency, or None where no rate is known."""

    outlook: Outlook
    at_risk: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Expected(Entry):
    outlook: Outlook
    days_away: int


def overdue(user, today) -> list[Late]:
    """Overdue as of the day orders are known up to, the most money first; who has long been silent is left out."""
    rows = _outlooks(user).filter(overdue_days__gt=0).exclude(Outlook.lapsed_q(path=None))
    rates = _latest_rates()
    found = [
        Late(**_of(row, Dismissal.Kind.OVERDUE), outlook=row, at_risk=_in_base(row, rates)) for row in rows
    ]
    return sorted(found, key=lambda late: (late.at_risk is None, -(late.at_risk or 0), late.subject))


def expected(user, today) -> list[Expected]:
    """Orders whose best guess falls into the next seven days."""
    rows = _outlooks(user).filter(overdue_days=0, expected_on__gte=today, expected_on__lte=today + WEEK)
    return [
        Expected(**_of(row, Dismissal.Kind.EXPECTED), outlook=row, days_away=(row.expected_on - today).days)
        for row in rows.order_by("expected_on", "pk")
    ]


def _of(outlook, kind):
    return {
        "kind": kind,
        "subject": outlook.customer_id,
        "occurrence": outlook.last_ordered_on.isoformat(),
        "name": str(outlook.customer),
        "customer": outlook.customer,
    }


def _outlooks(user):
    active = Q(customer__status=Customer.Status.ACTIVE) & ~Q(last_ordered_on=None)
    rows = visible(user, Outlook.objects).filter(active)
    return rows.select_related("customer").defer(*Outlook.HEAVY)


def _latest_rates():
    """currency -> the latest known rate to the base currency."""
    rates = dict(ExchangeRate.objects.order_by("month").values_list("currency", "rate"))
    return rates | {Installation.current().base_currency: Decimal(1)}


def _in_base(outlook, rates):
    rate = rates.get(outlook.currency)
    return outlook.amount * rate if rate and outlook.amount is not None else None
