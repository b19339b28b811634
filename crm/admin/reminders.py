"""Reminders and how they were delivered."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crm.admin.base import LargeAdmin, PrivateAdmin, ReadOnlyAdmin
from crm.models import (
    CalendarFeed,
    Digest,
    DigestItem,
    Greeting,
    GreetingMail,
    Heartbeat,
    QuietDays,
    ReminderSettings,
)
from crm.reminders import delivery


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin):
    """The log of deliveries: what waits can be sent at once, or given up."""

    list_display = ["user", "day", "state", "attempts", "sent_at", "next_attempt_at", "error"]
    list_filter = ["state"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]
    actions = ["send_again", "give_up"]

    def has_change_permission(self, request, obj=None):
        # Of the list alone, for its actions; a form would offer to write over what happened.
        return obj is None

    @admin.action(description=_("Send at once"))
    def send_again(self, request, queryset):
        done = sum(delivery.retry(row) for row in queryset)
        self.message_user(
            request,
            _("%(n)s will be sent with the worker's next turn, those of earlier days with the next digest.")
            % {"n": done},
        )

    @admin.action(description=_("Give up"))
    def give_up(self, request, queryset):
        done = sum(delivery.give_up(row) for row in queryset)
        self.message_user(request, _("%(n)s given up.") % {"n": done})


@admin.register(DigestItem)
class DigestItemAdmin(ReadOnlyAdmin):
    list_display = ["user", "kind", "subject", "occurs_on", "lead", "digest"]
    list_filter = ["kind"]
    list_select_related = ["user", "digest__user"]


@admin.register(Greeting)
class GreetingAdmin(PrivateAdmin):
    list_display = ["person", "occurs_on", "by", "how", "greeted_at"]
    list_select_related = ["person", "by"]
    autocomplete_fields = ["person", "by"]
    raw_id_fields = ["date"]


@admin.register(GreetingMail)
class GreetingMailAdmin(PrivateAdmin, ReadOnlyAdmin):
    list_display = ["user", "date", "occurs_on", "state", "sent_at"]
    list_select_related = ["user", "date__person"]


@admin.register(ReminderSettings)
class ReminderSettingsAdmin(LargeAdmin):
    list_display = ["user", "is_on", "hour", "weekdays"]
    list_select_related = ["user"]
    autocomplete_fields = ["user"]


@admin.register(QuietDays)
class QuietDaysAdmin(LargeAdmin):
    list_display = ["user", "from_on", "to_on"]
    list_select_related = ["user"]
    autocomplete_fields = ["user"]


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Who has an address that reads his calendar; deleting the row ends it."""

    list_display = ["user", "made_at", "read_at"]
    list_select_related = ["user"]

    def has_delete_permission(self, request, obj=None):
        return request.user.is_staff


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "at"]
