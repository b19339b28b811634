from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from analytics.models.append_only import AppendOnly
from crm.models import Customer
from crm.models.fields import currency_field, money_field


class Forecast(AppendOnly):
    """What was said of the order after `anchor_on`, as it was said on `issued_on`. Never edited: a change of mind is a revision.

    Revision 0 is the official one, the first that was issued after the order before: scored where it was issued before the
    day of the order. Replayed: made afterwards, with what was known on the anchor day alone, where nothing was issued in
    time, whichever revision it is; it is scored too, and never counted as called. Other revisions do not count: see
    analytics.ledger.figures.counted.
    """

    class Method(models.TextChoices):
        MODEL = "model", _("model")
        NAIVE = "naive", _("naive rule")

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="forecasts", verbose_name=_("customer")
    )
    method = models.CharField(_("method"), max_length=5, choices=Method)
    # The last order day that it stands on.
    anchor_on = models.DateField(_("order before"))
    issued_on = models.DateField(_("issued on"))
    known_through = models.DateField(_("orders known up to"))
    replayed = models.BooleanField(_("replayed"), default=False)
    revision = models.PositiveSmallIntegerField(_("revision"), default=0)
    # What silence alone does not change: two forecasts of one anchor with the same fingerprint say the same.
    fingerprint = models.CharField(max_length=16, editable=False)
    expected_on = models.DateField(_("called day"))
    # 80 % interval; the fifteen days most likely to hold the order, and how likely they are. The naive rule has neither.
    low_on = models.DateField(_("from"), null=True)
    high_on = models.DateField(_("to"), null=True)
    window_from = models.DateField(_("window from"), null=True)
    window_to = models.DateField(_("window to"), null=True)
    confidence = models.FloatField(_("confidence"), null=True)
    amount = money_field(_("amount"), null=True)
    amount_low = money_field(_("amount from"), null=True)
    amount_high = money_field(_("amount to"), null=True)
    currency = currency_field()
    # [[product, quantity or null, probability or null], ...], the likeliest first; the first `basket_size` are called.
    items = models.JSONField(_("items"), default=list)
    basket_size = models.PositiveSmallIntegerField(_("items called"), default=0)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        ordering = ["-anchor_on", "method", "revision"]
        constraints = [
            # Two workers that issue the same write it once; so does one that was killed and starts again.
            models.UniqueConstraint("customer", "anchor_on", "method", "revision", name="forecast_once"),
            models.CheckConstraint(
                condition=Q(low_on=None, high_on=None) | Q(low_on__lte=models.F("high_on")),
                name="forecast_interval_in_order",
            ),
            models.CheckConstraint(
                condition=Q(expected_on__gt=models.F("anchor_on")), name="forecast_after_anchor"
            ),
        ]

    def __str__(self):
        return f"{self.customer} {self.get_method_display()} {self.expected_on}"

    @property
    def called_items(self):
        return self.items[: self.basket_size]

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")
