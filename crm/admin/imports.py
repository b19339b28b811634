"""Files that were brought in."""

from django.contrib import admin

from crm.admin.base import ReadOnlyAdmin
from crm.models import ImportChange, ImportMapping, ImportRow, ImportRun


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = [
        "file_name", "kind", "user", "state", "read", "created", "updated", "unchanged", "rejected", "started_at",
    ]  # fmt: skip
    list_filter = ["kind", "state"]
    list_select_related = ["user"]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"shows_imports": True} | (extra_context or {}))


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyAdmin):
    list_display = ["run", "number", "level", "column", "value", "reason"]
    list_filter = ["level", "reason"]
    list_select_related = ["run"]


@admin.register(ImportChange)
class ImportChangeAdmin(ReadOnlyAdmin):
    list_display = ["run", "model", "row"]
    list_select_related = ["run"]


@admin.register(ImportMapping)
class ImportMappingAdmin(ReadOnlyAdmin):
    list_display = ["name", "user", "used_at"]
    list_select_related = ["user"]
