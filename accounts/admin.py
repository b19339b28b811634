from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import SignInLink, Team, User


class NewUserForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name", "role", "team"]


@admin.register(User)
class PersonalUserAdmin(UserAdmin):
    """Django's own, without the groups and permissions that this user model does not have."""

    add_form = NewUserForm
    ordering = ["name"]
    list_display = ["email", "name", "role", "team", "is_active"]
    list_filter = ["role", "team", "is_active"]
    list_select_related = ["team"]
    search_fields = ["email", "name"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "role", "team", "is_active"]}),
        (_("Language and time"), {"fields": ["language", "time_zone"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "role", "team", "password1", "password2"]})]


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    search_fields = ["name"]


@admin.register(SignInLink)
class SignInLinkAdmin(admin.ModelAdmin):
    """To see who was given a link, and to take one back by deleting it. Links are made in the terminal."""

    list_display = ["user", "created_at", "used_at"]
    list_select_related = ["user"]
    show_full_result_count = False
    search_fields = ["=user__email"]
    fields = ["user", "created_at", "used_at"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
