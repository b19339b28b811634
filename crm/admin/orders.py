"""Products, orders and what left."""

from django.contrib import admin

from crm.admin.base import AnnouncingAdmin, LargeAdmin
from crm.models import Order, OrderLine, Product, ProductSuccession, Shipment, ShipmentLine


@admin.register(Product)
class ProductAdmin(LargeAdmin):
    list_display = ["sku", "name", "category", "unit", "kind", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["sku", "name"]


@admin.register(Order)
class OrderAdmin(AnnouncingAdmin):
    list_display = ["number", "customer", "ordered_on", "kind", "status", "currency", "learn"]
    list_filter = ["kind", "status", "learn"]
    list_select_related = ["customer"]
    search_fields = ["number", "=customer__code"]
    autocomplete_fields = ["customer", "credited_to"]
    date_hierarchy = None


@admin.register(OrderLine)
class OrderLineAdmin(AnnouncingAdmin):
    list_display = ["order", "key", "product", "quantity", "unit_price", "amount", "kind", "learn"]
    list_filter = ["kind", "learn"]
    list_select_related = ["order", "product"]
    search_fields = ["=order__number", "=product__sku"]
    autocomplete_fields = ["product"]
    raw_id_fields = ["order", "reverses"]
    ordering = ["-pk"]


@admin.register(Shipment)
class ShipmentAdmin(LargeAdmin):
    list_display = ["number", "order", "shipped_on"]
    list_select_related = ["order"]
    search_fields = ["=number", "=order__number"]
    raw_id_fields = ["order"]


@admin.register(ShipmentLine)
class ShipmentLineAdmin(LargeAdmin):
    list_display = ["shipment", "order_line", "quantity"]
    list_select_related = ["shipment", "order_line__order"]
    raw_id_fields = ["shipment", "order_line"]


@admin.register(ProductSuccession)
class ProductSuccessionAdmin(LargeAdmin):
    list_display = ["old", "new", "from_on"]
    list_select_related = ["old", "new"]
    autocomplete_fields = ["old", "new"]
