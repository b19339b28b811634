from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import visible
from crm.chips import chips
from crm.exporting import is_download, page_status
from crm.filters import OrderFilter
from crm.models import Customer, Order, OrderLine, Product
from crm.money import round_money, sum_money
from crm.orders_export import export_lines, export_orders
from crm.querystring import without
from crm.tables.orders import OrderTable
from crm.tables.pages import USUAL, ListPaginator


@dataclass(frozen=True)
class Totals:
    """Sums of orders in one currency. Postage and the like are said apart: sales figures leave them out."""

    currency: str
    total: Decimal
    services: Decimal


@require_GET
def orders(request):
    found = OrderFilter(request.GET, visible(request.user, Order.objects.select_related("customer")))
    taken = chips(request, found, customer=Customer.objects, product=Product.objects)
    customer, product = (taken[name].row if name in taken else None for name in ("customer", "product"))
    # With a product, counts and amounts are of its lines alone: what the figure that led here was made of.
    lines = OrderLine.objects.filter(product=product) if product else OrderLine.objects.all()
    table = OrderTable(found.qs, product=product, exclude=["customer"] if customer else [])
    if is_download(request, found):
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
        "chips": taken.values(),
        "customer": customer,
        "product": product,
        # Sums over everything would read every line; they mean something for one customer or product anyway.
        "totals": _totals(lines.filter(order__in=found.qs.order_by().values("pk")))
        if customer or product
        else [],
        "query": without(request.GET, "page"),
    }
    return render(request, "crm/orders.html", context, status=page_status(request))


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
