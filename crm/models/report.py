"""What a distributor reports of his own business: what he sold on, and what he has in stock."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from crm.models.customer import Customer
from crm.models.fields import currency_field, money_field, quantity_field
from crm.models.product import Product
from crm.models.versions import HistoricalRecords


class SellOut(models.Model):
    """Of one product in one month. Negative where more came back to him than he sold."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="sell_outs", verbose_name=_("customer")
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="sell_outs", verbose_name=_("product"))
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    quantity = quantity_field(_("quantity"))
    # In his currency and at his prices: nothing that our own amounts could be compared with.
    amount = money_field(_("amount"), null=True, blank=True)
    currency = currency_field(blank=True)
    # The values last imported: what a person corrected since is not written over.
    imported = models.JSONField(null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["imported"])

    class Meta:
        verbose_name = _("sell-out")
        verbose_name_plural = _("sell-out figures")
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint("customer", "product", "month", name="sell_out_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="sell_out_month_first_day"),
            models.CheckConstraint(
                condition=Q(amount=None) | ~Q(currency=""), name="sell_out_amount_has_currency"
            ),
        ]
        indexes = [models.Index(fields=["customer", "-month"], name="sell_out_by_customer")]

    def __str__(self):
        return f"{self.customer} · {self.product} · {self.month:%Y-%m}"

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")


class StockLevel(models.Model):
    """How much of one product he had at the end of a day."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="stock_levels", verbose_name=_("customer")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="stock_levels", verbose_name=_("product")
    )
    on = models.DateField(_("on"))
    quantity = quantity_field(_("quantity"))
    imported = models.JSONField(null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["imported"])

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        ordering = ["-on", "pk"]
        constraints = [
            models.UniqueConstraint("customer", "product", "on", name="stock_once_a_day"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="stock_not_negative"),
        ]
        indexes = [models.Index(fields=["customer", "-on"], name="stock_by_customer")]

    def __str__(self):
        return f"{self.customer} · {self.product} · {self.on}"

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")
