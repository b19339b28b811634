"""Every table in Django's admin, fit for half a million lines: no counting of whole tables, no select of thousands."""

from django.contrib import admin
from django.db import transaction

from crm.changes import announce
from crm.models import (
    Assignment,
    Closure,
    ContactPoint,
    Customer,
    CustomerItem,
    Employment,
    ExchangeRate,
    ImportChange,
    ImportRow,
    ImportRun,
    Installation,
    Note,
    NotePerson,
    Order,
    OrderLine,
    Person,
    PersonDate,
    Product,
    ProductSuccession,
    Promise,
    Shipment,
    ShipmentLine,
)


class LargeAdmin(admin.ModelAdmin):
    """For tables that grow with the orders."""

    show_full_result_count = False
    list_per_page = 50


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


class EmploymentInline(admin.TabularInline):
    model = Employment
    extra = 0
    autocomplete_fields = ["person", "customer"]


class ContactPointInline(admin.TabularInline):
    model = ContactPoint
    extra = 0


class PersonDateInline(admin.TabularInline):
    model = PersonDate
    extra = 0


@admin.register(Customer)
class CustomerAdmin(LargeAdmin):
    list_display = ["code", "name", "country", "currency", "owner", "status", "orders_known_through"]
    list_display_links = ["code", "name"]
    list_filter = ["status", "country", "owner"]
    list_select_related = ["owner"]
    search_fields = ["code", "name", "city"]
    autocomplete_fields = ["owner"]
    inlines = [EmploymentInline]


@admin.register(Person)
class PersonAdmin(LargeAdmin):
    list_display = ["__str__", "native_name", "status", "greet", "owner"]
    list_filter = ["status", "greet"]
    list_select_related = ["owner"]
    search_fields = ["given_name", "family_name", "native_name"]
    autocomplete_fields = ["owner"]
    inlines = [EmploymentInline, PersonDateInline, ContactPointInline]


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


class NotePersonInline(admin.TabularInline):
    model = NotePerson
    extra = 0
    autocomplete_fields = ["person"]


@admin.register(Note)
class NoteAdmin(PrivateAdmin):
    list_display = ["customer", "kind", "happened_at", "author"]
    list_filter = ["kind"]
    list_select_related = ["customer", "author"]
    search_fields = ["text", "customer__name"]
    autocomplete_fields = ["customer", "author"]
    inlines = [NotePersonInline]


@admin.register(Promise)
class PromiseAdmin(PrivateAdmin):
    list_display = ["text", "by", "due_on", "done_at"]
    list_select_related = ["note"]
    raw_id_fields = ["note"]


@admin.register(Assignment, Closure, CustomerItem)
class OfCustomerAdmin(LargeAdmin):
    list_display = ["__str__", "customer"]
    list_select_related = True
    search_fields = ["customer__name"]

    def get_autocomplete_fields(self, request):
        return [name for name in ("customer", "product", "rep") if hasattr(self.model, name)]


@admin.register(ProductSuccession)
class ProductSuccessionAdmin(LargeAdmin):
    list_display = ["old", "new", "from_on"]
    list_select_related = ["old", "new"]
    autocomplete_fields = ["old", "new"]


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


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ["file_name", "state", "read", "created", "updated", "unchanged", "rejected", "started_at"]
    list_filter = ["state"]


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyAdmin):
    list_display = ["run", "number", "level", "column", "value", "reason"]
    list_filter = ["level", "reason"]
    list_select_related = ["run"]


@admin.register(ImportChange)
class ImportChangeAdmin(ReadOnlyAdmin):
    list_display = ["run", "model", "row"]
    list_select_related = ["run"]
