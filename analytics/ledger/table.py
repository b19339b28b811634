import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.ledger import words
from analytics.ledger.orderdays import in_time
from analytics.models import Settlement
from crm.templatetags.figures import NONE, day, day_range, money_short, number, percent

NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


def _sub(words):
    return format_html('<span class="sub">{}</span>', words) if words else ""


def _subs(lines):
    return format_html_join("", "{}", ((_sub(line),) for line in lines))


class LedgerTable(tables.Table):
    """Of analytics.ledger.lines.Line: one row an order day, the latest first; a phone begins with a few of them."""

    SHOWN_ON_PHONES = 8

    on = tables.Column(verbose_name=gettext_lazy("Order"), empty_values=(), attrs={"td": {"class": "strong"}})
    model = tables.Column(
        verbose_name=gettext_lazy("Dangol called"), empty_values=(), attrs={"td": {"class": "by-model"}}
    )
    naive = tables.Column(verbose_name=gettext_lazy("Naive rule"), empty_values=())
    rep = tables.Column(verbose_name=gettext_lazy("Sales rep called"), empty_values=())
    amount = tables.Column(verbose_name=gettext_lazy("Amount"), empty_values=(), attrs=NUMBER)
    basket = tables.Column(verbose_name=gettext_lazy("Items"), empty_values=(), attrs=NUMBER)

    class Meta:
        orderable = False

    def __init__(self, *args, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.orders_url = f"{reverse('orders')}?customer={customer.pk}"

    @property
    def folded(self):
        """How many rows of this page a phone shows only when it is asked to."""
        return max(len(self.paginated_rows) - self.SHOWN_ON_PHONES, 0)

    def render_on(self, record):
        if record.on:
            url = f"{self.orders_url}&since={record.on}&until={record.on}"
            shown = format_html('<a href="{}">{}</a>', url, day(record.on))
        else:
            look, word = ("tag-risk", _("missed")) if record.state == "missed" else ("tag-new", _("awaited"))
            shown = format_html('<span class="tag {}">{}</span>', look, word)
        after = _("after %(day)s") % {"day": day(record.anchor_on)}
        if record.replayed:
            after = f"{after} · {_('replayed')}"
        return format_html("{}{}", shown, _sub(after))

    def render_model(self, value):
        if not value:
            return NONE
        window = day_range(value.said.low_on, value.said.high_on)
        n = value.revisions
        if n:
            window += " · " + ngettext("revised once", "revised %(n)s times", n) % {"n": number(n)}
        return self._side(value, window)

    def render_naive(self, value):
        return self._side(value)

    def render_rep(self, value, record):
        who = value and str(value.said.author)
        # Of several the one that is scored is shown: where none is, none was in time.
        if value and record.on and value.score is None and not in_time(value.said.made_on, record.on):
            who += " · " + _("too late, not scored")
        return self._side(value, who)

    def render_amount(self, record):
        called = [
            (record.model, _("called %(amount)s")),
            (record.rep, _("rep %(amount)s")),
        ]
        lines = [
            " ".join(
                filter(
                    None, [text % {"amount": money_short(side.said.amount, side.said.currency)}, _error(side)]
                )
            )
            for side, text in called
            if side and side.said.amount is not None
        ]
        came = money_short(record.amount, record.currency) if record.state == "settled" else NONE
        return format_html("{}{}", came, _subs(lines))

    def render_basket(self, record):
        if record.state != "settled":
            return NONE
        score = record.model.score if record.model else None
        parts = []
        if score and score.basket_f1 is not None:
            parts.append(_("basket %(share)s") % {"share": percent(score.basket_f1)})
        if score and score.quantities_right is not None:
            parts.append(_("quantities %(share)s") % {"share": percent(score.quantities_right)})
        return format_html("{}{}", number(record.basket), _subs(parts))

    @staticmethod
    def _side(side, window=None):
        if not side:
            return NONE
        called = day(side.said.expected_on)
        return format_html('<span class="called">{}</span> {}{}', called, _verdict(side.score), _sub(window))


def _verdict(score):
    if score is None:
        return ""
    if score.state == Settlement.State.MISSED:
        return format_html('<span class="tag tag-risk">{}</span>', _("missed"))
    look = "tag-grow" if score.right else "tag-risk"
    return format_html('<span class="tag {}">{}</span>', look, words.off(score.days_off))


def _error(side):
    return (
        f"({words.error(side.score.amount_error)})"
        if side.score and side.score.amount_error is not None
        else ""
    )
