"""What the workers share when they judge: what was fitted on the whole book, and who has which customers in hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FittedModel(models.Model):
    """Fitted on the whole order book, once a night: any worker predicts with it. One row for each kind.

    `arrays` is what analytics.engine.fitted makes of it: an npz archive, never a pickle.
    """

    kind = models.CharField(_("kind"), max_length=40, unique=True)
    # Counts up with each fit. An outlook carries the number of the fit it was made with.
    number = models.PositiveIntegerField(_("number"), default=1)
    version = models.PositiveIntegerField(_("version of the engine"))
    trained_through = models.DateField(_("orders up to"), null=True)
    orders = models.PositiveIntegerField(_("orders"))
    fitted_at = models.DateTimeField(_("fitted"))
    arrays = models.BinaryField(_("figures"))

    class Meta:
        verbose_name = _("fitted model")
        verbose_name_plural = _("fitted models")

    def __str__(self):
        return f"{self.kind} {self.number}"


class RefreshRange(models.Model):
    """Customers from one key on, whom one worker at a time judges: see analytics.claims."""

    first = models.BigIntegerField(_("from"), primary_key=True)
    # Of the worker that has them in hand; empty: nobody has.
    token = models.CharField(max_length=32, blank=True, editable=False)
    # By the database's clock, which all machines have in common.
    claimed_at = models.DateTimeField(_("claimed"), null=True)

    class Meta:
        verbose_name = _("range of customers")
        verbose_name_plural = _("ranges of customers")

    def __str__(self):
        return str(self.first)
