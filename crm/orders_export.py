"""Orders as a list for a spreadsheet: one row an order as the screen shows them, or one row a line."""

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from crm.exporting import download
from crm.importing.mapping import FIELDS
from crm.models import Order, OrderLine
from crm.money import round_money

CHUNK = 2000


def export_orders(request, rows, product):
    """With a product, counts and amounts are of its lines alone."""
    header = [
        _("Order"), _("Ordered on"), _("Customer code"), _("Customer"), _("Kind"), _("Lines"), _("Currency"), _("Amount"),
    ]  # fmt: skip
    columns = ("number", "ordered_on", "customer__code", "customer__name", "kind", "currency")
    wanted = Q(lines__product=product) if product else Q()
    summed = rows.values_list("pk", *columns).annotate(
        n=Count("lines", filter=wanted), total=Sum("lines__amount", filter=wanted)
    )
    # The stream is read after the reader's language has been left.
    kinds = {kind.value: str(kind.label) for kind in Order.Kind}

    def lines():
        for _pk, number, day, code, name, kind, currency, n, total in summed.iterator(CHUNK):
            yield number, day, code, name, kinds[kind], n, currency, round_money(total or 0, currency)

    return download(request, "orders", header, lines())


# A line's columns by the names under which an import knows them again; its kind is for the reader alone.
LINE_COLUMNS = {
    "order_number": "order__number",
    "ordered_on": "order__ordered_on",
    "customer_code": "order__customer__code",
    "customer_name": "order__customer__name",
    "country": "order__customer__country",
    "city": "order__customer__city",
    "line_number": "key",
    "sku": "product__sku",
    "product_name": "product__name",
    "quantity": "quantity",
    "unit": "unit",
    "unit_price": "unit_price",
    "unit_cost": "unit_cost",
    "currency": "order__currency",
    "amount": "amount",
    "promised_on": "promised_on",
}


def export_lines(request, lines):
    return download(request, "order-lines", *line_rows(lines))


def line_rows(lines):
    """(header, rows) of order lines. What an import takes, a line with a unit price of an order with a number, comes in unchanged."""
    header = [*(str(FIELDS[name]) for name in LINE_COLUMNS), _("Kind"), _("Status")]
    columns = (*LINE_COLUMNS.values(), "kind", "order__status")
    rows = lines.order_by("-order__ordered_on", "-order_id", "pk").values_list(*columns)
    # They are read after the reader's language has been left.
    kinds = {kind.value: str(kind.label) for kind in OrderLine.Kind}
    states = {state.value: str(state.label) for state in Order.Status}
    number, sku = (list(LINE_COLUMNS).index(name) for name in ("line_number", "sku"))

    def cells():
        for *values, kind, status in rows.iterator(CHUNK):
            # The ERP gave this line no number: the key is our own.
            if values[number].startswith(f"{values[sku]}:"):
                values[number] = ""
            yield *values, kinds[kind], states[status]

    return header, cells()
