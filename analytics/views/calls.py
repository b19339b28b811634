from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import retarget

from accounts.access import get_visible
from analytics.call_form import CallForm
from analytics.ledger import calls
from analytics.tables import outlook_of
from analytics.views.dashboard import Goods, card_context
from crm.models import Customer
from crm.races import again_if_taken


@require_http_methods(["GET", "POST"])
@again_if_taken
@transaction.atomic
def call(request, pk):
    """One's own call of the awaited order: typed on the card, or on a page of its own."""
    customer, outlook, today = _asked(request, pk)
    if outlook is None or outlook.last_ordered_on is None:
        return redirect(customer)
    said = _own(calls.open_calls(customer, outlook, request.user, today), request.user)
    goods = Goods({}, outlook, said.items if said else ())
    known = {"customer": customer, "outlook": outlook, "said": said, "goods": goods, "today": today}
    posted = request.POST if request.method == "POST" else None
    # A form left open was of the order that is in by now: nobody has said anything of the next one.
    outdated = posted is not None and posted.get("anchor") != outlook.last_ordered_on.isoformat()
    form = CallForm(**known, sent=posted) if outdated else CallForm(posted, **known)
    if form.is_valid():
        if said := calls.say(form.call(request.user)):
            if form.cleaned_data.get("first"):
                calls.lead(said, True)
            return _card(request, customer, outlook, today)
        refused = _(
            "An order has just come in: too late to call it. Save again in a moment to call the next one."
        )
        form.add_error(None, refused)
    context = {"section": "customers", "customer": customer, "form": form, "said": said, "outdated": outdated}
    context["last_ordered_on"] = outlook.last_ordered_on
    template = "analytics/call_form.html" if request.htmx else "analytics/call.html"
    response = render(request, template, context, status=200 if posted is None else 422)
    # Its answer takes the place of the card; what is wrong with it that of the form alone.
    return response if posted is None else retarget(response, "#call")


@require_POST
@again_if_taken
@transaction.atomic
def call_lead(request, pk):
    """Puts one's own call first on the card and in the lists, or the model's again: in place of one's own call, or of the
    colleague's that `end` names.

    A page left open still offers both: nothing gives way to a call that would not lead, nor one that nobody saw lead.
    """
    customer, outlook, today = _asked(request, pk)
    found = calls.open_calls(customer, outlook, request.user, today)
    said, first = _own(found, request.user), "first" in request.POST
    if not first and "end" in request.POST:
        said = found.lead
        if said and str(said.pk) != request.POST["end"]:
            refused = _("Another call leads by now. Look at it first.")
            return _card(request, customer, outlook, today, refused, messages.WARNING)
    if first and not (said and said.may_lead):
        refused = _("This call is no longer open: it can’t lead.")
        return _card(request, customer, outlook, today, refused, messages.WARNING)
    if said:
        calls.lead(said, first)
    return _card(request, customer, outlook, today)


@require_POST
def call_withdraw(request, pk):
    """Takes one's own call back, as long as it is open: the card is the model's again."""
    customer, outlook, today = _asked(request, pk)
    if calls.withdraw(customer, outlook, request.user, today):
        return _card(request, customer, outlook, today, _("Your call is withdrawn."))
    kept = calls.open_calls(customer, outlook, request.user, today).kept
    refused = kept.label if kept else _("There is no call of yours to withdraw.")
    return _card(request, customer, outlook, today, refused, messages.WARNING)


@require_http_methods(["GET"])
def next_order(request, pk):
    """The card alone: what the form gives way to when nothing is called after all."""
    return _card(request, *_asked(request, pk))


def _asked(request, pk):
    customer = get_visible(request.user, Customer.objects.select_related("outlook"), pk=pk)
    return customer, outlook_of(customer), timezone.localdate()


def _own(found, user):
    return found.shown if found.shown and found.shown.author_id == user.pk else None


def _card(request, customer, outlook, today, toast="", level=messages.SUCCESS):
    if not request.htmx:
        if toast:
            messages.add_message(request, level, toast)
        return redirect(customer)
    context = card_context(request.user, customer, outlook, today)
    context |= {"customer": customer, "toast": toast, "refused": level == messages.WARNING}
    return render(request, "analytics/next_order_card.html", context)
