"""The lock after repeated failures, by django-axes: five for one name from one address, whatever was wrong.

Passwords asked by the sign-in form are counted by axes itself; whoever checks a password or a code elsewhere says so
here.
"""

import ipaddress
import math

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.shortcuts import render


def client_address(request):
    """Where a request comes from. A proxy's word counts only where BEHIND_PROXY says that there is one.

    The last address that it wrote down is the one it saw itself; those before it anybody may have made up. Of an IPv6
    address the network counts: each household has more of them than there are stars.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or given
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return None
    if address.version == 6:
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def is_locked(request, email):
    """If so, axes' middleware answers the request with `locked_answer`, whatever the view says."""
    if AxesProxyHandler.is_allowed(request, {"username": email}):
        return False
    request.axes_locked_out, request.axes_credentials = True, {"username": email}
    return True


def count_failure(request, email):
    """The one that is too many locks, and is answered like those after it."""
    AxesProxyHandler.user_login_failed(__name__, {"username": email}, request)


def forget_failures(request, email):
    AxesProxyHandler.reset_attempts(ip_address=client_address(request), username=email)


def locked_answer(request, response, credentials):
    """Says so, and when to try again; the same for a name that exists and for one that does not."""
    seconds = seconds_left(request, (credentials or {}).get("username"))
    answer = render(request, "accounts/locked.html", {"minutes": math.ceil(seconds / 60)}, status=429)
    answer["Retry-After"] = str(math.ceil(seconds))
    answer["Cache-Control"] = "no-store"
    return answer


def seconds_left(request, email):
    attempts = AccessAttempt.objects.filter(username=email, ip_address=request.axes_ip_address)
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or request.axes_attempt_time
    left = (last + settings.AXES_COOLOFF_TIME - request.axes_attempt_time).total_seconds()
    return max(left, 1)
