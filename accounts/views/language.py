from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from accounts.sign_in import target_of


@login_not_required
@require_POST
def language(request):
    """Remember the language: for a signed-in user in his settings, for everyone in the cookie."""
    code = request.POST.get("language", "")
    response = HttpResponseRedirect(target_of(request, "/"))
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
