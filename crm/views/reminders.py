"""A user's reminders: when and of what, what comes next, what was sent, and whether the worker is at work."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_visible, visible
from accounts.mail import is_set_up as mail_is_set_up
from accounts.models import User
from crm.forms.reminders import QuietDaysForm, RemindersForm
from crm.models import (
    CalendarFeed,
    Digest,
    DigestItem,
    QuietDays,
    ReminderSettings,
)
from crm.races import again_if_taken
from crm.reminders import health, mail, transport
from crm.reminders.clock import Clock
from crm.reminders.contents import sections
from crm.reminders.kind import kinds
from crm.reminders.planning import next_digests, schedules

SHOWN = 15
REMEMBERED = timedelta(days=800)
State = Digest.State
TAGS = {
    State.SENT: "tag-grow", State.UNCONFIRMED: "tag-risk", State.GIVEN_UP: "tag-risk", State.PLANNED: "tag-new",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@again_if_taken
def reminders(request):
    form = _form(request, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("reminders")
    return _page(request, form, QuietDaysForm())


def _form(request, posted=None):
    return RemindersForm(posted, instance=ReminderSettings.of(request.user), now=timezone.now())


def _page(request, form, quiet_form):
    now, user = timezone.now(), request.user
    wishes = ReminderSettings.of(user)
    digests = list(Digest.objects.filter(user=user).exclude(state=State.MERGED)[:SHOWN])
    for digest in digests:
        digest.tag = TAGS.get(digest.state, "")
    context = {
        "section": "settings",
        "form": form,
        "quiet_form": quiet_form,
        "quiet_days": visible(user, QuietDays.objects).filter(user=user, to_on__gte=timezone.localdate()),
        "digests": digests,
        "health": health.look(now),
        "next_digests": _next(user, now, wishes) if wishes.is_on else [],
        "last_sent": next((digest for digest in digests if digest.sent_at), None),
        "refused": next((d for d in digests if d.state == State.PLANNED and d.first_refused_at), None),
        "feed": CalendarFeed.of(user),
        "mail_is_set_up": mail_is_set_up(),
    }
    return render(
        request, "reminders/page.html", context, status=422 if form.errors or quiet_form.errors else 200
    )


def _next(user, now, wishes):
    """[(moment, sections)] of the next digests, as they would be now."""
    told = set(
        # Also of orders waited for: their occurrence is the last order, long ago.
        DigestItem.objects.filter(user=user, occurs_on__gte=timezone.localdate() - REMEMBERED).values_list(
            "kind", "subject", "occurs_on", "lead"
        )
    )
    shown = []
    for plan, due in next_digests(user, now):
        items = [
            DigestItem(kind=item.kind, subject=item.subject, occurs_on=item.occurs_on, lead=item.lead,
                       meant_on=plan.day, pk=place)
            for place, item in enumerate(due, start=1)
            if item.key not in told
        ]  # fmt: skip
        moment = plan.schedule.moment(plan.day)
        shown.append((moment, sections(user, items, Clock(moment, user.time_zone), wishes)))
    return shown


@require_POST
def quiet_days(request):
    form = QuietDaysForm(request.POST)
    if not form.is_valid():
        return _page(request, _form(request), form)
    form.instance.user = request.user
    form.save()
    messages.success(request, _("No digest on these days."))
    following = schedules([request.user])[request.user.pk][1].next(timezone.now())
    if following is None or following > form.instance.from_on:
        messages.warning(
            request, _("No digest comes before them any more: look at what falls into them yourself.")
        )
    return redirect("reminders")


@require_POST
def quiet_days_remove(request, pk):
    get_visible(request.user, QuietDays.objects.filter(user=request.user), pk=pk).delete()
    messages.success(request, _("Removed."))
    return redirect("reminders")


@require_POST
def reminders_test(request):
    """Sends a mail now: it says that mails arrive, nothing about the worker."""
    if not mail_is_set_up():
        messages.error(
            request, _("No mail server is set up, so no mail can be sent. Ask your administrator.")
        )
        return redirect("reminders")
    try:
        transport.send(mail.test_message(request.user), lambda: None)
    except (transport.Refused, transport.NotConfirmed) as error:
        messages.error(request, _("The mail server did not take it: %(error)s") % {"error": error})
    else:
        messages.success(request, _("Sent to %(email)s.") % {"email": request.user.email})
    return redirect("reminders")


@never_cache
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def reminders_stop(request, token):
    """From a mail, without a session: the signed address is the proof. Mail programs POST to it by themselves (RFC 8058)."""
    found = mail.read_stop_token(token)
    user = User.objects.filter(pk=found[0], is_active=True).first() if found else None
    kind = kinds().get(found[1]) if found else None
    if user is None or (kind is None and found[1] != mail.EVERYTHING):
        return render(request, "reminders/stop.html", {"gone": True}, status=410)
    if request.method == "POST":
        row = ReminderSettings.objects.get_or_create(user=user)[0]
        if kind is None:
            row.is_on = False
        elif kind.name not in row.off:
            row.off = [*row.off, kind.name]
        row.save(update_fields=["is_on", "off"])
    context = {"kind": kind, "done": request.method == "POST", "site": settings.SITE_URL}
    return render(request, "reminders/stop.html", context)
