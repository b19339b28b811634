from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from analytics.models.append_only import AppendOnly
from analytics.models.call import Call
from analytics.models.forecast import Forecast
from crm.models import Customer
from crm.models.fields import money_field


class Settlement(AppendOnly):
    """How a forecast or a call came out. What turns out otherwise later is voided and written anew, never written over."""

    MAY_CHANGE = frozenset({"voided_at"})
    # The same for model, rep and naive rule.
    RIGHT_DAYS, RIGHT_AMOUNT, RIGHT_BASKET = 7, 0.25, 0.5

    class State(models.TextChoices):
        SETTLED = "settled", _("the order came")
        MISSED = "missed", _("missed")

    # Of the forecast or the call: kept here too, for the many questions that are asked by customer.
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="settlements", verbose_name=_("customer")
    )
    forecast = models.ForeignKey(
        Forecast, models.CASCADE, null=True, related_name="settlements", verbose_name=_("forecast")
    )
    call = models.ForeignKey(
        Call, models.CASCADE, null=True, related_name="settlements", verbose_name=_("call")
    )
    state = models.CharField(_("state"), max_length=7, choices=State)
    # The order day; of a missed one the last day on which the order would have been right.
    on = models.DateField(_("outcome on"), db_index=True)
    # What distinguishes this outcome from one after a correction: the order day's items, quantities and amounts.
    facts = models.BigIntegerField(default=0, editable=False)
    # Order day minus called day.
    days_off = models.IntegerField(_("days off"), null=True)
    right = models.BooleanField(_("right"))
    # Whether the 80 % interval, and the fifteen likeliest days, held the order; nothing where none was called.
    inside = models.BooleanField(_("inside the interval"), null=True)
    in_window = models.BooleanField(_("inside the window"), null=True)
    amount = money_field(_("amount that came"), null=True)
    # Called / came - 1.
    amount_error = models.FloatField(_("error of the amount"), null=True)
    basket = models.PositiveSmallIntegerField(_("items that came"), null=True)
    basket_f1 = models.FloatField(_("F1 of the basket"), null=True)
    # Share of the items both called and bought whose called quantity was within 25 %.
    quantities_right = models.FloatField(_("quantities right"), null=True)
    settled_on = models.DateField(_("settled on"))
    voided_at = models.DateTimeField(_("voided"), null=True)

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        constraints = [
            models.CheckConstraint(
                condition=Q(forecast=None, call__isnull=False) | Q(forecast__isnull=False, call=None),
                name="settlement_of_one",
            ),
            models.CheckConstraint(
                condition=Q(state="settled", days_off__isnull=False) | Q(state="missed", days_off=None),
                name="settlement_days_where_it_came",
            ),
            models.UniqueConstraint(
                "forecast", condition=Q(voided_at=None), name="settlement_once_a_forecast"
            ),
            models.UniqueConstraint("call", condition=Q(voided_at=None), name="settlement_once_a_call"),
        ]
        indexes = [models.Index(fields=["customer", "-on"], name="settlement_by_customer")]

    def __str__(self):
        return f"{self.forecast or self.call}: {self.get_state_display()}"

    @property
    def amount_right(self):
        return None if self.amount_error is None else abs(self.amount_error) <= self.RIGHT_AMOUNT

    @property
    def basket_right(self):
        return None if self.basket_f1 is None else self.basket_f1 >= self.RIGHT_BASKET

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")
