"""What left, when, and how late against the day it was promised for."""

from django.db.models import Count, Min, OuterRef, Prefetch, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import visible
from crm.models import OrderLine, Shipment, ShipmentLine
from crm.templatetags.figures import number, quantity
from crm.timeline.entries import Entry, end_of, key_of

LINES_NAMED = 3


def shipments(asked):
    rows = asked.of(
        visible(asked.user, Shipment.objects), customer="order__customer", words=("number", "order__number")
    )
    of_order = OrderLine.objects.filter(order=OuterRef("order")).order_by().values("order")
    rows = rows.select_related("order").annotate(
        n=Count("lines"),
        of=Subquery(of_order.annotate(n=Count("pk")).values("n")),
        promised_on=Min("lines__order_line__promised_on"),
    )
    named = ShipmentLine.objects.select_related("order_line__product").order_by("-quantity", "pk")
    rows = rows.prefetch_related(Prefetch("lines", named[:LINES_NAMED], to_attr="named"))
    return [_entry(shipment) for shipment in asked.newest(rows, "shipment", day="shipped_on")]


def _entry(shipment):
    late = (shipment.shipped_on - shipment.promised_on).days if shipment.promised_on else 0
    return Entry(
        at=end_of(shipment.shipped_on),
        kind="shipment",
        key=key_of("shipment", shipment.pk),
        title=_("Shipped: %(number)s") % {"number": shipment.order},
        text=_what_left(shipment),
        url=shipment.order.get_absolute_url(),
        late=ngettext("%(n)s day late", "%(n)s days late", late) % {"n": late} if late > 0 else "",
        on_time=_("on time") if shipment.promised_on and late <= 0 else "",
    )


def _what_left(shipment):
    """4 of 6 lines: 120 pcs AUR-400, 40 pcs TAP-05, …"""
    lines = _("%(n)s of %(of)s lines") % {"n": number(shipment.n), "of": number(shipment.of or 0)}
    goods = [
        " ".join(filter(None, [quantity(line.quantity), line.order_line.unit, line.order_line.product.sku]))
        for line in shipment.named
    ]
    if shipment.n > len(goods):
        goods.append("…")
    return f"{lines}: {', '.join(goods)}" if goods else lines
