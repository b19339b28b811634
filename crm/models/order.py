from datetime import date

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from crm.models.customer import Customer
from crm.models.fields import currency_field, money_field, price_field, quantity_field
from crm.models.product import Product
from crm.models.versions import HistoricalRecords

# A browser sends the year 0026 while 2026 is being typed.
EARLIEST = date(1990, 1, 1)


class OrderQuerySet(models.QuerySet):
    """Every way to change orders counts the change at their customers: see Customer.orders_rev."""

    def customers(self):
        return Customer.objects.filter(pk__in=set(self.order_by().values_list("customer_id", flat=True)))

    def numbered_like(self, order):
        """Others that may be this one: of its number under the name of another ERP, or in other letters. Of its very number
        there is no other."""
        if not order.number:
            return self.none()
        others = self.filter(number__iexact=order.number).exclude(pk=order.pk)
        return others.exclude(source=order.source, number=order.number)

    @transaction.atomic
    def delete(self):
        # The customer first, as everybody does: two who take their locks in another order would wait for each other.
        self.customers().count_change()
        OrderLine.objects.filter(order__in=self).let_partners_learn()
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True


class Order(models.Model):
    class Kind(models.TextChoices):
        ORDER = "order", _("order")
        RETURN = "return", _("return")

    class Status(models.TextChoices):
        RECEIVED = "received", _("received")
        CONFIRMED = "confirmed", _("confirmed")
        SHIPPED = "shipped", _("shipped")
        INVOICED = "invoiced", _("invoiced")
        CANCELLED = "cancelled", _("cancelled")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders", verbose_name=_("customer"))
    # Where the number comes from: two ERP systems may both have an order 4471.
    source = models.CharField(_("source"), max_length=40, blank=True)
    number = models.CharField(_("number"), max_length=80, blank=True)
    # The civil date on the document, never converted between zones.
    ordered_on = models.DateField(_("ordered on"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ORDER)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RECEIVED)
    currency = currency_field()
    credited_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("credited to"),
        help_text=_("The rep whose figures this order counts for; it stays his after a handover."),
    )
    learn = models.BooleanField(_("learn from it"), default=True)
    run = models.ForeignKey(
        "crm.ImportRun", models.SET_NULL, null=True, blank=True, editable=False, verbose_name=_("import")
    )
    # Customer, day, kind and currency as last imported; empty where a person entered the order.
    imported = models.CharField(max_length=100, blank=True, editable=False)

    objects = OrderQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["run", "imported"])

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-ordered_on", "-pk"]
        constraints = [
            models.UniqueConstraint("source", "number", condition=~Q(number=""), name="order_number_unique")
        ]
        indexes = [
            models.Index(fields=["customer", "-ordered_on", "-id"], name="order_by_customer"),
            models.Index(fields=["-ordered_on", "-id"], name="order_by_day"),
        ]

    def __str__(self):
        return self.number or f"#{self.pk}"

    @transaction.atomic
    def save(self, *args, **kwargs):
        # The customer first, as imports lock: of two who write at once neither holds what the other waits for.
        Customer.objects.filter(pk=self.customer_id).count_change()
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("order", args=[self.pk])

    def status_before_cancelling(self):
        """What it was before it was cancelled, as far as its history knows."""
        earlier = self.history.exclude(status=self.Status.CANCELLED).order_by("-history_id").first()
        return earlier.status if earlier else self.Status.RECEIVED

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")

    @transaction.atomic
    def delete(self, *args, **kwargs):
        Customer.objects.filter(pk=self.customer_id).count_change()
        self.lines.all().let_partners_learn()
        return super().delete(*args, **kwargs)


class OrderLineQuerySet(models.QuerySet):
    def customers(self):
        return Customer.objects.filter(
            pk__in=set(self.order_by().values_list("order__customer_id", flat=True))
        )

    def partners(self):
        """What these lines take back, and what takes them back, outside of them."""
        paired = Q(reverses__in=self.values("pk")) | Q(reversed_by__in=self.values("pk"))
        return OrderLine.objects.filter(paired).exclude(pk__in=self.values("pk"))

    def let_partners_learn(self):
        """Left alone, the other half of a pair is a sale or a return like any other."""
        OrderLine.objects.filter(pk__in=list(self.partners().values_list("pk", flat=True))).update(learn=True)

    @transaction.atomic
    def delete(self):
        # The customer first, as everybody does: two who take their locks in another order would wait for each other.
        self.customers().count_change()
        self.let_partners_learn()
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True


class OrderLine(models.Model):
    class Kind(models.TextChoices):
        GOODS = "goods", _("goods")
        SERVICE = "service", _("service")
        FREE = "free", _("free of charge")

    # The unique constraint below is its index: a further one would only be written.
    order = models.ForeignKey(
        Order, models.CASCADE, related_name="lines", db_index=False, verbose_name=_("order")
    )
    # The ERP's line number; without one the SKU and its occurrence in the order ("AUR-400:2").
    key = models.CharField(_("key"), max_length=100)
    product = models.ForeignKey(Product, models.PROTECT, related_name="lines", verbose_name=_("product"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GOODS)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    quantity = quantity_field(_("quantity"))
    unit_price = price_field(_("unit price"))
    # Rounded once, to the currency's digits, when the line is written.
    amount = money_field(_("amount"))
    unit_cost = price_field(_("unit cost"), null=True, blank=True)
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    reverses = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reversed_by",
        db_index=False,
        verbose_name=_("reverses"),
    )
    learn = models.BooleanField(_("learn from it"), default=True)
    # Of the values last imported: tells a file that brings nothing new from one that does.
    imported_hash = models.BigIntegerField(null=True, editable=False)

    objects = OrderLineQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["imported_hash"])

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("order", "key", name="order_line_key_unique"),
            models.CheckConstraint(condition=~Q(quantity=0), name="order_line_quantity_not_zero"),
        ]
        indexes = [
            # Few lines reverse another one.
            models.Index(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="order_line_reverses"
            ),
        ]

    def __str__(self):
        return f"{self.order} {self.key}"

    @transaction.atomic
    def save(self, *args, **kwargs):
        Customer.objects.filter(orders=self.order_id).count_change()
        super().save(*args, **kwargs)

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "order__customer")

    @transaction.atomic
    def delete(self, *args, **kwargs):
        Customer.objects.filter(orders=self.order_id).count_change()
        OrderLine.objects.filter(pk=self.pk).let_partners_learn()
        return super().delete(*args, **kwargs)


class Shipment(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="shipments", verbose_name=_("order"))
    number = models.CharField(_("number"), max_length=80, blank=True)
    shipped_on = models.DateField(_("shipped on"))
    # The values last imported; NULL where a person entered the shipment.
    imported = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        constraints = [
            models.UniqueConstraint("order", "number", condition=~Q(number=""), name="shipment_number_unique")
        ]

    def __str__(self):
        return self.number or f"{self.order} {self.shipped_on}"

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "order__customer")


class ShipmentLine(models.Model):
    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines", verbose_name=_("shipment"))
    order_line = models.ForeignKey(
        OrderLine, models.CASCADE, related_name="shipped", verbose_name=_("order line")
    )
    quantity = quantity_field(_("quantity"))

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        constraints = [
            models.UniqueConstraint("shipment", "order_line", name="shipment_line_once"),
            models.CheckConstraint(condition=~Q(quantity=0), name="shipment_line_quantity_not_zero"),
        ]

    def __str__(self):
        return f"{self.shipment} · {self.order_line}"

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "shipment__order__customer")
