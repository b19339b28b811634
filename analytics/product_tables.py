import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.products import Expected, Sold
from crm.models import Product
from crm.tables.orders import NUMBER
from crm.templatetags.figures import NONE, day, money, number, percent_change, price, quantity

NOTHING = Sold(0, 0, None)
LEAST_FOR_PERCENT = 10


class ProductTable(tables.Table):
    """`figures` (product id -> sold) is fetched once for the products of the page."""

    sku = tables.Column(
        verbose_name=gettext_lazy("Product"), linkify=True, attrs={"td": {"class": "strong wrap"}}
    )
    name = tables.Column(
        verbose_name=gettext_lazy("Name"),
        order_by=("name", "sku"),
        default="",
        attrs={"td": {"class": "breaks"}},
    )
    category = tables.Column(verbose_name=gettext_lazy("Category"), order_by=("category", "sku"), default="")
    kind = tables.Column(verbose_name=gettext_lazy("Kind"), order_by=("kind", "sku"))
    customers = tables.Column(
        verbose_name=gettext_lazy("Customers, 12 months"), empty_values=(), orderable=False, attrs=NUMBER
    )
    quantity = tables.Column(
        verbose_name=gettext_lazy("Quantity, 12 months"), empty_values=(), orderable=False, attrs=NUMBER
    )
    last_on = tables.Column(verbose_name=gettext_lazy("Last ordered"), empty_values=(), orderable=False)

    class Meta:
        model = Product
        fields = ("sku", "name", "category", "kind")
        sequence = ("sku", "name", "category", "kind", "customers", "quantity", "last_on")
        order_by = ("sku",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.figures = {}

    def sold(self, record):
        return self.figures.get(record.pk, NOTHING)

    def render_sku(self, record):
        if record.is_active:
            return record.sku
        return format_html('{} <span class="tag">{}</span>', record.sku, _("no longer sold"))

    def render_customers(self, record):
        return number(self.sold(record).customers)

    def render_quantity(self, record):
        return f"{quantity(self.sold(record).quantity)} {record.unit}".strip()

    def render_last_on(self, record):
        return day(self.sold(record).last_on)


class BuyerTable(tables.Table):
    """`expected` and `price_lists` (by customer id) are fetched once for the customers of the page."""

    name = tables.TemplateColumn(
        template_name="analytics/buyer_cell.html",
        verbose_name=gettext_lazy("Customer, and why he buys it"),
        attrs={"td": {"class": "breaks buyer"}},
    )
    quantity = tables.Column(verbose_name=gettext_lazy("12 months"), attrs=NUMBER)
    before = tables.Column(verbose_name=gettext_lazy("The 12 before"), attrs=NUMBER)
    amount = tables.Column(verbose_name=gettext_lazy("Amount, 12 months"), attrs=NUMBER)
    last_on = tables.Column(verbose_name=gettext_lazy("Last order"), empty_values=())
    due = tables.Column(verbose_name=gettext_lazy("Next expected"), empty_values=(), orderable=False)
    prices = tables.Column(
        verbose_name=gettext_lazy("Last prices"),
        empty_values=(),
        orderable=False,
        attrs={"td": {"class": "wide"}},
    )

    def __init__(self, rows, *, product, **kwargs):
        super().__init__(rows, **kwargs)
        self.product = product
        self.expected, self.price_lists = {}, {}

    def render_quantity(self, record):
        shown = f"{quantity(record.quantity)} {self.product.unit}".strip()
        if record.stopped:
            return format_html('{} <span class="sub late">{}</span>', shown, _("no longer"))
        if record.before < LEAST_FOR_PERCENT:
            return shown
        change = (record.quantity - record.before) / record.before
        return format_html('{} <span class="sub">{}</span>', shown, percent_change(change))

    def render_before(self, record):
        return quantity(record.before)

    def render_amount(self, record):
        return (
            format_html_join("", "{}<br>", ((money(worth, code),) for code, worth in record.amounts)) or NONE
        )

    def render_last_on(self, record):
        return day(record.last_on)

    def render_due(self, record):
        known = self.expected.get(record.pk, Expected())
        look = "late" if known.late else ""
        return format_html(
            '<span class="{}">{}</span><span class="sub">{}</span>', look, known.due, known.rhythm
        )

    def render_prices(self, record):
        return (
            format_html_join(
                "",
                '<span class="price">{} {} <span class="soft">{}</span></span>',
                (
                    (
                        known.currency,
                        price(known.price, known.currency),
                        _("since %(day)s") % {"day": day(known.since)},
                    )
                    for known in self.price_lists.get(record.pk, [])
                ),
            )
            or NONE
        )
