from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from accounts import sign_in


class AdminSite(admin.AdminSite):
    """For administrators, who come in through the same door as everybody, with the second factor if they have one."""

    def has_permission(self, request):
        return super().has_permission(request) and sign_in.is_complete(request)

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request, extra_context=None):
        target = sign_in.target_of(request, resolve_url("admin:index"))
        if self.has_permission(request):
            return redirect(target)
        if request.user.is_authenticated and not super().has_permission(request):
            raise PermissionDenied
        step = "accounts:sign_in_code" if request.user.is_authenticated else "accounts:sign_in"
        return redirect(f"{resolve_url(step)}?{urlencode({REDIRECT_FIELD_NAME: target})}")
