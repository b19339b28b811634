import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from crm.models import Order, OrderLine
from crm.templatetags.figures import amount, day_year, number, quantity

NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class OrderTable(tables.Table):
    """`sums` (order id -> lines, amount) is fetched once for the orders of the page."""

    number = tables.Column(verbose_name=_("Order"), linkify=True, attrs={"td": {"class": "strong"}})
    ordered_on = tables.Column(verbose_name=_("Ordered on"))
    customer = tables.Column(verbose_name=_("Customer"), linkify=True, order_by="customer__name")
    kind = tables.Column(verbose_name=_("Kind"))
    lines = tables.Column(verbose_name=_("Lines"), empty_values=(), orderable=False, attrs=NUMBER)
    amount = tables.Column(verbose_name=_("Amount"), empty_values=(), orderable=False, attrs=NUMBER)

    class Meta:
        model = Order
        fields = ("number", "ordered_on", "customer", "kind")
        sequence = ("number", "ordered_on", "customer", "kind", "lines", "amount")
        order_by = ("-ordered_on",)

    def __init__(self, *args, sums=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.sums = sums or {}

    def value_number(self, record):
        return record.number

    def render_number(self, record):
        return str(record)

    def render_ordered_on(self, value):
        return day_year(value)

    def render_lines(self, record):
        return number(self.sums.get(record.pk, (0, 0))[0])

    def render_amount(self, record):
        return f"{record.currency} {amount(self.sums.get(record.pk, (0, 0))[1], record.currency)}"


class OrderLineTable(tables.Table):
    product = tables.Column(verbose_name=_("Item"), order_by="product__sku", attrs={"td": {"class": "wrap"}})
    quantity = tables.Column(verbose_name=_("Quantity"), attrs=NUMBER)
    unit_price = tables.Column(verbose_name=_("Unit price"), attrs=NUMBER)
    amount = tables.Column(verbose_name=_("Amount"), attrs=NUMBER)
    remarks = tables.Column(verbose_name=_("Remarks"), empty_values=(), orderable=False)

    class Meta:
        model = OrderLine
        fields = ("product", "quantity", "unit_price", "amount")

    def render_product(self, record):
        return format_html(
            '<span class="iname">{}</span> <span class="sub">{}</span>', record.product, record.product.sku
        )

    def render_quantity(self, record):
        return f"{quantity(record.quantity)} {record.unit}".strip()

    def render_unit_price(self, record):
        return quantity(record.unit_price)

    def render_amount(self, record):
        return f"{record.order.currency} {amount(record.amount, record.order.currency)}"

    def render_remarks(self, record):
        return format_html_join(
            " ", '<span class="tag">{}</span>', ((text,) for text in line_remarks(record))
        )


def line_remarks(line):
    """What is special about a line, in words."""
    reversed_by = list(line.reversed_by.all())
    remarks = [
        (line.reverses_id, _("reverses an earlier line")),
        (reversed_by, _("reversed by a return")),
        (line.quantity < 0 and not line.reverses_id, _("return")),
        (line.kind == OrderLine.Kind.SERVICE, _("service")),
        (line.kind == OrderLine.Kind.FREE, _("free of charge")),
        (not line.learn or not line.order.learn, _("not learned from")),
    ]
    return [text for present, text in remarks if present]
