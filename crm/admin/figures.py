"""Rates, targets, what customers report, and the installation itself."""

from django.contrib import admin

from crm.admin.base import LargeAdmin
from crm.models import ExchangeRate, Installation, SellOut, StockLevel, Target


@admin.register(SellOut)
class SellOutAdmin(LargeAdmin):
    list_display = ["customer", "product", "month", "quantity", "amount", "currency"]
    list_select_related = ["customer", "product"]
    search_fields = ["customer__name", "=product__sku"]
    autocomplete_fields = ["customer", "product"]


@admin.register(StockLevel)
class StockLevelAdmin(LargeAdmin):
    list_display = ["customer", "product", "on", "quantity"]
    list_select_related = ["customer", "product"]
    search_fields = ["customer__name", "=product__sku"]
    autocomplete_fields = ["customer", "product"]


@admin.register(Target)
class TargetAdmin(LargeAdmin):
    list_display = ["__str__", "from_on", "months", "amount", "currency"]
    list_filter = ["months", "currency"]
    list_select_related = ["rep", "customer", "product"]
    search_fields = ["customer__name", "rep__name", "=product__sku"]
    autocomplete_fields = ["rep", "customer", "product"]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(LargeAdmin):
    list_display = ["currency", "month", "rate", "source"]
    list_filter = ["currency"]


@admin.register(Installation)
class InstallationAdmin(admin.ModelAdmin):
    list_display = ["base_currency", "demo_loaded_at", "demo_removed_at"]
    readonly_fields = ["demo_loaded_at", "demo_removed_at"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
