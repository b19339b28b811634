"""The calls that lead: where one does, cards and lists show its day and amount before the model's."""

from django.db.models import Case, F, FilteredRelation, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from analytics.models import Call


def with_lead(rows, today, outlook="", customer="customer__"):
    """Annotates `rows` (a QuerySet), which reach an outlook and a customer by these paths, in the same query.

    shown_on, shown_amount: day and amount of the next order as they are to be shown and sorted by: those of the call that leads,
    or else the model's. led_on: the called day where a call leads (Call.may_lead_q), led_by and led_by_name its author. Where
    it says no amount, or says one in a currency that the customer had once, the model's amount stands.
    """
    calls = f"{customer}calls"
    leads = Call.may_lead_q(today, "lead__", customer, outlook)
    in_currency = Q(lead__currency=F(f"{outlook}currency"))
    rows = rows.annotate(lead=FilteredRelation(calls, condition=Q(**{f"{calls}__leads": True})))
    return rows.annotate(
        led_on=Case(When(leads, then="lead__expected_on")),
        led_amount=Case(When(leads & in_currency, then="lead__amount")),
        led_currency=F("lead__currency"),
        led_by=Case(When(leads, then="lead__author")),
        led_by_name=Case(When(leads, then="lead__author__name")),
        shown_on=Coalesce("led_on", f"{outlook}expected_on"),
        shown_amount=Coalesce("led_amount", f"{outlook}amount"),
    )


def whose(row, user):
    """Who says what is shown of `row` (see with_lead), for `user`; "" where the model does."""
    return "" if row.led_on is None else said_by(row.led_by, row.led_by_name, user)


def said_by(author, name, user):
    return _("your call") if author == user.pk else _("%(who)s’s call") % {"who": name}
