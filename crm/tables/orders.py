import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from crm.models import Order
from crm.templatetags.figures import amount, day_year, number

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


def spans(remarks):
    """Remarks (look, words, and perhaps an address) one beside the other."""
    return format_html_join(" ", "{}", ((_span(*remark),) for remark in remarks))


def _span(look, words, address=None):
    if address:
        return format_html('<a class="{}" href="{}">{}</a>', look, address, words)
    return format_html('<span class="{}">{}</span>', look, words)
