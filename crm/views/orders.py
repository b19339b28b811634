from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import get_visible, visible
from crm.exporting import is_download
from crm.filters import OrderFilter
from crm.models import Customer, Order, OrderLine, Product
from crm.money import round_money, sum_money
from crm.orders_export import export_lines, export_orders
from crm.tables.orders import OrderTable
from crm.tables.pages import USUAL, ListPaginator


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
    if is_download(request):
        RequestConfig(request, paginate=False).configure(table)
        if request.GET.get("lines"):
            return export_lines(request, lines.filter(order__in=table.data.data.order_by().values("pk")))
        return export_orders(request, table.data.data, product)
    RequestConfig(request, paginate={"per_page": USUAL, "paginator_class": ListPaginator}).configure(table)
    table.sums = _sums(lines, [row.record.pk for row in table.paginated_rows])
    context = {
        "section": "orders",
        "filter": found,
        "table": table,
        "count": table.paginator.count,
        "chips": chips.values(),
        "customer": customer,
        "product": product,
        # Sums over everything would read every line; they mean something for one customer or product anyway.
        "totals": _totals(lines.filter(order__in=found.qs.order_by().values("pk")))
        if customer or product
        else [],
        "query": _without(request.GET, "page"),
    }
    return render(request, "crm/orders.html", context)


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
