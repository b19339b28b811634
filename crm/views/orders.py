from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig

from accounts.access import get_editable, get_visible, visible
from crm.changes import announce
from crm.exporting import csv_response
from crm.filters import OrderFilter
from crm.models import Customer, Order, OrderLine, Product
from crm.money import round_money, sum_money
from crm.tables.orders import OrderLineTable, OrderTable
from crm.tables.pages import USUAL, ListPaginator

EXPORT_CHUNK = 2000


@dataclass(frozen=True)
class Chip:
    """A filter that a link brought along, and the address of the page without it."""

    row: Customer | Product
    off: str


@dataclass(frozen=True)
class Totals:
    """Sums of orders in one currency. Postage and the like are said apart: sales figures leave them out."""

    currency: str
    total: Decimal
    services: Decimal


@require_GET
def orders(request):
    found = OrderFilter(request.GET, visible(request.user, Order.objects.select_related("customer")))
    chips = _chips(request, found)
    customer, product = (chips[name].row if name in chips else None for name in ("customer", "product"))
    # With a product, counts and amounts are of its lines alone: what the figure that led here was made of.
    lines = OrderLine.objects.filter(product=product) if product else OrderLine.objects.all()
    table = OrderTable(found.qs, product=product, exclude=["customer"] if customer else [])
    if request.GET.get("format") == "csv":
        RequestConfig(request, paginate=False).configure(table)
        return _export(table.data.data, product)
    RequestConfig(request, paginate={"per_page": USUAL, "paginator_class": ListPaginator}).configure(table)
    table.sums = _sums(lines, [row.record.pk for row in table.paginated_rows])
    context = {
        "section": "orders",
        "filter": found,
        "table": table,
        "count": table.paginator.count,
        "chips": chips.values(),
        "product": product,
        # Sums over everything would read every line; they mean something for one customer or product anyway.
        "totals": _totals(lines.filter(order__in=found.qs.order_by().values("pk")))
        if customer or product
        else [],
        "query": _without(request.GET, "page"),
    }
    return render(request, "crm/orders.html", context)


@require_GET
def order(request, pk):
    row = get_visible(request.user, Order.objects.select_related("customer", "credited_to", "run"), pk=pk)
    lines = list(
        row.lines.select_related("product", "order", "reverses__order")
        .prefetch_related("reversed_by__order")
        .order_by("pk")
    )
    table = OrderLineTable(lines)
    RequestConfig(request, paginate=False).configure(table)
    siblings = row.customer.orders.order_by("ordered_on", "pk")
    here = Q(ordered_on=row.ordered_on)
    context = {
        "section": "orders",
        "order": row,
        "table": table,
        "totals": _order_totals(row, lines),
        "any_learned": any(line.learn for line in lines),
        "earlier": siblings.filter(Q(ordered_on__lt=row.ordered_on) | here & Q(pk__lt=pk)).last(),
        "later": siblings.filter(Q(ordered_on__gt=row.ordered_on) | here & Q(pk__gt=pk)).first(),
    }
    return render(request, "crm/order.html", context)


@require_POST
def order_learn(request, pk):
    row = get_editable(request.user, Order.objects.all(), pk=pk)
    learn = request.POST.get("learn") == "1"
    Order.objects.filter(pk=row.pk).set_learn(learn)
    announce()
    said = (
        _("Forecasts learn from this order again.")
        if learn
        else _("Forecasts no longer learn from this order.")
    )
    messages.success(request, said + " " + _("They are being computed anew."))
    return redirect(row)


def _sums(lines, pks):
    """{order: (lines, amount)}"""
    rows = lines.filter(order__in=pks).order_by().values_list("order", "order__currency")
    return {
        pk: (lines, round_money(total, currency))
        for pk, currency, lines, total in rows.annotate(lines=Count("pk"), total=Sum("amount"))
    }


def _totals(lines):
    services = sum_money(lines.filter(kind=OrderLine.Kind.SERVICE))
    return [Totals(code, total, services.get(code, Decimal())) for code, total in sum_money(lines).items()]


def _order_totals(row, lines):
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


def _chips(request, found):
    """{filter: chip} of what a link narrowed the list to; 404 where that is not the reader's to see."""
    chosen = found.form.cleaned_data if found.form.is_valid() else {}
    return {
        name: Chip(
            get_visible(request.user, rows, pk=chosen[name]), "?" + _without(request.GET, name, "page")
        )
        for name, rows in (("customer", Customer.objects), ("product", Product.objects))
        if chosen.get(name)
    }


def _without(query, *names):
    query = query.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


def _export(rows, product):
    header = [
        _("Order"),
        _("Ordered on"),
        _("Customer code"),
        _("Customer"),
        _("Kind"),
        _("Lines"),
        _("Currency"),
        _("Amount"),
    ]
    columns = ("number", "ordered_on", "customer__code", "customer__name", "kind", "currency")
    wanted = Q(lines__product=product) if product else Q()
    summed = rows.values_list("pk", *columns).annotate(
        n=Count("lines", filter=wanted), total=Sum("lines__amount", filter=wanted)
    )
    # The stream is read after the reader's language has been left.
    kinds = {kind.value: str(kind.label) for kind in Order.Kind}

    def lines():
        for _pk, number, day, code, name, kind, currency, n, total in summed.iterator(EXPORT_CHUNK):
            yield number, day, code, name, kinds[kind], n, currency, round_money(total or 0, currency)

    return csv_response("orders.csv", header, lines())
