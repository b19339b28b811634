import django_tables2 as tables
from django.db.models import F, FloatField
from django.db.models.functions import Cast, NullIf
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from analytics.ledger.figures import Rate
from crm.templatetags.figures import NONE, country, number, percent

NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class LedgerCustomersTable(tables.Table):
    """Of analytics.ledger.figures.by_customer: the best known ones first, or those that nobody gets right."""

    name = tables.Column(
        accessor="customer__name",
        verbose_name=gettext_lazy("Customer"),
        order_by=("customer__name", "customer"),
        attrs={"td": {"class": "strong wrap"}},
    )
    owner = tables.Column(
        accessor="customer__owner__name",
        verbose_name=gettext_lazy("Sales rep"),
        order_by=("customer__owner__name", "customer__name", "customer"),
    )
    model = tables.Column(verbose_name=gettext_lazy("Dangol right"), empty_values=(), attrs=NUMBER)
    naive = tables.Column(verbose_name=gettext_lazy("Naive rule right"), empty_values=(), attrs=NUMBER)
    rep = tables.Column(verbose_name=gettext_lazy("Sales rep right"), empty_values=(), attrs=NUMBER)

    class Meta:
        order_by = ("-model",)

    def render_name(self, value, record):
        url = reverse("customer_ledger", args=[record["customer"]])
        place = country(record["customer__country"])
        return format_html('<a href="{}">{}</a><span class="sub">{}</span>', url, value, place)

    def render_model(self, record):
        return _rate(record["model_right"], record["model_of"])

    def render_naive(self, record):
        return _rate(record["naive_right"], record["naive_of"])

    def render_rep(self, record):
        return _rate(record["rep_right"], record["rep_of"])

    def order_model(self, rows, descending):
        return _by("model", rows, descending)

    def order_naive(self, rows, descending):
        return _by("naive", rows, descending)

    def order_rep(self, rows, descending):
        return _by("rep", rows, descending)


def _by(method, rows, descending):
    """By the share that was right; of the same share the one that more orders tell first."""
    share = Cast(F(f"{method}_right"), FloatField()) / NullIf(Cast(F(f"{method}_of"), FloatField()), 0.0)
    share = share.desc(nulls_last=True) if descending else share.asc(nulls_last=True)
    return rows.order_by(share, F(f"{method}_of").desc(), "customer"), True


def _rate(right, of):
    rate = Rate(right, of)
    if not of:
        return NONE
    share = percent(rate.share) if rate.enough else ""
    return format_html('{} / {} <span class="soft">{}</span>', number(right), number(of), share)
