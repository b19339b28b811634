"""Prices for files that say quantities alone: what this order had, what this customer paid last, what the item cost last."""

from functools import cached_property

from crm.importing import masters
from crm.models import Customer, OrderLine, Product


class KnownPrices:
    def __init__(self, names, source, importer):
        """names: what the file calls its items."""
        self.names, self.source, self.importer = names, source, importer

    def __call__(self, order_number, customer_key, sku, currency):
        """A price, or None. The same file again finds the prices that it was imported with."""
        known, item = self._known, (sku, currency)
        return (
            known.get(("order", order_number, *item))
            or known.get(("customer", self._customers.get(customer_key), *item))
            or known.get(("item", *item))
        )

    @cached_property
    def _customers(self):
        hidden = set(masters.not_visible(self.importer).values_list("pk", flat=True))
        found = {}
        for pk, *identity in Customer.objects.order_by("-code", "-pk").values_list("pk", *masters.IDENTITY):
            for key, sure in {} if pk in hidden else masters.keys_of(*identity).items():
                if sure >= found.get(key, (0,))[0]:
                    found[key] = (sure, pk)
        return {key: pk for key, (_sure, pk) in found.items()}

    @cached_property
    def _known(self):
        products = masters.existing_products(dict.fromkeys(self.names))
        names = {product.pk: name for name, product in products.items()}
        lines = OrderLine.objects.filter(product__in=names, unit_price__gt=0, quantity__gt=0)
        lines = lines.exclude(order__customer__in=masters.not_visible(self.importer).values("pk"))
        prices = {}
        for source, number, customer, product, currency, price in (
            lines.order_by("order__ordered_on", "pk")
            .values_list(
                "order__source",
                "order__number",
                "order__customer",
                "product",
                "order__currency",
                "unit_price",
            )
            .iterator(chunk_size=5000)
        ):
            item = (names[product], currency)
            prices["customer", customer, *item] = prices["item", *item] = price
            if source == self.source:
                prices["order", number, *item] = price
        return prices


def skus(names) -> list[str]:
    """The SKUs of items that a file calls by these names: a SKU, or the name of one product."""
    known = masters.existing_products(dict.fromkeys(names))
    unknown = [name for name in names if name not in known]
    renamed = masters.renamed_products() if unknown else {}
    of_name = {}
    for pk, sku, name in Product.objects.filter(name__in=unknown).values_list("pk", "sku", "name"):
        of_name.setdefault(name, []).append(renamed.get(pk, sku))
    return [of_name[name][0] if len(of_name.get(name, ())) == 1 else name for name in names]
