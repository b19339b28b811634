from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models.fields import currency_field


class ExchangeRate(models.Model):
    """How much of the base currency one unit of `currency` was worth in a month."""

    currency = currency_field()
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8)
    source = models.CharField(_("source"), max_length=40, blank=True)
    # The values last imported: a rate that a person corrected since is not written over.
    imported = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-month", "currency"]
        constraints = [
            models.UniqueConstraint("currency", "month", name="rate_once_a_month"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_positive"),
            models.CheckConstraint(condition=Q(month__day=1), name="rate_month_first_day"),
        ]

    def __str__(self):
        return f"{self.currency} {self.month:%Y-%m}"
