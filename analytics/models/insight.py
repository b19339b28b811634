from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from crm.models import Customer


class Insight(models.Model):
    """A detector's stored answer about one customer. What is in `answer` the detector's module says."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="insights", verbose_name=_("customer")
    )
    detector = models.CharField(_("detector"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    rev = models.PositiveIntegerField(_("order changes"))
    answer = models.JSONField(_("answer"))

    class Meta:
        verbose_name = _("insight")
        verbose_name_plural = _("insights")
        constraints = [models.UniqueConstraint("customer", "detector", name="insight_once")]

    def __str__(self):
        return f"{self.customer} · {self.detector}"

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")
