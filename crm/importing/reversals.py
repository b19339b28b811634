"""Returns that exactly reverse an earlier line: the giant order cancelled the same day must not teach the forecast."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import F

from crm.importing import bulk
from crm.models import OrderLine

WITHIN = timedelta(days=60)
CUSTOMERS_AT_ONCE = 2000


def mark(customers, last_old, journal):
    """Pairs each return of these customers with the latest earlier equal line within 60 days that has no return yet.

    Equal: product, unit price and quantity. Both lines are marked as not to be learned from. Pairs that a correction
    has made unequal are parted first. `last_old`: the greatest line id before the run; changes of lines up to it are
    recorded in the journal.
    """
    customers = sorted(customers)
    for start in range(0, len(customers), CUSTOMERS_AT_ONCE):
        part = customers[start : start + CUSTOMERS_AT_ONCE]
        _part_unequal(part, journal)
        pairs, learned = _pairs(part)
        for line, earlier in pairs:
            for pk, reverses in ((line, earlier), (earlier, None)):
                if pk <= last_old:
                    journal.change(OrderLine, pk, {"reverses_id": None, "learn": learned[pk]},
                                   {"reverses_id": reverses, "learn": False})  # fmt: skip
        bulk.update(OrderLine, ["reverses_id"], pairs)
        bulk.update(OrderLine, ["learn"], [(line, False) for pair in pairs for line in pair])


def _part_unequal(customers, journal):
    fields = (
        "product", "unit_price", "order__customer", "order__ordered_on", "quantity", "learn"
    )  # fmt: skip
    rows = OrderLine.objects.filter(order__customer__in=customers, reverses__isnull=False).order_by("pk")
    parted = []
    for line, earlier, *values in rows.values_list(
        "pk", "reverses", *fields, *(f"reverses__{name}" for name in fields)
    ):
        *same, day, quantity, learn = values[:6]
        *same_then, earlier_day, earlier_quantity, earlier_learn = values[6:]
        if same == same_then and quantity == -earlier_quantity and day - WITHIN <= earlier_day <= day:
            continue
        journal.change(
            OrderLine, line, {"reverses_id": earlier, "learn": learn}, {"reverses_id": None, "learn": True}
        )
        journal.change(OrderLine, earlier, {"learn": earlier_learn}, {"learn": True})
        parted.append((line, earlier))
    bulk.update(OrderLine, ["reverses_id"], [(line, None) for line, _ in parted])
    bulk.update(OrderLine, ["learn"], [(line, True) for pair in parted for line in pair])


def _pairs(customers):
    """[(return, reversed line)], and which lines were learned from. Early returns choose first, and a line is reversed once."""
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
        # By what the documents say, not by ids: those follow the order of a file's rows.
        .order_by("order__ordered_on", "order__number", "key", "pk")
        .values_list(
            "order__ordered_on",
            "pk",
            "product__lines__order__ordered_on",
            "product__lines__order__number",
            "product__lines__key",
            "product__lines__pk",
            "learn",
            "product__lines__learn",
        )
    )
    learned = {}
    for day, line, earlier_day, number, key, earlier, *learn in rows:
        if day - WITHIN <= earlier_day <= day:
            candidates[line].append((earlier_day, number, key, earlier))
            learned[line], learned[earlier] = learn
    taken, pairs = set(), []
    for line, earlier_lines in candidates.items():
        free = [earlier for earlier in earlier_lines if earlier not in taken]
        if free:
            taken.add(max(free))
            pairs.append((line, max(free)[-1]))
    return pairs, learned
