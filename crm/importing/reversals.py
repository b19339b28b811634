"""Returns that exactly reverse an earlier line: the giant order cancelled the same day must not teach the forecast."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Exists, F, OuterRef

from crm.models import OrderLine

WITHIN = timedelta(days=60)


def mark(customers):
    """Pairs each return of these customers with the latest earlier equal line within 60 days that has no return yet.

    Equal: product, unit price and quantity. Both lines are marked as not to be learned from.
    """
    pairs = []
    customers = sorted(customers)
    for start in range(0, len(customers), 2000):
        pairs += _pairs(customers[start : start + 2000])
    for line, earlier in pairs:
        line.reverses, line.learn, earlier.learn = earlier, False, False
    OrderLine.objects.bulk_update([line for line, _ in pairs], ["reverses", "learn"], batch_size=500)
    OrderLine.objects.bulk_update([earlier for _, earlier in pairs], ["learn"], batch_size=500)


def _pairs(customers):
    lines = OrderLine.objects.filter(order__customer__in=customers)
    returns = lines.filter(quantity__lt=0)
    returned = returns.filter(
        order__customer=OuterRef("order__customer"),
        product=OuterRef("product"),
        unit_price=OuterRef("unit_price"),
    )
    bought = lines.filter(Exists(returned), quantity__gt=0, reversed_by=None)
    columns = ("pk", "quantity", "unit_price", "product_id", "learn", "reverses_id")
    day = F("order__ordered_on")
    shelf = defaultdict(list)
    for line in bought.annotate(day=day, customer=F("order__customer")).only(*columns).order_by("day", "pk"):
        shelf[line.customer, line.product_id, line.unit_price, line.quantity].append(line)
    pairs = []
    open_returns = (
        returns.filter(reverses=None).annotate(day=day, customer=F("order__customer")).only(*columns)
    )
    for line in open_returns.order_by("day", "pk"):
        candidates = shelf[line.customer, line.product_id, line.unit_price, -line.quantity]
        fitting = [c for c in candidates if line.day - WITHIN <= c.day <= line.day]
        if fitting:
            pairs.append((line, fitting[-1]))
            candidates.remove(fitting[-1])
    return pairs
