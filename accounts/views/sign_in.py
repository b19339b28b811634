from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import proof, sign_in, two_factor
from accounts.forms.sign_in import CodeForm, SignInForm
from accounts.models import SignInLink


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        return sign_in.enter(self.request, form.get_user(), self.get_success_url(), timezone.now())


sign_in_page = SignIn.as_view()
sign_out = LogoutView.as_view()


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def sign_in_code(request):
    """The second step: six digits from the app, or a backup code."""
    now = timezone.now()
    found = sign_in.pending(request, now)
    if not found:
        return begin_code_step(request, now)
    if not found.user:
        sign_in.forget(request)
        messages.error(request, _("More than five minutes went by, or the account changed. Sign in again."))
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': found.target})}")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and proof.is_accepted(request, form, "code", two_factor.check, found.user, now):
        return sign_in.complete(request, found)
    return render(request, "accounts/sign_in_code.html", {"form": form}, status=422 if form.errors else 200)


def begin_code_step(request, now):
    """Somebody came here by himself: a session that still owes a code may show it, the others begin at the beginning."""
    if request.user.is_authenticated:
        target = sign_in.target_of(request, resolve_url(settings.LOGIN_REDIRECT_URL))
        return (
            redirect(target)
            if sign_in.is_complete(request)
            else sign_in.ask_for_code(request, request.user, target, now)
        )
    return redirect(settings.LOGIN_URL)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_link(request, token):
    """A page with a button: programs that open links in mails to look at them must not use the link up."""
    now = timezone.now()
    if request.method == "POST":
        user = SignInLink.redeem(token, now)
        if user:
            return sign_in.enter(request, user, resolve_url(settings.LOGIN_REDIRECT_URL), now)
    usable = SignInLink.usable(token, now).select_related("user").first()
    return render(request, "accounts/sign_in_link.html", {"link": usable}, status=200 if usable else 410)
