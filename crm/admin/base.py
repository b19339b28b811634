"""Lists that are fit for half a million lines: no counting of whole tables, no select of thousands."""

from django.contrib import admin
from django.db import transaction

from crm.changes import announce
from crm.importing.kinds.registry import allowed


class LargeAdmin(admin.ModelAdmin):
    """For tables that grow with the orders."""

    show_full_result_count = False
    list_per_page = 50

    def changelist_view(self, request, extra_context=None):
        """Offers the wizard for the kinds of files that fill this table."""
        offered = [kind for kind in allowed(request.user) if self.model in kind.fills]
        return super().changelist_view(request, {"import_kinds": offered} | (extra_context or {}))


class ReadOnlyAdmin(LargeAdmin):
    """What the machine wrote, to be looked at."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class AnnouncingAdmin(LargeAdmin):
    """Changes orders: the rows count the change themselves, and what is computed from them is asked for again."""

    def save_model(self, request, obj, form, change):
        # Who had the row before the form moved it; the row itself only knows who has it now.
        before = self.model.objects.filter(pk=obj.pk).customers()
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            before.count_change()
        announce()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        announce()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        announce()


class PrivateAdmin(LargeAdmin):
    """Private notes stay with their author, an administrator's curiosity included."""

    def get_queryset(self, request):
        return super().get_queryset(request).filter(self.model.access_q(request.user))
