from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import get_editable, get_visible
from analytics import today as questions
from analytics.models import Dismissal, Outlook
from crm.models import Customer, Installation, Promise

LATER = timedelta(days=7)


@require_GET
def today(request):
    """One glance: what is late, what comes, whose day it is, what was promised, what is new."""
    day = timezone.localdate()
    late = questions.overdue(request.user, day)
    context = {
        "section": "today",
        "day": day,
        "late": late[: questions.SHOWN],
        "late_count": len(late),
        "base_currency": Installation.current().base_currency,
        "expected": questions.expected(request.user, day),
        "birthdays": questions.birthdays(request.user, day),
        "promises": questions.promises(request.user, day),
        "news": questions.news(request.user, timezone.now()),
        "reasons": Dismissal.Reason.choices,
        "shows_demo": Installation.current().shows_demo,
    }
    return render(request, "analytics/today.html", context)


@require_POST
def dismiss(request, pk):
    """Says why a late order need not be shown; it stays away until he orders, or for a week where "later" was said."""
    customer = get_visible(request.user, Customer.objects, pk=pk)
    reason = request.POST.get("reason")
    if reason not in Dismissal.Reason.values:
        messages.error(request, _("Choose why."))
        return redirect("home")
    last_on = Outlook.objects.filter(customer=customer).values_list("last_ordered_on", flat=True).first()
    if last_on is None:
        # He is not late in anybody's list, so there is nothing to take out.
        return redirect("home")
    later = timezone.localdate() + LATER if reason == Dismissal.Reason.LATER else None
    Dismissal.objects.update_or_create(
        user=request.user,
        customer=customer,
        defaults={"anchor_on": last_on, "until_on": later, "reason": reason},
    )
    messages.success(request, _("%(customer)s is out of your list.") % {"customer": customer})
    return redirect("home")


@require_POST
def promise_done(request, pk):
    promise = get_editable(request.user, Promise.objects.select_related("note"), pk=pk)
    promise.done_at = timezone.now()
    promise.save(update_fields=["done_at"])
    messages.success(request, _("Done: %(what)s") % {"what": promise.text})
    return redirect(reverse("home"))
