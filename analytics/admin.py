from django.contrib import admin

from analytics.models import Insight, Outlook
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
