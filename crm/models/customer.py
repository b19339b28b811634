from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from accounts.models import validate_time_zone
from crm.models.fields import currency_field, validate_country
from crm.models.search import Searchable
from crm.models.versions import HistoricalRecords


class CustomerQuerySet(models.QuerySet):
    def count_change(self):
        """Say that the orders of these customers changed, so that patterns and forecasts are computed anew."""
        return self.update(orders_rev=F("orders_rev") + 1)


class Customer(Searchable):
    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        LOST = "lost", _("lost")
        ARCHIVED = "archived", _("archived")

    # What forecasts are made from beside the orders, which count their changes alone.
    COMPUTED_FROM = frozenset({"currency", "country", "orders_known_through", "fiscal_year_start"})

    code = models.CharField(_("code"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=200, db_index=True)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[validate_country])
    city = models.CharField(_("city"), max_length=100, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True, validators=[validate_time_zone])
    currency = currency_field()
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("fiscal year starts in month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("sales rep")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    # Counted up by every writer of this customer's orders; analytics compares it with the rev it last computed.
    orders_rev = models.PositiveIntegerField(_("order changes"), default=0, editable=False)
    # Silence counts only up to this day: later orders may exist and not be imported yet.
    orders_known_through = models.DateField(_("orders known up to"), null=True, blank=True)
    # The values last imported: a field that the file brings unchanged is not written over a person's correction.
    imported = models.JSONField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CustomerQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["orders_rev", "imported", "is_demo", "created_at"])

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("code", condition=~Q(code=""), name="customer_code_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_name"),
            models.CheckConstraint(
                condition=Q(fiscal_year_start=None) | Q(fiscal_year_start__range=(1, 12)),
                name="customer_fiscal_year_start_is_month",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("customer", args=[self.pk])

    def status_before_archive(self):
        """What he was before he was archived, as far as his history knows."""
        earlier = self.history.exclude(status=self.Status.ARCHIVED).order_by("-history_id").first()
        return earlier.status if earlier else self.Status.ACTIVE

    @classmethod
    def access_q(cls, user):
        return visible_q(user)


class Assignment(models.Model):
    """Who had a customer when; `Customer.owner` is only the present."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="assignments", verbose_name=_("customer")
    )
    rep = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("sales rep"))
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint("customer", condition=Q(to_on=None), name="assignment_one_open"),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="assignment_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.customer} · {self.rep}"

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")


class Closure(models.Model):
    """Days on which nobody is at the customer's."""

    class Source(models.TextChoices):
        TOLD = "told", _("told")
        INFERRED = "inferred", _("inferred")

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="closures", verbose_name=_("customer")
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))
    yearly = models.BooleanField(_("every year"), default=False)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.TOLD)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="closure_ends_after_start")
        ]

    def __str__(self):
        return f"{self.customer} {self.from_on} – {self.to_on}"

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")
