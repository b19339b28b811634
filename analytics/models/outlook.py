from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from analytics.engine.forecast import rollup
from crm.models import Customer
from crm.models.fields import currency_field, money_field


class Outlook(models.Model):
    """The next order of one customer: what lists sort by, and the curve that windows are derived from.

    Everything is as of `known_through`, the day the customer's orders are known up to. The dates are empty where the
    customer has too few orders; `needs_orders` says how many more it takes.
    """

    customer = models.OneToOneField(
        Customer, models.CASCADE, related_name="outlook", verbose_name=_("customer")
    )
    rev = models.PositiveIntegerField(_("order changes"))
    version = models.PositiveIntegerField(_("version of the engine"), default=0)
    # The number of the FittedModel that it was made with.
    fit = models.PositiveIntegerField(_("fit"), default=0)
    known_through = models.DateField(_("orders known up to"), null=True)
    computed_at = models.DateTimeField(_("computed"))
    order_days = models.PositiveIntegerField(_("order days"), default=0)
    last_ordered_on = models.DateField(_("last order"), null=True, db_index=True)
    needs_orders = models.PositiveSmallIntegerField(_("orders missing"), default=0)
    interval_days = models.FloatField(_("interval (days)"), null=True, db_index=True)
    # Point forecast and 80 % interval given the silence up to `known_through`.
    expected_on = models.DateField(_("next order"), null=True, db_index=True)
    low_on = models.DateField(_("from"), null=True)
    high_on = models.DateField(_("to"), null=True)
    confidence = models.FloatField(_("confidence"), null=True)
    # The day after which nine of ten of his own gaps would have ended: a property of the curve, not of the clock.
    overdue_after_on = models.DateField(_("overdue after"), null=True, db_index=True)
    overdue_days = models.IntegerField(_("days overdue"), default=0, db_index=True)
    currency = currency_field(blank=True)
    amount = money_field(_("amount"), null=True, db_index=True)
    amount_low = money_field(_("amount from"), null=True)
    amount_high = money_field(_("amount to"), null=True)
    amount_12m = money_field(_("12 months"), null=True, db_index=True)
    # Survival from the last order day: curve[t] = P(no order within t days).
    curve = models.JSONField(_("survival curve"), null=True)
    # Whether the ledger has what would have been called of the orders before: see analytics.ledger.backfilling.
    replayed = models.BooleanField(_("past replayed"), default=False)
    # What pages read that add up many customers: analytics.engine.forecast.rollup says what is in them.
    ahead = models.JSONField(_("orders ahead"), null=True)
    ahead_items = models.JSONField(_("items ahead"), default=dict)
    # Basket, window, reasons and past hit rate: analytics.engine.forecast.next_order says what is in it.
    forecast = models.JSONField(_("forecast"), default=dict)

    class Meta:
        verbose_name = _("outlook")
        verbose_name_plural = _("outlooks")
        indexes = [models.Index("customer", condition=models.Q(replayed=False), name="outlook_to_replay")]

    def __str__(self):
        return f"{self.customer} {self.expected_on or '–'}"

    # What lists never show and would only carry around.
    HEAVY = ("curve", "forecast", "ahead", "ahead_items")
    # Overdue by more than three own intervals and two months: no late order any more, but a customer who fell silent.
    LAPSED_INTERVALS, LAPSED_DAYS = rollup.LAPSED_INTERVALS, rollup.LAPSED_DAYS

    @classmethod
    def is_lapsed(cls, overdue_days, interval_days):
        return overdue_days > max(cls.LAPSED_INTERVALS * (interval_days or 0), cls.LAPSED_DAYS)

    @property
    def lapsed(self):
        return self.is_lapsed(self.overdue_days, self.interval_days)

    @classmethod
    def lapsed_q(cls, path="outlook"):
        """The same, for QuerySets of what reaches an outlook by `path`; None: of outlooks themselves."""
        prefix = f"{path}__" if path else ""
        days = f"{prefix}overdue_days__gt"
        many_intervals = models.F(f"{prefix}interval_days") * cls.LAPSED_INTERVALS
        return models.Q(**{days: many_intervals}) & models.Q(**{days: cls.LAPSED_DAYS})

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")
