"""Returns that exactly reverse an earlier line: the giant order cancelled the same day must not teach the forecast."""

from collections import defaultdict
from datetime import date, timedelta

from django.db import connection

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
        bulk.update(OrderLine, ["reverses_id", "learn"], [(line, earlier, False) for line, earlier in pairs])
        bulk.update(OrderLine, ["learn"], [(earlier, False) for _, earlier in pairs])


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
    bulk.update(OrderLine, ["reverses_id", "learn"], [(line, None, True) for line, _ in parted])
    bulk.update(OrderLine, ["learn"], [(earlier, True) for _, earlier in parted])


def _pairs(customers):
    """[(return, reversed line)], and which lines were learned from. Early returns choose first, and a line is reversed once."""
    candidates = defaultdict(list)
    learned = {}
    for day, line, earlier_day, number, key, earlier, *learn in _equal_ones(customers):
        if date.fromisoformat(day) - WITHIN <= date.fromisoformat(earlier_day) <= date.fromisoformat(day):
            candidates[line].append((earlier_day, number, key, earlier))
            learned[line], learned[earlier] = map(bool, learn)
    taken, pairs = set(), []
    for line, earlier_lines in candidates.items():
        free = [earlier for earlier in earlier_lines if earlier not in taken]
        if free:
            taken.add(max(free))
            pairs.append((line, max(free)[-1]))
    return pairs, learned


def _equal_ones(customers):
    """Each return with each line that it might reverse.

    SQLite joins in the order of CROSS JOIN: all lines of these customers once, each looked up among the returns. By way
    of the product it would look at all lines of it for each return, many more in a long history.
    """
    marks = ", ".join(["%s"] * len(customers))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH returned AS MATERIALIZED (
                SELECT l.id, l.key, l.product_id, l.unit_price, -l.quantity AS quantity, l.learn,
                       o.customer_id, o.ordered_on, o.number
                FROM crm_order o CROSS JOIN crm_orderline l
                WHERE o.customer_id IN ({marks}) AND l.order_id = o.id AND l.quantity < 0 AND l.reverses_id IS NULL)
            SELECT CAST(r.ordered_on AS TEXT), r.id, CAST(o.ordered_on AS TEXT), o.number, l.key, l.id, r.learn, l.learn
            FROM crm_order o CROSS JOIN crm_orderline l CROSS JOIN returned r
            WHERE o.customer_id IN (SELECT customer_id FROM returned) AND l.order_id = o.id
              AND r.customer_id = o.customer_id AND r.product_id = l.product_id
              AND r.unit_price = l.unit_price AND r.quantity = l.quantity
              AND NOT EXISTS (SELECT 1 FROM crm_orderline b WHERE b.reverses_id = l.id)
            -- By what the documents say, not by ids: those follow the order of a file's rows.
            ORDER BY r.ordered_on, r.number, r.key, r.id""",
            customers,
        )
        return cursor.fetchall()
