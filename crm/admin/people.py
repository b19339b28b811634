"""Customers, and the people who work there."""

from django.contrib import admin

from crm.admin.base import LargeAdmin
from crm.models import (
    Assignment,
    Closure,
    ContactPoint,
    Customer,
    CustomerItem,
    Employment,
    Person,
    PersonDate,
)


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


@admin.register(Assignment, Closure, CustomerItem)
class OfCustomerAdmin(LargeAdmin):
    list_display = ["__str__", "customer"]
    list_select_related = True
    search_fields = ["customer__name"]

    def get_autocomplete_fields(self, request):
        return [name for name in ("customer", "product", "rep") if hasattr(self.model, name)]
