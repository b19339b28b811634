from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import events, proof, sign_in, two_factor
from accounts.events import Event
from accounts.forms.sign_in import CodeForm, ProofForm
from accounts.views.settings import keep_this_session

NEW_KEY = "new_totp_key"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def two_factor_page(request):
    """Switched off: the picture to scan and a code to confirm it. Switched on: new backup codes, or off again."""
    if two_factor.is_on(request.user):
        return show_switched_on(request, ProofForm())
    # Until it is confirmed, the key is this session's alone.
    key = request.session.setdefault(NEW_KEY, two_factor.new_key())
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        codes = two_factor.switch_on(request.user, key, form.cleaned_data["code"], timezone.now())
        if codes:
            del request.session[NEW_KEY]
            keep_this_session(request, request.user)
            sign_in.mark(request)
            events.record(request.user, request.user, Event.TWO_FACTOR_ON)
            return show_codes(request, codes, just_switched_on=True)
        form.add_error("code", _("This code does not fit. Type the one that the app shows now."))
    context = {
        "section": "settings",
        "form": form,
        "picture": two_factor.picture(two_factor.address(request.user, key)),
        "to_type": two_factor.to_type(key),
    }
    return render(request, "accounts/two_factor_set_up.html", context, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters()
@require_POST
def backup_codes(request):
    if not two_factor.is_on(request.user):
        return redirect("accounts:two_factor")
    form = ProofForm(request.POST)
    if not is_proven(request, form):
        return show_switched_on(request, form)
    events.record(request.user, request.user, Event.NEW_CODES)
    return show_codes(request, two_factor.renew_backup_codes(request.user))


@never_cache
@sensitive_post_parameters()
@require_POST
def two_factor_off(request):
    if not two_factor.is_on(request.user):
        return redirect("accounts:two_factor")
    form = ProofForm(request.POST)
    if not is_proven(request, form):
        return show_switched_on(request, form)
    two_factor.switch_off(request.user)
    keep_this_session(request, request.user)
    events.record(request.user, request.user, Event.TWO_FACTOR_OFF)
    messages.success(request, _("Two-factor sign-in is switched off."))
    return redirect("accounts:settings")


def is_proven(request, form):
    return form.is_valid() and proof.is_accepted(
        request, form, "proof", proof.by_either, request.user, timezone.now()
    )


def show_switched_on(request, form):
    context = {
        "section": "settings",
        "form": form,
        "codes_left": two_factor.backup_codes_left(request.user),
    }
    return render(request, "accounts/two_factor.html", context, status=422 if form.errors else 200)


def show_codes(request, codes, just_switched_on=False):
    """Once: they are not kept in a form that could be shown again."""
    context = {"section": "settings", "codes": codes, "just_switched_on": just_switched_on}
    return render(request, "accounts/backup_codes.html", context)
