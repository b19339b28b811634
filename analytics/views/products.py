from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import get_visible, visible
from analytics import charts
from analytics import products as questions
from analytics.filters import ProductFilter
from analytics.product_tables import NOTHING, BuyerTable, ProductTable
from crm.exporting import download, is_download, page_status
from crm.models import Product, ProductSuccession
from crm.querystring import without
from crm.tables.pages import USUAL, ListPaginator

BUYERS = 25
CHUNK = 500


@require_GET
def products(request):
    today = timezone.localdate()
    found = ProductFilter(request.GET, visible(request.user, Product.objects.defer("imported")))
    table = ProductTable(found.qs)
    config = RequestConfig(request, paginate={"per_page": USUAL, "paginator_class": ListPaginator})
    config.configure(table)
    if is_download(request, found):
        return _export(request, table.data.data, today)
    table.figures = questions.figures(request.user, [row.record.pk for row in table.paginated_rows], today)
    context = {
        "section": "products",
        "filter": found,
        "table": table,
        "count": table.paginator.count,
        "query": without(request.GET, "page"),
    }
    return render(request, "analytics/products.html", context, status=page_status(request))


@require_GET
def product(request, pk):
    """Who buys it, how it goes, why: of customers that the reader may see."""
    row, today = get_visible(request.user, Product.objects.all(), pk=pk), timezone.localdate()
    known = questions.buyers(request.user, row, today)
    table = BuyerTable(known, product=row)
    config = RequestConfig(request, paginate={"per_page": BUYERS, "paginator_class": ListPaginator})
    config.configure(table)
    shown = [line.record for line in table.paginated_rows]
    table.expected = questions.expected(row, shown)
    table.price_lists = questions.prices(request.user, row, shown)
    remarks = questions.remarks(request.user, row, shown)
    for buyer in shown:
        buyer.item = remarks.get(buyer.pk)
    months, quantities = questions.by_month(request.user, row, today)
    successions = ProductSuccession.objects.filter(Q(old=row) | Q(new=row)).select_related("old", "new")
    context = {
        "section": "products",
        "product": row,
        "may_edit": row.editable_by(request.user),
        "table": table,
        "buyers": sum(buyer.quantity > 0 for buyer in known),
        "stopped": sum(buyer.stopped for buyer in known),
        "quantity": sum(buyer.quantity for buyer in known),
        "before": sum(buyer.before for buyer in known),
        "last_on": max((buyer.last_on for buyer in known if buyer.last_on), default=None),
        "other_units": questions.lines_in_other_units(request.user, row),
        "figure": charts.quantities(months, quantities, row.unit) if any(quantities) else None,
        "months": list(zip(months, quantities, strict=True))[::-1],
        "successors": [link for link in successions if link.old_id == row.pk],
        "predecessors": [link for link in successions if link.new_id == row.pk],
    }
    return render(request, "analytics/product.html", context)


def _export(request, rows, today):
    header = [
        _("SKU"), _("Name"), _("Category"), _("Kind"), _("Unit"), _("Active"), _("Customers, 12 months"),
        _("Quantity, 12 months"), _("Last ordered"),
    ]  # fmt: skip
    # The stream is read after the reader's language has been left.
    kinds = {kind.value: str(kind.label) for kind in Product.Kind}
    answers = {True: _("yes"), False: _("no")}
    wanted = list(rows)

    def lines():
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            sold = questions.figures(request.user, [row.pk for row in part], today)
            for row in part:
                known = sold.get(row.pk, NOTHING)
                yield [
                    row.sku, row.name, row.category, kinds[row.kind], row.unit, answers[row.is_active],
                    known.customers, known.quantity, known.last_on,
                ]  # fmt: skip

    return download(request, "products", header, lines())
