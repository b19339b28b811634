import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.cards import bars
from crm.tables.orders import NUMBER
from crm.templatetags.figures import NONE, currency_range, money_short, percent

SHOWN_CURRENCIES = 3
OF_TARGETS = ("target", "received", "rest", "share")
LOOKS = {"ok": "tag tag-grow", "open": "tag tag-new", "short": "tag tag-risk"}


class YearTable(tables.Table):
    """Rows of analytics.expected.year_rows."""

    name = tables.Column(
        linkify=lambda record: record.url, order_by=("name",), attrs={"td": {"class": "strong wrap"}}
    )
    months = tables.Column(
        verbose_name=gettext_lazy("By month"),
        empty_values=(),
        orderable=False,
        attrs={"td": {"class": "hide-s"}},
    )
    base = tables.Column(
        verbose_name=gettext_lazy("Next 12 months"), order_by=("base", "name"), empty_values=(), attrs=NUMBER
    )
    target = tables.Column(
        verbose_name=gettext_lazy("Target"), empty_values=(), orderable=False, attrs=NUMBER
    )
    received = tables.Column(
        verbose_name=gettext_lazy("Received so far"), empty_values=(), orderable=False, attrs=NUMBER
    )
    rest = tables.Column(
        verbose_name=gettext_lazy("Still expected"), empty_values=(), orderable=False, attrs=NUMBER
    )
    share = tables.Column(
        verbose_name=gettext_lazy("Will end at"), order_by=("share", "base"), empty_values=(), attrs=NUMBER
    )

    class Meta:
        order_by = ("-base",)

    def __init__(self, *args, heading, **kwargs):
        super().__init__(*args, **kwargs)
        self.columns["name"].column.verbose_name = heading

    def render_name(self, record):
        if not record.about:
            return record.name
        return format_html('{}<span class="sub">{}</span>', record.name, record.about)

    def render_months(self, record):
        return format_html(
            '<svg class="minibars ahead" width="84" height="22" aria-hidden="true">{}</svg>',
            format_html_join(
                "",
                '<rect x="{}" y="{}" width="5" height="{}" class="{}"/>',
                ((bar["x"], str(bar["y"]), str(bar["h"]), "z" if bar["zero"] else "") for bar in bars(record.sum.months)),
            ),
        )  # fmt: skip

    def render_base(self, record):
        totals = record.sum.totals
        if not totals:
            return NONE
        if len(totals) == 1:
            return _with_range(totals[0])
        each = " · ".join(money_short(total.amount, total.currency) for total in totals[:SHOWN_CURRENCIES])
        if len(totals) > SHOWN_CURRENCIES:
            each += " …"
        if record.sum.in_base is None:
            return each
        return format_html('{}<span class="sub">{}</span>', _with_range(record.sum.in_base), each)

    def render_target(self, record):
        if record.landing is None:
            return NONE
        words = money_short(record.landing.amount, record.landing.currency)
        return format_html('{}<span class="sub">{}</span>', words, record.landing.period)

    def render_received(self, record):
        of = record.landing
        if of is None:
            return NONE
        words, part = money_short(of.received, of.currency), percent(of.received_share)
        if not record.orders_url:
            return format_html('{}<span class="sub">{}</span>', words, part)
        return format_html(
            '<a href="{}&amp;since={}&amp;until={}">{}</a><span class="sub">{}</span>',
            record.orders_url,
            of.since,
            of.until,
            words,
            part,
        )

    def render_rest(self, record):
        of = record.landing
        return (
            NONE
            if of is None
            else format_html('<span class="fc-day">{}</span>', money_short(of.rest, of.currency))
        )

    def render_share(self, record):
        of = record.landing
        if of is None:
            return NONE
        gap = (
            _("without %(currencies)s: no rate") % {"currencies": ", ".join(of.missing)} if of.missing else ""
        )
        return format_html(
            '<span class="{}">{}</span> <b class="fc-day">{}</b><span class="sub">{}</span><span class="sub">{}</span>{}',
            LOOKS[of.state],
            percent(of.share),
            money_short(of.point, of.currency),
            currency_range(of.low, of.high, of.currency),
            of.period,
            format_html('<span class="sub late">{}</span>', gap) if gap else "",
        )


def _with_range(total):
    return format_html(
        '<b class="fc-day">{}</b><span class="sub">{}</span>',
        money_short(total.amount, total.currency),
        currency_range(total.low, total.high, total.currency),
    )


def export_header(labels, base):
    """Whoever reads a number there has no page around it: each column names its period and its currency, or where that stands."""
    months = [_("%(month)s, in %(currency)s") % {"month": label, "currency": base} for label in labels]
    months[0] = _("%(month)s, what is left of it, in %(currency)s") % {"month": labels[0], "currency": base}
    period = {"since": labels[0], "until": labels[-1]}
    return [
        _("Name"), _("About"), *months,
        _("Currency"), _("Expected %(since)s to %(until)s") % period, _("Expected %(since)s to %(until)s, low end") % period,
        _("Expected %(since)s to %(until)s, high end") % period,
        _("Target"), _("Target's currency"), _("Target from"), _("Target to"),
        _("Received so far, in the target's currency"), _("Still expected, in the target's currency"),
        _("Will end at, in the target's currency"), _("Will end at, low end, in the target's currency"),
        _("Will end at, high end, in the target's currency"),
    ]  # fmt: skip


def export_rows(row, base):
    """One line a currency, and one in the base currency where there are several; the target stands in the first."""
    of = row.landing
    target = [None] * 9
    if of:
        numbers = (of.received, of.rest, of.point, of.low, of.high)
        target = [of.amount, of.currency, of.since, of.until, *(round(value, 2) for value in numbers)]
    totals = (
        row.sum.totals if len(row.sum.totals) < 2 else [*filter(None, [row.sum.in_base]), *row.sum.totals]
    )
    months = [round(value, 2) for value in row.sum.months] or [None] * 12
    for n, total in enumerate(totals or [None]):
        money = [None] * 4
        if total:
            money = [total.currency, *(round(value, 2) for value in (total.amount, total.low, total.high))]
        yield [
            row.name,
            row.about,
            *(months if n == 0 else [None] * 12),
            *money,
            *(target if n == 0 else [None] * 9),
        ]
