"""How far a customer's orders have come towards his target: in the target's currency, or not at all."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from analytics.behind import later
from crm.models import Order, OrderLine, Target
from crm.money import sum_money
from crm.templatetags.figures import month_range

WIDTH = 100
YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Goal:
    """`done` is None where orders are in `currencies` that the target is not in. `passed`: share of the period that is over."""

    period: str
    amount: Decimal
    currency: str
    done: Decimal | None
    passed: float
    url: str
    currencies: list = field(default_factory=list)

    @property
    def share(self):
        return float(self.done / self.amount)

    @property
    def width(self):
        """Of the bar: text, for a comma would be no number there."""
        return f"{WIDTH * max(0, min(self.share, 1)):.1f}"

    @property
    def mark(self):
        return f"{WIDTH * self.passed:.1f}"


def with_target(customers, today):
    """`customers` (a QuerySet), each with whether a target of his may be running: most have none, and nothing is asked."""
    return customers.annotate(has_target=Exists(_targets(OuterRef("pk"), today)))


def _targets(customer, today):
    recent = {"from_on__lte": today, "from_on__gt": today - YEAR}
    return Target.objects.filter(
        customer=customer, product=None, measure=Target.Measure.ORDERS, **recent
    ).order_by()


def goal(customer, today, orders_url) -> Goal | None:
    """Of the longest period that is running, for a customer fetched `with_target`; None where there is none."""
    if not customer.has_target:
        return None
    # A target of the customer as a whole comes before one of his rep with him.
    targets = _targets(customer, today).filter(Q(rep=None) | Q(rep=customer.owner_id))
    running = [target for target in targets if _last_day(target) >= today]
    if not running:
        return None
    target = max(running, key=lambda target: (target.months, target.rep_id is None))
    until = _last_day(target)
    done = _ordered(customer, target.from_on, until)
    other = sorted(currency for currency, total in done.items() if currency != target.currency and total)
    known = min(today, customer.orders_known_through or today)
    return Goal(
        period=month_range(target.from_on, until),
        amount=target.amount,
        currency=target.currency,
        done=None if other else done.get(target.currency, Decimal()),
        passed=min(max(((known - target.from_on).days + 1) / ((until - target.from_on).days + 1), 0), 1),
        url=f"{orders_url}&since={target.from_on}&until={until}",
        currencies=sorted(done),
    )


def _ordered(customer, since, until) -> dict[str, Decimal]:
    """{currency: amount} of goods by order date, returns subtracted, cancelled orders left out."""
    lines = OrderLine.objects.filter(order__customer=customer, order__ordered_on__range=(since, until))
    return sum_money(lines.exclude(order__status=Order.Status.CANCELLED).exclude(kind=OrderLine.Kind.SERVICE))


def _last_day(target) -> date:
    after = later(f"{target.from_on:%Y-%m}", target.months)
    return date.fromisoformat(f"{after}-01") - timedelta(days=1)
