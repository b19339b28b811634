from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.models.fields import currency_field, money_field, price_field, quantity_field


class ImportRun(models.Model):
    """One file brought in. Its counts speak of order lines and always add up."""

    class State(models.TextChoices):
        STAGING = "staging", _("reading")
        STAGED = "staged", _("read, not applied")
        APPLIED = "applied", _("applied")
        PREVIEWED = "previewed", _("tried, nothing changed")
        FAILED = "failed", _("failed, nothing changed")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sales rep of new customers"),
    )
    file_name = models.CharField(_("file"), max_length=255)
    file_hash = models.CharField(_("SHA-256"), max_length=64)
    source = models.CharField(_("source"), max_length=40, blank=True)
    currency = currency_field(blank=True)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    complete_through = models.DateField(_("complete through"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STAGING)
    message = models.TextField(_("message"), blank=True)
    read = models.PositiveIntegerField(_("read"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    started_at = models.DateTimeField(_("started"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["applied", "previewed"])
                | Q(read=F("created") + F("updated") + F("unchanged") + F("rejected")),
                name="import_counts_add_up",
            )
        ]

    def __str__(self):
        return self.file_name


class ImportRow(models.Model):
    """A row of the file that has something to say: only those are kept."""

    class Level(models.TextChoices):
        REJECTED = "rejected", _("rejected")
        WARNING = "warning", _("warning")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows", verbose_name=_("import"))
    number = models.PositiveIntegerField(_("row"))
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.REJECTED)
    column = models.CharField(_("column"), max_length=100, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    # A code of crm.importing.reasons, so that the words follow the reader's language.
    reason = models.CharField(_("reason"), max_length=40)

    class Meta:
        verbose_name = _("import row")
        verbose_name_plural = _("import rows")
        ordering = ["number", "pk"]

    def __str__(self):
        return f"{self.number}: {self.reason}"


class ImportChange(models.Model):
    """What a run wrote over, to be shown and to be undone; `before` is NULL where it made the row."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes", verbose_name=_("import"))
    model = models.CharField(_("table"), max_length=40)
    row = models.BigIntegerField(_("row"))
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)

    class Meta:
        verbose_name = _("import change")
        verbose_name_plural = _("import changes")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.model} {self.row}"


class StagedLine(models.Model):
    """A checked order line on its way in; deleted when its run is applied or given up."""

    # No index and no constraint besides the key: the table is written once and read whole.
    run_id = models.BigIntegerField()
    row = models.PositiveIntegerField(_("row"))
    customer_key = models.CharField(max_length=300)
    order_number = models.CharField(max_length=80)
    ordered_on = models.DateField()
    sku = models.CharField(max_length=80)
    line_number = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10)
    unit = models.CharField(max_length=20, blank=True)
    quantity = quantity_field(_("quantity"))
    unit_price = price_field(_("unit price"))
    amount = money_field(_("amount"))
    unit_cost = price_field(_("unit cost"), null=True)
    promised_on = models.DateField(null=True)
    currency = currency_field()
    line_hash = models.BigIntegerField()

    class Meta:
        verbose_name = _("staged line")
        verbose_name_plural = _("staged lines")

    def __str__(self):
        return f"{self.order_number} {self.sku}"
