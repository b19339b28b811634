from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from crm.models.customer import Customer
from crm.models.search import Searchable
from crm.models.versions import HistoricalRecords


class Product(Searchable):
    """One catalogue for the whole installation: every signed-in user sees it."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("goods")
        SERVICE = "service", _("service")

    sku = models.CharField(_("SKU"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    category = models.CharField(_("category"), max_length=100, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    pack_size = models.PositiveIntegerField(_("pack size"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GOODS)
    is_active = models.BooleanField(_("active"), default=True)
    imported = models.JSONField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)

    history = HistoricalRecords(excluded_fields=["imported", "is_demo"])

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["sku"]
        constraints = [models.CheckConstraint(condition=~Q(sku=""), name="product_has_sku")]

    def __str__(self):
        return self.name or self.sku

    def get_absolute_url(self):
        return reverse("product", args=[self.pk])

    def editable_by(self, user):
        """The catalogue is everybody's: reps may add to it, managers and administrators keep it."""
        return user.role in (user.Role.MANAGER, user.Role.ADMIN)

    @classmethod
    def access_q(cls, user):
        return Q() if user.is_authenticated and user.is_active else Q(pk__in=[])


class ProductSuccession(models.Model):
    old = models.ForeignKey(Product, models.CASCADE, related_name="successors", verbose_name=_("product"))
    new = models.ForeignKey(
        Product, models.CASCADE, related_name="predecessors", verbose_name=_("replaced by")
    )
    from_on = models.DateField(_("from"), null=True, blank=True)

    class Meta:
        verbose_name = _("product succession")
        verbose_name_plural = _("product successions")
        constraints = [
            models.UniqueConstraint("old", "new", name="succession_once"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="succession_of_another"),
        ]

    def __str__(self):
        return f"{self.old} → {self.new}"

    @classmethod
    def access_q(cls, user):
        return Product.access_q(user)


class CustomerItem(models.Model):
    """Why this customer keeps buying this product, and who said so."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="items", verbose_name=_("customer"))
    product = models.ForeignKey(Product, models.CASCADE, verbose_name=_("product"))
    remark = models.TextField(_("why he buys it"), blank=True)
    said_by = models.CharField(_("who said so"), max_length=150, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("customer's item")
        verbose_name_plural = _("customer's items")
        constraints = [models.UniqueConstraint("customer", "product", name="customer_item_once")]

    def __str__(self):
        return f"{self.customer} · {self.product}"

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")
