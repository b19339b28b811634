from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

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
    said = calls.open_call(customer, outlook, request.user)
    said = said if said and said.author_id == request.user.pk else None
    goods = Goods({}, outlook, said.items if said else ())
    form = CallForm(
        request.POST or None, customer=customer, outlook=outlook, said=said, goods=goods, today=today
    )
    if request.method == "POST" and form.is_valid():
        calls.say(form.call(request.user))
        return _card(request, customer, outlook, today)
    context = {"section": "customers", "customer": customer, "form": form, "said": said}
    status = 422 if request.method == "POST" else 200
    template = "analytics/call_form.html" if request.htmx else "analytics/call.html"
    return render(request, template, context, status=status)


@require_POST
def call_lead(request, pk):
    """Puts one's own call first on the card, or the model's again."""
    customer, outlook, today = _asked(request, pk)
    said = calls.open_call(customer, outlook, request.user)
    if said and said.author_id == request.user.pk:
        calls.lead(said, "first" in request.POST)
    return _card(request, customer, outlook, today)


@require_http_methods(["GET"])
def next_order(request, pk):
    """The card alone: what the form gives way to when nothing is called after all."""
    return _card(request, *_asked(request, pk))


def _asked(request, pk):
    customer = get_visible(request.user, Customer.objects.select_related("outlook"), pk=pk)
    return customer, outlook_of(customer), timezone.localdate()


def _card(request, customer, outlook, today):
    if not request.htmx:
        return redirect(customer)
    context = {"customer": customer, **card_context(request.user, customer, outlook, today)}
    return render(request, "analytics/next_order_card.html", context)
