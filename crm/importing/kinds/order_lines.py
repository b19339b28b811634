"""Orders with their lines, their customers and their products: the flat file of an ERP, one order line a row."""

from django.utils.translation import gettext_lazy as _

from crm.importing import items, looks, mapping
from crm.importing.kinds.base import Field, Kind
from crm.importing.mapping import ITEM, base
from crm.models import Order, OrderLine


class OrderLines(Kind):
    """Staged in the database and applied set by set (crm.importing.runs): half a million rows are an ordinary file."""

    name = "orders"
    label = _("Orders")
    says = _("one order line a row; customers and products come from it too")
    page, page_label = "customers", _("See the customers")
    fills = (Order, OrderLine)
    fields = {name: Field(label, mapping.SYNONYMS[name]) for name, label in mapping.FIELDS.items()}
    looks = (
        ("ordered_on", looks.is_date),
        ("currency", looks.is_currency),
        ("country", looks.is_country),
        ("quantity", looks.is_count),
        ("unit_price", looks.is_number),
    )
    asks = frozenset(["currency", "date_order", "owner", "complete_through", "source"])

    repeated = frozenset([ITEM])

    def missing(self, columns):
        return mapping.missing_fields(columns)

    def lacks(self, columns):
        # Headers that are items say neither item nor quantity in words.
        return self.missing(columns if {"sku", "quantity"} & set(columns) else {*columns, ITEM})

    def is_field(self, field):
        return items.is_field(field)

    def is_number(self, field):
        return base(field) in mapping.NUMBERS

    def label_of(self, field):
        return items.label(field)

    def choices(self, header, chosen):
        groups = {*items.groups(header).values(), *(field for field in chosen if "#" in field)}
        return [
            *super().choices(header, chosen),
            (ITEM, mapping.ITEM_LABEL),
            *((field, items.label(field)) for field in sorted(groups, key=items.by_group)),
        ]

    def choice_of(self, field):
        return items.choice(field)

    def field_at(self, choice, index):
        return f"{ITEM}@{index}" if choice == ITEM or base(choice) == ITEM else choice

    def contradictions(self, chosen):
        if ITEM not in chosen or not any(base(field) in {"sku", "quantity"} for field in chosen):
            return []
        return [
            _("Item columns say both item and quantity: leave out the other columns of SKU and quantity.")
        ]

    def further(self, header, known):
        found = {index: f"{ITEM}@{index}" for index, name in enumerate(header) if name.strip() in known}
        return found | mapping.codes_beside_names(header) | items.groups(header)

    def said_by(self, fields):
        grouped = {base(field) for field in fields if "#" in field}
        return grouped | ({"sku", "quantity"} if any(base(field) == ITEM for field in fields) else set())
