import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.expected.items import HORIZONS
from analytics.products import Sold
from crm.tables.orders import NUMBER
from crm.templatetags.figures import NONE, number, quantity, range_places

NOTHING = Sold(0, 0, None)


def whole(value):
    """Nobody plans with parts of a piece; of what is less than ten one digit behind the point says how likely it is."""
    return number(value, _places(value))


def _places(value):
    return 0 if value >= 10 else 1


def _range(of):
    low, high = (number(end, range_places(of.low, of.high, _places(end))) for end in (of.low, of.high))
    return f"{low} – {high}"


class DemandTable(tables.Table):
    """`sold` (product id -> twelve months of it) is fetched once for the products of the page."""

    product = tables.Column(
        verbose_name=gettext_lazy("Product"),
        linkify=lambda record: record.product.get_absolute_url(),
        order_by=("product__name", "product__sku"),
        attrs={"td": {"class": "strong wrap"}},
    )
    in_30 = tables.Column(
        verbose_name=gettext_lazy("Next 30 days"), attrs=NUMBER, order_by=("in_30", "product__sku")
    )
    in_60 = tables.Column(
        verbose_name=gettext_lazy("Next 60 days"), attrs=NUMBER, order_by=("in_60", "product__sku")
    )
    in_90 = tables.Column(
        verbose_name=gettext_lazy("Next 90 days"), attrs=NUMBER, order_by=("in_90", "product__sku")
    )
    customers = tables.Column(verbose_name=gettext_lazy("Likely customers"), attrs=NUMBER)
    buyers = tables.Column(
        verbose_name=gettext_lazy("Most of it to, in 90 days"),
        orderable=False,
        empty_values=(),
        attrs={"td": {"class": "breaks items"}},
    )
    year = tables.Column(
        verbose_name=gettext_lazy("Ordered in 12 months"), empty_values=(), orderable=False, attrs=NUMBER
    )

    class Meta:
        order_by = ("-customers",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.sold = {}

    def render_product(self, record):
        return format_html('{}<span class="sub">{}</span>', record.product, record.product.sku)

    def render_in_30(self, record):
        return self._quantity(record, 30)

    def render_in_60(self, record):
        return self._quantity(record, 60)

    def render_in_90(self, record):
        return self._quantity(record, 90)

    @staticmethod
    def _quantity(record, days):
        of = record.quantities[HORIZONS.index(days)]
        return format_html(
            '<b class="fc-day">{} {}</b><span class="sub">{}</span>',
            whole(of.mean), record.product.unit, _("most likely nothing") if of.seldom else _range(of),
        )  # fmt: skip

    def render_customers(self, record):
        return number(record.customers)

    def render_buyers(self, record):
        orders = reverse("orders")
        shown = format_html_join(
            "",
            '<span class="item"><a href="{}">{}</a> <a class="soft" href="{}?customer={}&amp;product={}">{} {}</a></span>',
            (
                (reverse("customer", args=[buyer.customer]), buyer.name, orders, buyer.customer, record.product.pk,
                 whole(buyer.quantity), record.product.unit)
                for buyer in record.buyers
            ),
        )  # fmt: skip
        if not record.more:
            return shown or NONE
        words = ngettext("and %(n)s more", "and %(n)s more", record.more) % {"n": number(record.more)}
        return format_html('{}<span class="item soft">{}</span>', shown, words)

    def render_year(self, record):
        words = (
            f"{quantity(self.sold.get(record.product.pk, NOTHING).quantity)} {record.product.unit}".strip()
        )
        return format_html('<a href="{}?product={}">{}</a>', reverse("orders"), record.product.pk, words)


def export_header():
    names = [_("SKU"), _("Name"), _("Category"), _("Unit")]
    for days in HORIZONS:
        names += [
            _("Expected in %(n)s days") % {"n": days},
            _("%(n)s days, from") % {"n": days},
            _("%(n)s days, to") % {"n": days},
        ]
    return [*names, _("Likely customers"), _("Most of it to, in 90 days")]


def export_row(demand):
    product = demand.product
    numbers = [round(value, 1) for of in demand.quantities for value in (of.mean, of.low, of.high)]
    buyers = "; ".join(f"{buyer.name} ({round(buyer.quantity, 1)})" for buyer in demand.buyers)
    return [product.sku, product.name, product.category, product.unit, *numbers, demand.customers, buyers]
