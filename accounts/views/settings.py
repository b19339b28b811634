from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import events, proof, two_factor
from accounts.events import Event
from accounts.forms.settings import ChangePasswordForm, NewPasswordForm, SettingsForm
from accounts.models import User


@require_http_methods(["GET", "POST"])
def own_settings(request):
    # A copy: what is typed and refused must not be shown in the page's head.
    user = User.objects.get(pk=request.user.pk)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=user)
    if form.is_valid():
        # What somebody else changed of the account meanwhile stays: only what was typed is written.
        form.save(commit=False).save(update_fields=form.changed_data)
        if user.language:
            translation.activate(user.language)
        messages.success(request, _("Saved."))
        return redirect("accounts:settings")
    context = {
        "section": "settings",
        "form": form,
        "two_factor": two_factor.is_on(user),
        "codes_left": two_factor.backup_codes_left(user),
        "events": events.entries(user),
        "sample": {"day": timezone.localdate(), "amount": 12345.6},
    }
    return render(request, "accounts/settings.html", context, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request):
    """Change it: the present one is asked, unless there is none."""
    user = User.objects.get(pk=request.user.pk)
    asks = user.has_usable_password()
    posted = request.POST if request.method == "POST" else None
    form = (ChangePasswordForm if asks else NewPasswordForm)(user, posted)
    if form.is_valid() and (
        not asks or proof.is_accepted(request, form, "old_password", proof.by_password, user, timezone.now())
    ):
        with transaction.atomic():
            form.save()
            user.end_sessions()
            events.record(user, user, Event.PASSWORD)
        keep_this_session(request, user)
        messages.success(
            request, _("Your password is changed. You are signed out everywhere but in this browser.")
        )
        return redirect("accounts:settings")
    context = {"section": "settings", "form": form, "asks": asks}
    return render(request, "accounts/password.html", context, status=422 if form.errors else 200)


@require_POST
def sign_out_everywhere(request):
    request.user.end_sessions()
    events.record(request.user, request.user, Event.SIGNED_OUT)
    if request.POST.get("here"):
        logout(request)
        return redirect(settings.LOGIN_URL)
    keep_this_session(request, request.user)
    messages.success(request, _("You are signed out everywhere but in this browser."))
    return redirect("accounts:settings")


def keep_this_session(request, user):
    """After all sessions were ended: this one goes on, under a new key."""
    request.user = user
    update_session_auth_hash(request, user)
