"""The way in: a password or a link first, a code second where the user has asked for one, and only then a session.

Between the two the visitor is nobody: the session keeps who he may become, for five minutes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import REDIRECT_FIELD_NAME, login
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import two_factor
from accounts.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"
PATIENCE = timedelta(minutes=5)
PENDING = "pending_sign_in"
SECOND_FACTOR = "second_factor"


@dataclass(frozen=True)
class Pending:
    """Who has shown the first half, and where he wanted to go."""

    user: User | None
    target: str


def target_of(request, otherwise):
    """Where the address says to go on to; `otherwise` where it names another site."""
    target = request.POST.get(REDIRECT_FIELD_NAME, request.GET.get(REDIRECT_FIELD_NAME, ""))
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if safe else otherwise


def enter(request, user, target, now):
    """The answer to somebody who has shown a password or a link."""
    if two_factor.is_on(user):
        return ask_for_code(request, user, target, now)
    login(request, user, backend=BACKEND)
    return redirect(target)


def ask_for_code(request, user, target, now):
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        # A password changed meanwhile, or a deactivation, ends this as it ends sessions.
        "hash": user.get_session_auth_hash(),
        "target": target,
        "at": now.isoformat(),
    }
    return redirect("accounts:sign_in_code")


def pending(request, now):
    """What the first half left behind; without a user where it is too long ago or no longer true, None where it never was."""
    kept = request.session.get(PENDING)
    if not kept:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    late = now - datetime.fromisoformat(kept["at"]) > PATIENCE
    if late or not user or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return Pending(None, kept["target"])
    return Pending(user, kept["target"])


def forget(request):
    request.session.pop(PENDING, None)


def complete(request, found):
    """Both halves are shown."""
    forget(request)
    login(request, found.user, backend=BACKEND)
    mark(request)
    return redirect(found.target)


def mark(request):
    """This session has shown a second factor."""
    request.session[SECOND_FACTOR] = True


def is_complete(request):
    """Whether the session of a signed-in user has shown all that he asked to be asked for."""
    return request.session.get(SECOND_FACTOR, False) or not two_factor.is_on(request.user)
