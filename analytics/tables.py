import django_tables2 as tables
from django.db.models import Case, F, Q, When
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.ledger.leading import whose
from analytics.models import Outlook
from analytics.sentences import every
from crm.models import Customer
from crm.templatetags.figures import NONE, country, day, day_range, money_short, weekday_day

NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class CustomerTable(tables.Table):
    """Of customers with what leads (analytics.ledger.leading.with_lead), out of the stored outlook and the calls alone.

    Values sort within their currency: they are never compared across.
    """

    name = tables.Column(
        verbose_name=gettext_lazy("Customer"), linkify=True, attrs={"td": {"class": "strong wrap"}}
    )
    expected_on = tables.Column(verbose_name=gettext_lazy("Next order"), empty_values=(), accessor="outlook")
    overdue_days = tables.Column(
        verbose_name=gettext_lazy("Overdue"), empty_values=(), accessor="outlook", attrs=NUMBER
    )
    amount = tables.Column(
        verbose_name=gettext_lazy("Worth"), empty_values=(), accessor="outlook", attrs=NUMBER
    )
    amount_12m = tables.Column(
        verbose_name=gettext_lazy("Ordered in 12 months"), empty_values=(), accessor="outlook", attrs=NUMBER
    )
    last_ordered_on = tables.Column(
        verbose_name=gettext_lazy("Last order"), empty_values=(), accessor="outlook"
    )
    interval_days = tables.Column(verbose_name=gettext_lazy("Rhythm"), empty_values=(), accessor="outlook")

    class Meta:
        model = Customer
        fields = ("name",)
        order_by = ("-overdue_days",)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def render_name(self, record):
        place = country(record.country)
        return format_html('{}<span class="sub">{}</span>', record.name, place or record.code)

    def render_expected_on(self, record):
        outlook = outlook_of(record)
        if not outlook:
            return format_html('<span class="soft">{}</span>', _("being computed"))
        if record.led_on:
            return led_day(record, self.user)
        if outlook.needs_orders:
            words = ngettext("needs %(n)s more order", "needs %(n)s more orders", outlook.needs_orders)
            return format_html('<span class="soft">{}</span>', words % {"n": outlook.needs_orders})
        if outlook.lapsed:
            return format_html('<span class="soft">{}</span>', _("silent for long"))
        if outlook.overdue_days > 0:
            return _("was due by %(day)s") % {"day": day(outlook.overdue_after_on)}
        return day_range(outlook.low_on, outlook.high_on)

    def render_overdue_days(self, record):
        outlook = outlook_of(record)
        if not outlook or outlook.overdue_days <= 0 or record.led_on:
            return ""
        words = ngettext("%(n)s day", "%(n)s days", outlook.overdue_days) % {"n": outlook.overdue_days}
        if outlook.lapsed:
            return format_html('<span class="soft">{}</span>', words)
        return format_html('<span class="late">{}</span>', words)

    def render_amount(self, record):
        outlook = outlook_of(record)
        if not outlook:
            return NONE
        return led_amount(record) or money_short(outlook.amount, outlook.currency)

    def render_amount_12m(self, record):
        outlook = outlook_of(record)
        return money_short(outlook.amount_12m, outlook.currency) if outlook else NONE

    def render_last_ordered_on(self, record):
        outlook = outlook_of(record)
        return day(outlook.last_ordered_on) if outlook else NONE

    def render_interval_days(self, record):
        outlook = outlook_of(record)
        return every(outlook.interval_days) if outlook and outlook.interval_days else NONE

    def order_expected_on(self, rows, descending):
        return self._by(rows, "shown_on", descending)

    def order_overdue_days(self, rows, descending):
        """The longest overdue first, then the others by when their next order comes; the long silent last."""
        led = Q(led_on__isnull=False)
        days = Case(When(led, then=0), default="outlook__overdue_days")
        days = days.desc(nulls_last=True) if descending else days.asc(nulls_last=True)
        silent = Case(When(led, then=0), When(Outlook.lapsed_q(), then=1), default=0)
        return rows.order_by(silent, days, F("shown_on").asc(nulls_last=True), "pk"), True

    def order_last_ordered_on(self, rows, descending):
        return self._by(rows, "outlook__last_ordered_on", descending)

    def order_interval_days(self, rows, descending):
        return self._by(rows, "outlook__interval_days", descending)

    def order_amount(self, rows, descending):
        return self._by(rows, "shown_amount", descending, "outlook__currency")

    def order_amount_12m(self, rows, descending):
        return self._by(rows, "outlook__amount_12m", descending, "outlook__currency")

    @staticmethod
    def _by(rows, column, descending, *first):
        value = F(column)
        value = value.desc(nulls_last=True) if descending else value.asc(nulls_last=True)
        return rows.order_by(*first, value, "pk"), True


def led_day(row, user, about=""):
    """The day of the call that leads, and whose it is."""
    return format_html(
        '<span class="led-day">{}</span>{}<span class="sub led-by">{}</span>',
        weekday_day(row.led_on),
        format_html('<span class="sub">{}</span>', about) if about else "",
        whose(row, user),
    )


def led_amount(row):
    """What the call that leads says, or "" where none says an amount."""
    if row.led_amount is None:
        return ""
    return format_html('<span class="led-day">{}</span>', money_short(row.led_amount, row.led_currency))


def outlook_of(customer):
    return getattr(customer, "outlook", None)
