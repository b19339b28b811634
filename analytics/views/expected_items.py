from datetime import timedelta

from django.db.models import Max
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import visible
from analytics import products as questions
from analytics.cards import OLD_DAYS
from analytics.expected.filters import CustomersFilter
from analytics.expected.item_tables import DemandTable, export_header, export_row
from analytics.expected.items import HORIZONS, ExpectedItems
from analytics.expected.rates import Rates
from analytics.filters import ProductFilter
from analytics.models import Outlook
from crm.exporting import download, is_download, page_status
from crm.models import Product
from crm.querystring import without
from crm.tables.pages import ListPaginator

PAGE = 25


@require_GET
def expected_items(request):
    """What is to be made: how much of each product the reader's customers are expected to order in 30, 60, 90 days."""
    today = timezone.localdate()
    found = CustomersFilter(request.GET, visible(request.user, Outlook.objects), user=request.user)
    goods = ProductFilter(request.GET, visible(request.user, Product.objects.defer("imported")))
    expected = ExpectedItems(found.qs, Rates(), today)
    demands = expected.demand({product.pk: product for product in goods.qs})
    table = DemandTable(demands)
    if is_download(request, found, goods):
        RequestConfig(request, paginate=False).configure(table)
        rows = [row.record for row in table.rows]
        expected.name_buyers(rows)
        return download(request, "expected-items", export_header(), map(export_row, rows))
    config = RequestConfig(request, paginate={"per_page": PAGE, "paginator_class": ListPaginator})
    config.configure(table)
    shown = [row.record for row in table.paginated_rows]
    expected.name_buyers(shown)
    table.sold = questions.figures(request.user, [demand.product.pk for demand in shown], today)
    known = found.qs.order_by().aggregate(day=Max("known_through"))["day"]
    context = {
        "section": "expected",
        "filter": found,
        "goods": goods,
        "table": table,
        "count": table.paginator.count,
        "book": expected.book,
        "until": [today + timedelta(days=days) for days in HORIZONS],
        "since": today + timedelta(days=1),
        "known_through": known,
        "known_old": bool(known and (today - known).days > OLD_DAYS),
        "query": without(request.GET, "page"),
        "kept": without(request.GET, "page", "sort", "q", "category", "active"),
    }
    return render(request, "analytics/expected/items.html", context, status=page_status(request))
