import django_tables2 as tables
from django.db.models import Case, When
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from analytics.models import Outlook
from analytics.tables import led_amount, led_day
from crm.tables.orders import NUMBER
from crm.templatetags.figures import (
    NONE,
    country,
    currency_range,
    day,
    day_range,
    number,
    percent,
    quantity,
    weekday_day,
)

SHOWN_ITEMS = 3
REP_SHOWN = {"td": {"class": "strong wrap"}}


class _OutlookTable(tables.Table):
    """Outlooks with what leads (analytics.ledger.leading.with_lead)."""

    customer = tables.Column(
        verbose_name=gettext_lazy("Customer"),
        linkify=lambda record: record.customer.get_absolute_url(),
        order_by=("customer__name", "pk"),
        attrs=REP_SHOWN,
    )
    amount = tables.Column(
        verbose_name=gettext_lazy("Worth, 8 in 10"),
        empty_values=(),
        order_by=("currency", "shown_amount", "pk"),
        attrs=NUMBER,
    )

    def __init__(self, *args, today, user, prefix="", **kwargs):
        super().__init__(*args, prefix=prefix, **kwargs)
        self.today, self.user = today, user
        self.shows_owner = user.role != User.Role.REP

    def render_customer(self, record):
        customer = record.customer
        about = [country(customer.country) or customer.code]
        if self.shows_owner and customer.owner:
            about.append(str(customer.owner))
        return format_html('{}<span class="sub">{}</span>', customer.name, " · ".join(filter(None, about)))

    def render_amount(self, record):
        if called := led_amount(record):
            return called
        if record.amount is None:
            return NONE
        return currency_range(record.amount_low, record.amount_high, record.currency)

    def render_order_days(self, record):
        words = ngettext("%(n)s order", "%(n)s orders", record.order_days) % {"n": number(record.order_days)}
        return format_html(
            '<a href="{}?customer={}">{}</a><span class="sub">{}</span>',
            reverse("orders"),
            record.customer_id,
            words,
            _("last %(day)s") % {"day": day(record.last_ordered_on)},
        )


class NextTable(_OutlookTable):
    """Orders that are to come, each once: the next one of each customer.

    `baskets` and `products` are fetched once for the customers of the page.
    """

    expected_on = tables.Column(
        verbose_name=gettext_lazy("Best guess"), empty_values=(), order_by=("shown_on", "pk")
    )
    low_on = tables.Column(
        verbose_name=gettext_lazy("8 in 10 fall between"), empty_values=(), order_by=("low_on", "pk")
    )
    confidence = tables.Column(
        verbose_name=gettext_lazy("Confidence, ± 7 days"), empty_values=(), attrs=NUMBER
    )
    items = tables.Column(
        verbose_name=gettext_lazy("Main items"),
        empty_values=(),
        orderable=False,
        attrs={"td": {"class": "breaks items"}},
    )
    order_days = tables.Column(verbose_name=gettext_lazy("Behind it"), orderable=False)

    class Meta:
        model = Outlook
        fields = ("customer",)
        sequence = ("customer", "expected_on", "low_on", "confidence", "amount", "items", "order_days")
        order_by = ("expected_on",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.baskets, self.products = {}, {}

    def render_expected_on(self, record):
        away = (record.shown_on - self.today).days
        words = (
            _("today") if not away else ngettext("in %(n)s day", "in %(n)s days", away) % {"n": number(away)}
        )
        if record.led_on:
            return led_day(record, self.user, words)
        return format_html(
            '<span class="fc-day">{}</span><span class="sub">{}</span>',
            weekday_day(record.expected_on),
            words,
        )

    def render_low_on(self, record):
        if record.low_on is None:
            return NONE
        days = day_range(record.low_on, record.high_on)
        if not record.led_on:
            return days
        return format_html('<span class="soft">{}</span><span class="sub">{}</span>', days, _("Dangol"))

    def render_confidence(self, record):
        return NONE if record.led_on else percent(record.confidence)

    def order_confidence(self, rows, descending):
        """Of a call nobody knows how sure it is: those come last."""
        confidence = Case(When(led_on=None, then="confidence"))
        confidence = confidence.desc(nulls_last=True) if descending else confidence.asc(nulls_last=True)
        return rows.order_by(confidence, "pk"), True

    def render_items(self, record):
        rows = self.baskets.get(record.pk, [])[:SHOWN_ITEMS]
        return (
            format_html_join(
                "", '<span class="item">{} <span class="soft">{}</span></span>', map(self._item, rows)
            )
            or NONE
        )

    def _item(self, row):
        product = self.products.get(row["item"])
        much = (
            ""
            if row["quantity"] is None
            else f"{quantity(row['quantity'])} {product.unit if product else ''}".strip()
        )
        return (str(product) if product else NONE, " · ".join(filter(None, [much, percent(row["p"])])))


class LateTable(_OutlookTable):
    """Expected until now and not in: overdue, or of customers whose orders are known up to too long ago."""

    high_on = tables.Column(
        verbose_name=gettext_lazy("Was due by"), order_by=("overdue_after_on", "pk"), empty_values=()
    )
    overdue_days = tables.Column(
        verbose_name=gettext_lazy("Overdue"), order_by=("overdue_days", "pk"), attrs=NUMBER
    )
    order_days = tables.Column(verbose_name=gettext_lazy("Behind it"), orderable=False)

    class Meta:
        model = Outlook
        fields = ("customer",)
        sequence = ("customer", "high_on", "overdue_days", "amount", "order_days")
        order_by = ("-overdue_days",)

    def render_high_on(self, record):
        return day(record.overdue_after_on if record.overdue_days > 0 else record.expected_on)

    def render_overdue_days(self, record):
        if record.overdue_days <= 0:
            words = _("orders known up to %(day)s only") % {"day": day(record.known_through)}
            return format_html('<span class="soft">{}</span>', words)
        words = ngettext("%(n)s day", "%(n)s days", record.overdue_days)
        return format_html('<span class="late">{}</span>', words % {"n": number(record.overdue_days)})
