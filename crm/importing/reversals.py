"""Returns that exactly reverse an earlier line: the giant order cancelled the same day must not teach the forecast."""

from collections import defaultdict
from datetime import timedelta

from django.db import connection
from django.db.models import F

from crm.models import OrderLine

WITHIN = timedelta(days=60)
CUSTOMERS_AT_ONCE = 2000


def mark(customers):
    """Pairs each return of these customers with the latest earlier equal line within 60 days that has no return yet.

    Equal: product, unit price and quantity. Both lines are marked as not to be learned from.
    """
    customers = sorted(customers)
    pairs = []
    for start in range(0, len(customers), CUSTOMERS_AT_ONCE):
        pairs += _pairs(customers[start : start + CUSTOMERS_AT_ONCE])
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE crm_orderline SET reverses_id = %s, learn = %s WHERE id = %s",
            [(earlier, False, line) for line, earlier in pairs],
        )
        cursor.executemany(
            "UPDATE crm_orderline SET learn = %s WHERE id = %s", [(False, earlier) for _, earlier in pairs]
        )


def _pairs(customers):
    """(return, reversed line): ids. Early returns choose first, and a line is reversed once."""
    candidates = defaultdict(list)
    rows = (
        OrderLine.objects.filter(
            order__customer__in=customers,
            quantity__lt=0,
            reverses=None,
            product__lines__quantity=-F("quantity"),
            product__lines__unit_price=F("unit_price"),
            product__lines__order__customer=F("order__customer"),
            product__lines__reversed_by=None,
        )
        .order_by("order__ordered_on", "pk")
        .values_list("order__ordered_on", "pk", "product__lines__order__ordered_on", "product__lines__pk")
    )
    for day, line, earlier_day, earlier in rows:
        if day - WITHIN <= earlier_day <= day:
            candidates[day, line].append((earlier_day, earlier))
    taken, pairs = set(), []
    for (_, line), earlier_lines in candidates.items():
        free = [earlier for earlier in earlier_lines if earlier not in taken]
        if free:
            taken.add(max(free))
            pairs.append((line, max(free)[1]))
    return pairs
