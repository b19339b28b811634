"""Which lines of an order a row of a shipment means, and how a quantity of one item lies on several lines of it."""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from crm.importing import masters
from crm.models import OrderLine

CHUNK = 5000


@dataclass(frozen=True)
class Line:
    """`skus`: as it is called here, and as files call it."""

    pk: int
    order: int
    key: str
    sku: str
    skus: frozenset
    quantity: Decimal
    kind: str


class Lines:
    """All lines of some orders, found by number and by item."""

    def __init__(self, orders):
        self.of_order, self._numbered, self._of_item = defaultdict(list), defaultdict(list), defaultdict(list)
        for line in sorted(_read(orders), key=lambda line: _natural(line.key)):
            self.of_order[line.order].append(line)
            for number in _numbers(line.key):
                self._numbered[line.order, number].append(line)
            for sku in line.skus:
                self._of_item[line.order, sku].append(line)

    def meant(self, order, number, sku) -> tuple:
        """In the order of their keys. A delivery may number its lines by itself: where number and item say different
        things, the item is meant."""
        numbered = self._numbered.get((order, number.lstrip("0")), []) if number else []
        if not sku:
            # What a file calls "Item" is a number in one ERP and an article in the next.
            return tuple(numbered or self._of_item.get((order, number), []))
        return tuple([line for line in numbered if sku in line.skus] or self._of_item.get((order, sku), []))


def _read(orders):
    called = masters.renamed_products()
    for start in range(0, len(orders), CHUNK):
        rows = OrderLine.objects.filter(order__in=orders[start : start + CHUNK]).values_list(
            "pk", "order_id", "key", "product_id", "product__sku", "quantity", "kind"
        )
        for pk, order, key, product, sku, quantity, kind in rows:
            skus = frozenset([sku, called.get(product, sku)])
            yield Line(pk, order, key, sku, skus, quantity, kind)


def _numbers(key):
    """ "000010" is written as 10 elsewhere; "10:2" is the second line of that number."""
    base = key.rpartition(":")[0]
    return {key.lstrip("0"), base.lstrip("0") or key.lstrip("0")}


def _natural(key):
    """Line 2 comes before line 10."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", key)], key


def spread(quantity, lines, last, room) -> dict | None:
    """{key of line: its part}: what lay on a line stays there, more fills the lines in turn, the rest lies on the last.

    `last`: of each line what the file said before; `room`: how much of each is not shipped otherwise. None where a line
    would be left with nothing: which one went back, only a line number can say.
    """
    parts = {line.pk: last[line.pk] for line in lines if last.get(line.pk)}
    more = quantity - sum(parts.values())
    if more < 0:
        for line in reversed(lines):
            less = min(parts.get(line.pk, 0), -more)
            more += less
            if less and less == parts[line.pk]:
                return None
            if less:
                parts[line.pk] -= less
        return parts
    for line in lines:
        part = min(max(room[line.pk] - parts.get(line.pk, 0), 0), more)
        if part:
            parts[line.pk] = parts.get(line.pk, 0) + part
            more -= part
    if more:
        parts[lines[-1].pk] = parts.get(lines[-1].pk, 0) + more
    return parts
