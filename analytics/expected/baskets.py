"""What the next orders of a page's customers are likely to hold."""

from analytics.models import Outlook
from crm.models import Product


def baskets(outlooks, first=None):
    """({outlook id: its items, the likeliest first}, {product id: product}); `first`: a product that leads. Two queries."""
    stored = dict(Outlook.objects.filter(pk__in=outlooks).values_list("pk", "forecast__items"))
    found = {pk: _led(items or [], first) for pk, items in stored.items()}
    wanted = {row["item"] for items in found.values() for row in items[:SHOWN]}
    return found, Product.objects.only("sku", "name", "unit").in_bulk(wanted)


SHOWN = 3


def _led(items, first):
    return sorted(items, key=lambda row: row["item"] != first.pk) if first else items
