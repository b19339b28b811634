"""Greeting people: what was said and given, and what Dangol may write."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible, visible
from accounts.mail import is_set_up as mail_is_set_up
from crm import greeted
from crm.forms.reminders import GreetingForm, GreetingMailForm
from crm.models import Greeting, GreetingMail, PersonDate
from crm.races import again_if_taken
from crm.reminders import greeting_mails, greetings

State = GreetingMail.State
TAGS = {
    State.PROPOSED: "tag-new", State.SENT: "tag-grow", State.UNCONFIRMED: "tag-risk", State.GIVEN_UP: "tag-risk",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@again_if_taken
def greet(request, pk, day):
    """Greeted: written down with the words and the gift, for next year."""
    row = get_visible(request.user, PersonDate.objects.select_related("person"), pk=pk)
    known = Greeting.objects.filter(person=row.person, occurs_on=day, by=request.user).first()
    words = greetings.words(row.person, row.kind, max((timezone.localdate() - day).days, 0))
    form = GreetingForm(
        request.POST if request.method == "POST" else None,
        instance=known or Greeting(person=row.person, date=row, occurs_on=day, by=request.user, text=words),
    )
    if form.is_bound and form.is_valid():
        form.instance.greeted_at = form.instance.greeted_at or timezone.now()
        greeted.answer_on_today(form.save())
        messages.success(request, _("Written down: %(name)s was greeted.") % {"name": row.person})
        return redirect(row.person)
    context = {
        "section": "people",
        "row": row,
        "person": row.person,
        "day": day,
        "form": form,
        "known": known,
        "earlier": greeted.earlier(request.user, row, day),
    }
    return render(request, "reminders/greet.html", context, status=422 if form.errors else 200)


@require_GET
def greeting_mails_page(request):
    """What Dangol would write for him in the next days, to be approved or stopped."""
    # Of people that he still sees: after a handover their address is no longer his.
    dates = visible(request.user, PersonDate.objects).values("pk")
    rows = visible(request.user, GreetingMail.objects).filter(date__in=dates).select_related("date__person")
    rows = list(rows.filter(occurs_on__gte=timezone.localdate() - timedelta(days=30)))
    addresses = greeting_mails.addresses_of([row.date.person_id for row in rows])
    for row in rows:
        row.is_open = row.state in GreetingMail.OPEN
        row.tag = TAGS.get(row.state, "")
        row.to = addresses.get(row.date.person_id)
        row.form = GreetingMailForm(instance=row, auto_id=f"id_%s_{row.pk}")
    # What can still be answered comes first, the nearest day above; then what is over, the latest above.
    rows.sort(key=lambda row: (not row.is_open, row.occurs_on.toordinal() * (1 if row.is_open else -1)))
    context = {"section": "settings", "rows": rows, "mail_is_set_up": mail_is_set_up()}
    return render(request, "reminders/greeting_mails.html", context)


@require_POST
def greeting_mail(request, pk):
    """Approves a greeting with its words, or stops it."""
    row = get_visible(request.user, GreetingMail.objects.select_related("date__person"), pk=pk)
    if "stop" in request.POST:
        stopped = greeting_mails.stop(row)
        messages.success(request, _("Stopped.")) if stopped else messages.error(
            request, _("It has left already.")
        )
        return redirect("greeting_mails")
    form = GreetingMailForm(request.POST, instance=row)
    if not form.is_valid():
        messages.error(request, _("Write a greeting."))
    elif greeting_mails.approve(row, form.cleaned_data["text"]):
        messages.success(request, _("It will be sent on the day."))
    else:
        messages.error(request, _("It is too late, or it was stopped."))
    return redirect("greeting_mails")
