"""The calendar feed: its secret address made, shown once and revoked; and the feed itself, for calendar programs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.feeds.feed import standing
from crm.models import CalendarFeed


@never_cache
@require_POST
def feed_make(request):
    """A new address; the one before it ends. It is shown in the answer and nowhere again."""
    renewed = CalendarFeed.of(request.user) is not None
    token = CalendarFeed.issue(request.user, get_language() or "en", timezone.now())
    address = request.build_absolute_uri(reverse("feed", args=[token]))
    context = {
        "section": "settings",
        "address": address,
        # What Apple's and Microsoft's programs open by themselves.
        "webcal": "webcal:" + address.partition(":")[2],
        "renewed": renewed,
    }
    return render(request, "feeds/made.html", context)


@require_POST
def feed_revoke(request):
    CalendarFeed.revoke(request.user)
    messages.success(request, _("Nobody can read your calendar feed any more."))
    return redirect("reminders")


@login_not_required
@require_safe
def feed(request, token):
    """Whoever knows the address reads it, without a session: calendar programs cannot sign in."""
    found = CalendarFeed.by_token(token)
    if found is None:
        raise Http404
    now = standing(found, timezone.now())
    response = HttpResponse(content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="dangol.ics"'
    response["ETag"] = now.etag
    # To be asked for each time, and kept by nobody in between.
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    modified = int(now.changed_at.timestamp())
    response["Last-Modified"] = http_date(modified)
    answer = get_conditional_response(request, now.etag, modified, response)
    if answer is response:
        response.content = now.file()
    return answer
