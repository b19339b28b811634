from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.forms.team import KeepsAnAdministrator
from accounts.models import SignInLink, Team, User

# Their pages show keys, and would switch a second factor off without ending sessions or a word in the log.
admin.site.unregister([StaticDevice, TOTPDevice])


class NewUserForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name", "role", "team"]


class OldUserForm(KeepsAnAdministrator, UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User


@admin.register(User)
class PersonalUserAdmin(UserAdmin):
    """Django's own, without the groups and permissions that this user model does not have."""

    form = OldUserForm
    add_form = NewUserForm
    ordering = ["name"]
    list_display = ["email", "name", "role", "team", "is_active"]
    list_filter = ["role", "team", "is_active"]
    list_select_related = ["team"]
    search_fields = ["email", "name"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "role", "team", "is_active"]}),
        (
            _("Language and time"),
            {"fields": ["language", "time_zone", "date_format", "number_format", "week_start"]},
        ),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "role", "team", "password1", "password2"]})]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            obj.end_sessions()

    def has_delete_permission(self, request, obj=None):
        """A user is switched off: his name stays on what he wrote and sold."""
        return False


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    search_fields = ["name"]


@admin.register(SignInLink)
class SignInLinkAdmin(admin.ModelAdmin):
    """To see who was given a link, and to take one back by deleting it."""

    list_display = ["user", "purpose", "created_at", "used_at"]
    list_filter = ["purpose"]
    list_select_related = ["user"]
    show_full_result_count = False
    search_fields = ["=user__email"]
    fields = ["user", "purpose", "created_at", "used_at"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
