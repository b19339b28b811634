"""What was said, promised and dismissed."""

from django.contrib import admin

from crm.admin.base import PrivateAdmin, ReadOnlyAdmin
from crm.models import Dismissal, Note, NotePerson, Promise


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


@admin.register(Dismissal)
class DismissalAdmin(ReadOnlyAdmin):
    list_display = ["user", "kind", "subject", "occurrence", "answer", "reason", "until_on"]
    list_filter = ["kind", "answer", "reason"]
    list_select_related = ["user"]
