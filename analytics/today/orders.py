"""Whose order is late, and whose comes this week."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from accounts.access import visible
from analytics.ledger.leading import whose, with_lead
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
    """`whose`: the call that leads, in words; its day and amount are then those of the outlook's shown_on and shown_amount."""

    outlook: Outlook
    days_away: int
    whose: str


def overdue(user, today) -> list[Late]:
    """Overdue as of the day orders are known up to, the most money first.

    Without those who have long been silent, and those of whom a call that leads says when their order comes.
    """
    rows = _outlooks(user, today).filter(overdue_days__gt=0, led_on=None)
    rows = rows.exclude(Outlook.lapsed_q(path=None))
    rates = _latest_rates()
    found = [
        Late(**_of(row, Dismissal.Kind.OVERDUE), outlook=row, at_risk=_in_base(row, rates)) for row in rows
    ]
    return sorted(found, key=lambda late: (late.at_risk is None, -(late.at_risk or 0), late.subject))


def expected(user, today) -> list[Expected]:
    """Orders whose best guess, or whose day by the call that leads, falls into the next seven days."""
    in_time = Q(overdue_days=0) | Q(led_on__isnull=False)
    rows = _outlooks(user, today).filter(in_time, shown_on__range=(today, today + WEEK))
    return [
        Expected(
            **_of(row, Dismissal.Kind.EXPECTED),
            outlook=row,
            days_away=(row.shown_on - today).days,
            whose=whose(row, user),
        )
        for row in rows.order_by("shown_on", "pk")
    ]


def _of(outlook, kind):
    return {
        "kind": kind,
        "subject": outlook.customer_id,
        "occurrence": outlook.last_ordered_on.isoformat(),
        "name": str(outlook.customer),
        "customer": outlook.customer,
    }


def _outlooks(user, today):
    active = Q(customer__status=Customer.Status.ACTIVE) & ~Q(last_ordered_on=None)
    rows = with_lead(visible(user, Outlook.objects), today).filter(active)
    return rows.select_related("customer").defer(*Outlook.HEAVY)


def _latest_rates():
    """currency -> the latest known rate to the base currency."""
    rates = dict(ExchangeRate.objects.order_by("month").values_list("currency", "rate"))
    return rates | {Installation.current().base_currency: Decimal(1)}


def _in_base(outlook, rates):
    rate = rates.get(outlook.currency)
    return outlook.amount * rate if rate and outlook.amount is not None else None
