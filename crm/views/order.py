"""One order: what is in it, what has left, and what forecasts may learn from it."""

from decimal import Decimal

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig

from accounts.access import get_editable, get_visible
from crm.baseline import keep_baseline
from crm.changes import announce
from crm.deliveries import deliveries
from crm.models import Order, OrderLine
from crm.money import round_money
from crm.tables.order_lines import OrderLineTable
from crm.undo import say_with_undo


@require_GET
def order(request, pk):
    row = get_visible(request.user, Order.objects.select_related("customer", "credited_to", "run"), pk=pk)
    lines = list(
        row.lines.select_related("product", "order", "reverses__order")
        .prefetch_related("reversed_by__order")
        .order_by("pk")
    )
    delivered = deliveries(row, lines, timezone.localdate())
    table = OrderLineTable(lines, deliveries=delivered)
    RequestConfig(request, paginate=False).configure(table)
    siblings = row.customer.orders.order_by("ordered_on", "pk")
    here = Q(ordered_on=row.ordered_on)
    context = {
        "section": "orders",
        "order": row,
        "table": table,
        "totals": _totals(row, lines),
        "any_learned": any(line.learn for line in lines),
        "shipments": row.shipments.prefetch_related("lines__order_line__product").order_by(
            "shipped_on", "pk"
        ),
        "something_open": any(delivery.open for delivery in delivered.values()),
        "earlier": siblings.filter(Q(ordered_on__lt=row.ordered_on) | here & Q(pk__lt=pk)).last(),
        "later": siblings.filter(Q(ordered_on__gt=row.ordered_on) | here & Q(pk__gt=pk)).first(),
    }
    return render(request, "crm/order.html", context)


@require_POST
def order_learn(request, pk):
    row = get_editable(request.user, Order.objects.all(), pk=pk)
    said = _set_learn(
        request,
        row,
        _("Forecasts learn from this order again."),
        _("Forecasts no longer learn from this order."),
    )
    messages.success(request, said)
    return redirect(row)


@require_POST
def line_learn(request, pk):
    line = get_editable(request.user, OrderLine.objects.select_related("order", "product"), pk=pk)
    said = _set_learn(
        request,
        line,
        _("Forecasts learn from %(product)s of this order again.") % {"product": line.product},
        _("Forecasts no longer learn from %(product)s of this order.") % {"product": line.product},
    )
    messages.success(request, said)
    return redirect(line.order)


@require_POST
def order_cancel(request, pk):
    """A cancelled order is in no figure and teaches nothing; it stays, because it was there."""
    row = get_editable(request.user, Order.objects.all(), pk=pk)
    cancel = request.POST.get("cancel") == "1"
    keep_baseline(Order.objects.filter(pk=row.pk))
    row.status = Order.Status.CANCELLED if cancel else row.status_before_cancelling()
    row.save(update_fields=["status"])
    announce()
    said = _("Order %(order)s is cancelled.") if cancel else _("Order %(order)s stands again.")
    say_with_undo(
        request,
        said % {"order": row} + " " + _("Forecasts are being computed anew."),
        reverse("order_cancel", args=[row.pk]),
        cancel=0 if cancel else 1,
    )
    return redirect(row)


def _set_learn(request, row, again, no_longer):
    """Sets the switch of an order or a line to what was posted; returns what to say."""
    keep_baseline(type(row).objects.filter(pk=row.pk))
    row.learn = request.POST.get("learn") == "1"
    row.save(update_fields=["learn"])
    announce()
    return (again if row.learn else no_longer) + " " + _("They are being computed anew.")


def _totals(row, lines):
    """What adds up to the order's total, in its currency; parts that are nothing are left out."""
    parts = [
        (_("Goods"), lambda line: line.kind != OrderLine.Kind.SERVICE and line.quantity > 0),
        (_("Returns"), lambda line: line.kind != OrderLine.Kind.SERVICE and line.quantity < 0),
        (_("Services"), lambda line: line.kind == OrderLine.Kind.SERVICE),
        (_("Total"), lambda line: True),
    ]
    sums = [(label, sum((line.amount for line in lines if of(line)), Decimal())) for label, of in parts]
    return [
        (label, round_money(total, row.currency)) for label, total in sums if total or label == parts[-1][0]
    ]
