"""Links that an administrator gives to somebody: to join, or to choose a new password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import events, sign_in, team
from accounts.access import get_editable
from accounts.events import Event
from accounts.forms.settings import NewPasswordForm
from accounts.forms.team import InviteForm, JoinForm
from accounts.mail import send_link
from accounts.models import SignInLink, User
from accounts.views.team import for_administrators

INVITATION = SignInLink.Purpose.INVITATION
PASSWORD = SignInLink.Purpose.PASSWORD
PAGES = {INVITATION: "accounts:invitation", PASSWORD: "accounts:new_password"}


@never_cache
@require_http_methods(["GET", "POST"])
@for_administrators
def invite(request):
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        token = team.invite(request.user, form, timezone.now())
        return show_link(request, form.instance, token, INVITATION)
    context = {"section": "team", "form": form}
    return render(request, "accounts/invite.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def invite_again(request, pk):
    user = get_editable(request.user, User.objects, pk=pk)
    if user.has_joined or not user.is_active:
        messages.error(
            request, _("%(name)s cannot be invited: he came already, or is switched off.") % {"name": user}
        )
        return redirect("accounts:team_user", pk)
    return show_link(request, user, team.invite_again(request.user, user, timezone.now()), INVITATION)


@require_POST
def revoke_invitation(request, pk):
    user = get_editable(request.user, User.objects, pk=pk)
    if user.has_joined or not user.signinlink_set.filter(purpose=INVITATION).exists():
        messages.error(
            request, _("%(name)s has no open invitation. Switch the account off instead.") % {"name": user}
        )
        return redirect("accounts:team_user", pk)
    name = str(user)
    if team.revoke_invitation(request.user, user):
        messages.success(request, _("The invitation of %(name)s is taken back.") % {"name": name})
    else:
        messages.success(
            request,
            _("The invitation of %(name)s is taken back. The account stays, switched off: it has customers.")
            % {"name": name},
        )
    return redirect("accounts:team")


@never_cache
@require_POST
def password_link(request, pk):
    user = get_editable(request.user, User.objects, pk=pk)
    if not user.is_active:
        messages.error(request, _("%(name)s is switched off.") % {"name": user})
        return redirect("accounts:team_user", pk)
    return show_link(request, user, team.password_link(request.user, user, timezone.now()), PASSWORD)


def show_link(request, user, token, purpose):
    """Once, in the answer itself: the link is nowhere kept. Mailed too, where there is a mail server."""
    link = request.build_absolute_uri(reverse(PAGES[purpose], args=[token]))
    context = {
        "section": "team",
        "person": user,
        "link": link,
        "invites": purpose == INVITATION,
        "delivery": send_link(user, link, purpose, request.user),
    }
    return render(request, "accounts/link.html", context)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invitation(request, token):
    """Somebody invited says who he is and chooses a password."""
    return follow(request, token, INVITATION, JoinForm, Event.JOINED)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def new_password(request, token):
    return follow(request, token, PASSWORD, NewPasswordForm, Event.PASSWORD)


def follow(request, token, purpose, form_class, event):
    """Looking at the page uses nothing up; a valid form does, once, and goes on like a sign-in."""
    now = timezone.now()
    link = SignInLink.usable(token, now, purpose).select_related("user").first()
    if not link:
        return render(request, "accounts/link_gone.html", {"invites": purpose == INVITATION}, status=410)
    posted = request.POST if request.method == "POST" else None
    form = form_class(link.user, posted) if purpose == PASSWORD else form_class(posted, instance=link.user)
    if form.is_valid():
        with transaction.atomic():
            if not SignInLink.redeem(token, now, purpose):
                return render(
                    request, "accounts/link_gone.html", {"invites": purpose == INVITATION}, status=410
                )
            user = form.save()
            user.end_sessions()
            events.record(user, user, event)
        if user.language:
            translation.activate(user.language)
        return sign_in.enter(request, user, resolve_url(settings.LOGIN_REDIRECT_URL), now)
    context = {"form": form, "email": link.user.email, "link": link, "invites": purpose == INVITATION}
    return render(request, "accounts/follow_link.html", context, status=422 if form.errors else 200)
