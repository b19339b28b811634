import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from crm.models import Order, OrderLine
from crm.templatetags.figures import amount, day_year, number, quantity

NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class OrderTable(tables.Table):
    """`sums` (order id -> lines, amount) is fetched once for the orders of the page.

    Every order ends in the primary key: rows that are equal otherwise would jump between pages.
    """

    number = tables.Column(
        verbose_name=_("Order"), linkify=True, order_by=("number", "pk"), attrs={"td": {"class": "strong"}}
    )
    ordered_on = tables.Column(verbose_name=_("Ordered on"), order_by=("ordered_on", "pk"))
    customer = tables.Column(
        verbose_name=_("Customer"), linkify=True, order_by=("customer__name", "-ordered_on", "-pk")
    )
    kind = tables.Column(verbose_name=_("Kind"), order_by=("kind", "-ordered_on", "-pk"))
    lines = tables.Column(verbose_name=_("Lines"), empty_values=(), orderable=False, attrs=NUMBER)
    amount = tables.Column(verbose_name=_("Amount"), empty_values=(), orderable=False, attrs=NUMBER)

    class Meta:
        model = Order
        fields = ("number", "ordered_on", "customer", "kind")
        sequence = ("number", "ordered_on", "customer", "kind", "lines", "amount")
        order_by = ("-ordered_on",)

    def __init__(self, *args, product=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.sums = {}
        if product:
            self.columns["amount"].column.verbose_name = _("Amount of %(sku)s") % {"sku": product.sku}

    def render_number(self, record):
        return str(record)

    def render_ordered_on(self, value):
        return day_year(value)

    def render_kind(self, record):
        remarks = [
            (record.kind == Order.Kind.RETURN, "tag tag-risk", record.get_kind_display()),
            (record.kind == Order.Kind.ORDER, "", record.get_kind_display()),
            (record.status == Order.Status.CANCELLED, "tag tag-risk", record.get_status_display()),
            (not record.learn, "tag tag-new", _("not learned from")),
        ]
        return spans((look, text) for present, look, text in remarks if present)

    def render_lines(self, record):
        return number(self.sums.get(record.pk, (0, 0))[0])

    def render_amount(self, record):
        return f"{record.currency} {amount(self.sums.get(record.pk, (0, 0))[1], record.currency)}"


class OrderLineTable(tables.Table):
    product = tables.Column(verbose_name=_("Item"), order_by="product__sku", attrs={"td": {"class": "wrap"}})
    quantity = tables.Column(verbose_name=_("Quantity"), attrs=NUMBER)
    unit_price = tables.Column(verbose_name=_("Unit price"), attrs=NUMBER)
    amount = tables.Column(verbose_name=_("Amount"), attrs=NUMBER)
    remarks = tables.Column(
        verbose_name=_("Remarks"), empty_values=(), orderable=False, attrs={"td": {"class": "breaks"}}
    )

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
        return f"{record.order.currency} {quantity(record.unit_price)}"

    def render_amount(self, record):
        return f"{record.order.currency} {amount(record.amount, record.order.currency)}"

    def render_remarks(self, record):
        return spans(line_remarks(record))


def line_remarks(line):
    """What is special about a line: (look, words, address of the other order or None)."""
    if line.reverses:
        other = line.reverses.order
        yield "tag tag-risk", _("reverses a line of %(order)s") % {"order": other}, other.get_absolute_url()
    for back in line.reversed_by.all():
        words = _("taken back by %(order)s") % {"order": back.order}
        yield "tag tag-risk", words, back.order.get_absolute_url()
    if line.quantity < 0 and not line.reverses:
        yield "tag tag-risk", _("return")
    if line.kind == OrderLine.Kind.SERVICE:
        yield "tag tag-sea", _("service")
    if line.kind == OrderLine.Kind.FREE:
        yield "tag tag-grow", _("free of charge")
    if not line.learn:
        yield "tag tag-new", _("not learned from")


def spans(remarks):
    """Remarks (look, words, and perhaps an address) one beside the other."""
    return format_html_join(" ", "{}", ((_span(*remark),) for remark in remarks))


def _span(look, words, address=None):
    if address:
        return format_html('<a class="{}" href="{}">{}</a>', look, address, words)
    return format_html('<span class="{}">{}</span>', look, words)
