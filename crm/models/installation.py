from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models.fields import currency_field


class Installation(models.Model):
    """What is true of this installation as a whole: one row."""

    base_currency = currency_field(default="EUR", verbose_name=_("base currency"))
    demo_loaded_at = models.DateTimeField(_("demo company loaded"), null=True, blank=True)
    # Set for good: a demo company that was removed does not come back at the next start.
    demo_removed_at = models.DateTimeField(_("demo company removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installation")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="installation_one_row")]

    def __str__(self):
        return str(_("Installation"))

    @classmethod
    def current(cls):
        return cls.objects.get_or_create(pk=1)[0]

    @property
    def shows_demo(self):
        return bool(self.demo_loaded_at and not self.demo_removed_at)
