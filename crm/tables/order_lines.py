import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.models import OrderLine
from crm.tables.orders import NUMBER, spans
from crm.templatetags.figures import amount, day, day_year, number, price, quantity

SHIPPED = {"td": {"class": "breaks"}}


class OrderLineTable(tables.Table):
    product = tables.Column(verbose_name=_("Item"), order_by="product__sku", attrs={"td": {"class": "wrap"}})
    quantity = tables.Column(verbose_name=_("Quantity"), attrs=NUMBER)
    unit_price = tables.Column(verbose_name=_("Unit price"), attrs=NUMBER)
    amount = tables.Column(verbose_name=_("Amount"), attrs=NUMBER)
    promised_on = tables.Column(verbose_name=_("Promised for"))
    shipped = tables.Column(verbose_name=_("Shipped"), empty_values=(), orderable=False, attrs=SHIPPED)
    remarks = tables.Column(
        verbose_name=_("Remarks"), empty_values=(), orderable=False, attrs={"td": {"class": "breaks"}}
    )
    switch = tables.Column(
        verbose_name=_("Forecasts"), empty_values=(), orderable=False, attrs={"td": {"class": "switch"}}
    )

    class Meta:
        model = OrderLine
        fields = ("product", "quantity", "unit_price", "amount", "promised_on")
        sequence = (
            "product", "quantity", "unit_price", "amount", "promised_on", "shipped", "remarks", "switch"
        )  # fmt: skip

    def __init__(self, lines, *, deliveries, **kwargs):
        """Of deliveries and remarks there are columns where there is something to say."""
        unknown = [
            name
            for name, known in (
                ("promised_on", any(line.promised_on for line in lines)),
                ("remarks", any(list(line_remarks(line)) for line in lines)),
                ("shipped", any(delivery.shipped or delivery.open for delivery in deliveries.values())),
            )
            if not known
        ]
        super().__init__(lines, exclude=unknown, **kwargs)
        self.deliveries = deliveries

    def render_product(self, record):
        return format_html(
            '<a class="iname" href="{}">{}</a> <span class="sub">{}</span>',
            record.product.get_absolute_url(),
            record.product,
            record.product.sku,
        )

    def render_quantity(self, record):
        return f"{quantity(record.quantity)} {record.unit}".strip()

    def render_unit_price(self, record):
        return f"{record.order.currency} {price(record.unit_price, record.order.currency)}"

    def render_amount(self, record):
        return f"{record.order.currency} {amount(record.amount, record.order.currency)}"

    def render_promised_on(self, value):
        return day_year(value)

    def render_shipped(self, record):
        delivery = self.deliveries[record.pk]
        return spans(delivery_remarks(delivery))

    def render_switch(self, record):
        """Belongs to the one form at the end of the table, which has the token."""
        return format_html(
            '<button class="button quiet" type="submit" form="line-learn" formaction="{}" name="learn" value="{}">'
            '{}<span class="sr"> {}</span></button>',
            reverse("line_learn", args=[record.pk]),
            0 if record.learn else 1,
            _("Leave out") if record.learn else _("Learn again"),
            record.product.sku,
        )

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


def delivery_remarks(delivery):
    if delivery.shipped:
        words = _("%(n)s on %(day)s") % {"n": quantity(delivery.shipped), "day": day(delivery.last_on)}
        yield "", words
    if delivery.open:
        yield "tag", _("%(n)s open") % {"n": quantity(delivery.open)}
    if delivery.late_days:
        words = ngettext("%(n)s day late", "%(n)s days late", delivery.late_days)
        yield "tag tag-risk", words % {"n": number(delivery.late_days)}
