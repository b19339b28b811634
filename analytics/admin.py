from django.contrib import admin

from analytics.models import Call, FittedModel, Forecast, Insight, Outlook, RefreshRange, Settlement
from crm.admin.base import ReadOnlyAdmin


@admin.register(Insight)
class InsightAdmin(ReadOnlyAdmin):
    list_display = ["customer", "detector", "version", "rev"]
    list_filter = ["detector"]
    list_select_related = ["customer"]
    search_fields = ["customer__name", "=customer__code"]


@admin.register(Outlook)
class OutlookAdmin(ReadOnlyAdmin):
    list_display = ["customer", "expected_on", "overdue_days", "order_days", "known_through", "computed_at"]
    list_select_related = ["customer"]
    search_fields = ["customer__name", "=customer__code"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*Outlook.HEAVY)


@admin.register(Forecast)
class ForecastAdmin(ReadOnlyAdmin):
    list_display = ["customer", "method", "anchor_on", "expected_on", "issued_on", "replayed", "revision"]
    list_filter = ["method", "replayed"]
    list_select_related = ["customer"]
    search_fields = ["customer__name", "=customer__code"]


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    list_display = ["customer", "author", "anchor_on", "expected_on", "made_on", "revision"]
    list_select_related = ["customer", "author"]
    search_fields = ["customer__name", "=customer__code"]


@admin.register(Settlement)
class SettlementAdmin(ReadOnlyAdmin):
    list_display = ["customer", "state", "on", "days_off", "right", "voided_at"]
    list_filter = ["state", "right"]
    list_select_related = ["customer"]
    search_fields = ["customer__name", "=customer__code"]


@admin.register(FittedModel)
class FittedModelAdmin(ReadOnlyAdmin):
    list_display = ["kind", "number", "version", "trained_through", "orders", "fitted_at"]
    fields = list_display

    def get_queryset(self, request):
        return super().get_queryset(request).defer("arrays")


@admin.register(RefreshRange)
class RefreshRangeAdmin(ReadOnlyAdmin):
    list_display = ["first", "claimed_at"]
