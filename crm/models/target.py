from django.conf import settings
from django.db import models
from django.db.models import BigIntegerField, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from accounts.models import User
from crm.models.customer import Customer
from crm.models.fields import currency_field, money_field
from crm.models.product import Product
from crm.models.versions import HistoricalRecords


def _or_nobody(name):
    """Nothing equals NULL: with 0 in its place two targets of nobody in particular are the same."""
    return Coalesce(name, Value(0), output_field=BigIntegerField())


class Target(models.Model):
    """What is to be reached in a period: by a rep, with a customer, with a product, or with all of them together.

    Where none of the three is named, it is the whole company's.
    """

    class Measure(models.TextChoices):
        ORDERS = "orders", _("orders received")

    class Months(models.IntegerChoices):
        MONTH = 1, _("month")
        QUARTER = 3, _("quarter")
        HALF = 6, _("half-year")
        YEAR = 12, _("year")

    measure = models.CharField(_("measure"), max_length=10, choices=Measure, default=Measure.ORDERS)
    from_on = models.DateField(_("from"), help_text=_("The first day of the month."))
    months = models.PositiveSmallIntegerField(_("months"), choices=Months, default=Months.YEAR)
    rep = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("sales rep")
    )
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name=_("customer")
    )
    product = models.ForeignKey(Product, models.CASCADE, null=True, blank=True, verbose_name=_("product"))
    amount = money_field(_("amount"))
    currency = currency_field()
    imported = models.JSONField(null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["imported"])

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-from_on", "-months", "pk"]
        constraints = [
            models.UniqueConstraint(
                "measure", "from_on", "months", _or_nobody("rep"), _or_nobody("customer"), _or_nobody("product"),
                name="target_once",
            ),
            models.CheckConstraint(condition=Q(from_on__day=1), name="target_from_first_day"),
            models.CheckConstraint(condition=Q(months__in=[1, 3, 6, 12]), name="target_months_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="target_positive"),
        ]  # fmt: skip

    def __str__(self):
        named = [str(one) for one in (self.rep, self.customer, self.product) if one]
        whom = " · ".join(named) or _("Whole company")
        return f"{whom} · {self.from_on:%Y-%m} ({self.months})"

    @classmethod
    def access_q(cls, user):
        """Of a customer whoever sees him; of a rep himself and his manager; of all together administrators."""
        seen = visible_q(user, "customer")
        if not seen or not user.is_authenticated or not user.is_active:
            return seen
        return seen | Q(customer=None, rep__in=User.objects.filter(User.access_q(user)))
