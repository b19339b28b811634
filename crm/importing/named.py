"""Customers and products by what a file calls them, where the file makes none: of several of one name none is meant."""

from dataclasses import dataclass, field

from crm.importing import masters
from crm.models import Customer, Product


@dataclass
class Names:
    """`missing`, `several`: the reasons to give where nothing, or more than one thing, is called so."""

    missing: str
    several: str
    said: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    by_name: dict = field(default_factory=dict)
    shown: dict = field(default_factory=dict)

    def add(self, pk, code, name, said):
        """`said`: (code, name) by which files know it, where a person has changed them here."""
        self.shown[pk] = name or code
        if said[0]:
            self.said[said[0]] = pk
        if code:
            self.codes[code] = pk
        for known in filter(None, (name, said[1])):
            self.by_name.setdefault(known.casefold(), set()).add(pk)

    def find(self, code, name):
        """(key, reason why there is none). Either column may hold the other's: a report has one for both as often as not."""
        for text in filter(None, (code, name)):
            # As orders find them: whom files call so comes before whom people call so here.
            if found := self.said.get(text) or self.codes.get(text):
                return found, ""
        for text in filter(None, (name, code)):
            found = self.by_name.get(text.casefold(), ())
            if found:
                return (next(iter(found)), "") if len(found) == 1 else (None, self.several)
        return None, self.missing


def customers(importer) -> Names:
    """Of the importer's own alone: about a colleague's customer he is told what he would be told about nobody's."""
    names = Names("none_of_yours", "several_customers")
    mine = Customer.objects.exclude(pk__in=masters.not_visible(importer).values("pk"))
    for pk, code, name, imported in mine.order_by("pk").values_list("pk", "code", "name", "imported"):
        last = imported or {}
        names.add(pk, code, name, (last.get("code"), last.get("name")))
    return names


def products() -> Names:
    names = Names("unknown_product", "several_products")
    for pk, sku, name, imported in Product.objects.order_by("pk").values_list(
        "pk", "sku", "name", "imported"
    ):
        last = imported or {}
        names.add(pk, sku, name, (last.get("sku"), last.get("name")))
    return names
