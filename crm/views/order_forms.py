from hashlib import blake2b

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import get_editable, visible
from crm.changes import announce
from crm.deliveries import deliveries
from crm.forms.orders import OrderForms
from crm.forms.shipments import ShipmentForm
from crm.models import Customer, Order, Shipment
from crm.races import again_if_taken

SHOWN_ALIKE = 5


@require_http_methods(["GET", "POST"])
@again_if_taken
def order_new(request, customer_pk):
    customer = get_editable(request.user, Customer.objects.all(), pk=customer_pk)
    order = Order(
        customer=customer,
        currency=customer.currency,
        credited_to=customer.owner,
        ordered_on=timezone.localdate(),
    )
    return _form(request, order)


@require_http_methods(["GET", "POST"])
@again_if_taken
def order_edit(request, pk):
    return _form(request, get_editable(request.user, Order.objects.select_related("customer"), pk=pk))


@require_http_methods(["GET", "POST"])
@again_if_taken
def shipment_new(request, pk):
    order = get_editable(request.user, Order.objects.select_related("customer"), pk=pk)
    return _shipment(request, Shipment(order=order, shipped_on=timezone.localdate()))


@require_http_methods(["GET", "POST"])
@again_if_taken
def shipment_edit(request, pk):
    return _shipment(
        request, get_editable(request.user, Shipment.objects.select_related("order__customer"), pk=pk)
    )


def _form(request, order):
    today = timezone.localdate()
    if request.method == "GET":
        return _page(request, OrderForms(request.user, order, today))
    is_new = order.pk is None
    with transaction.atomic():
        forms = OrderForms(
            request.user, order if is_new else _locked(request.user, order), today, request.POST
        )
        valid = forms.is_valid()
        asked = _to_ask_back(request, forms) if valid else {}
        if valid and not asked:
            forms.save()
    if not valid or asked:
        return _page(request, forms, status=422, asked=asked)
    announce()
    said = _("Order %(order)s is entered.") if is_new else _("Saved.")
    messages.success(request, said % {"order": forms.order} + " " + _("Forecasts are being computed anew."))
    return redirect(forms.order)


def _to_ask_back(request, forms):
    """What may be a slip, and the `key` that comes back with who means it: of another slip meanwhile he is asked again."""
    asked = {"alike": _alike(request.user, forms), "far_off": forms.far_off()}
    key = blake2b(repr(asked).encode(), digest_size=8).hexdigest()
    return asked | {"key": key} if any(asked.values()) and request.POST.get("anyway") != key else {}


def _alike(user, forms):
    """Orders that may be the one whose number was typed."""
    if "number" not in forms.form.changed_data:
        return []
    known = visible(user, Order.objects.numbered_like(forms.order))
    return list(known.select_related("customer")[:SHOWN_ALIKE])


def _locked(user, order):
    """As it is now and stays until the transaction is over. The customer first, as imports do it: nobody waits crosswise."""
    Customer.objects.select_for_update().filter(pk=order.customer_id).first()
    orders = Order.objects.select_for_update(of=("self",)).select_related("customer")
    return get_editable(user, orders, pk=order.pk)


def _page(request, forms, status=200, asked=None):
    context = {
        "section": "orders",
        "customer": forms.order.customer,
        # What stands in the database: the form has put what was typed into the order.
        "order": None if forms.is_new else Order.objects.get(pk=forms.order.pk),
        "forms": forms,
        "form": forms.form,
        "lines": forms.lines,
        "asked": asked,
    }
    return render(request, "crm/order_form.html", context, status=status)


def _shipment(request, shipment):
    if request.method == "GET":
        return _shipment_page(request, shipment, _shipment_form(shipment))
    with transaction.atomic():
        # Of two who ship the same order at once, the second is told what the first left open.
        shipment.order = _locked(request.user, shipment.order)
        form = _shipment_form(shipment, request.POST)
        saved = form.is_valid()
        if saved:
            form.save()
    if not saved:
        return _shipment_page(request, shipment, form, status=422)
    announce()
    messages.success(request, _("The shipment is recorded."))
    return redirect(shipment.order)


def _shipment_form(shipment, posted=None):
    order, today = shipment.order, timezone.localdate()
    lines = list(order.lines.select_related("product").order_by("pk"))
    inside = dict(shipment.lines.values_list("order_line", "quantity")) if shipment.pk else {}
    known = deliveries(order, lines, today)
    room = {line.pk: known[line.pk].open + inside.get(line.pk, 0) for line in lines}
    room = {pk: left for pk, left in room.items() if left}
    return ShipmentForm(posted, instance=shipment, lines=lines, room=room, today=today)


def _shipment_page(request, shipment, form, status=200):
    context = {"section": "orders", "order": shipment.order, "shipment": shipment, "form": form}
    return render(request, "crm/shipment_form.html", context, status=status)
