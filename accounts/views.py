from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import SignInForm
from accounts.models import SignInLink


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view()


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_link(request, token):
    """A page with a button: programs that open links in mails to look at them must not use the link up."""
    now = timezone.now()
    if request.method == "POST":
        user = SignInLink.redeem(token, now)
        if user:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            return redirect(settings.LOGIN_REDIRECT_URL)
    usable = SignInLink.usable(token, now).select_related("user").first()
    return render(request, "accounts/sign_in_link.html", {"link": usable}, status=200 if usable else 410)


@login_not_required
@require_POST
def language(request):
    """Remember the language: for a signed-in user in his settings, for everyone in the cookie."""
    code = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=60 * 60 * 24 * 365,
            secure=settings.HTTPS,
            samesite="Lax",
        )
        if request.user.is_authenticated:
            request.user.language = code
            request.user.save(update_fields=["language"])
    return response
