from django.db.models import Max
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import visible
from analytics import own_columns
from analytics.cards import OLD_DAYS
from analytics.filters import CustomerFilter
from analytics.ledger.leading import with_lead
from analytics.models import Outlook
from analytics.tables import CustomerTable, outlook_of
from crm.exporting import download, is_download, page_status
from crm.models import Customer, Installation
from crm.money import money_cell
from crm.querystring import without
from crm.tables.pages import SIZES, USUAL, ListPaginator

# What the list never shows and would only carry around.
HEAVY = (*(f"outlook__{name}" for name in Outlook.HEAVY), "imported")


@require_GET
def customers(request):
    today = timezone.localdate()
    mine = visible(request.user, Customer.objects.select_related("outlook", "owner").defer(*HEAVY))
    rows = with_lead(mine, today, outlook="outlook__", customer="")
    found = CustomerFilter(request.GET, rows, user=request.user, today=today)
    table = CustomerTable(found.qs, user=request.user)
    config = RequestConfig(request, paginate={"per_page": USUAL, "paginator_class": ListPaginator})
    config.configure(table)
    if is_download(request, found):
        return _export(request, table.data.data)
    known_through = mine.order_by().aggregate(day=Max("orders_known_through"))["day"]
    context = {
        "section": "customers",
        "filter": found,
        "table": table,
        "count": table.paginator.count,
        "sizes": SIZES if table.paginator.count > min(SIZES) else [],
        "known_through": known_through,
        "known_old": bool(known_through and (today - known_through).days > OLD_DAYS),
        "shows_demo": Installation.current().shows_demo,
        "query": without(request.GET, "page"),
    }
    return render(request, "analytics/customers.html", context, status=page_status(request))


def _export(request, rows):
    header = [
        _("Code"), _("Customer"), _("Country"), _("Sales rep"), _("Next order"), _("Days overdue"), _("Currency"),
        _("Worth"), _("Ordered in 12 months"), _("Last order"), _("Interval (days)"), _("Orders known up to"),
        _("Led by the call of"), *own_columns.header(),
    ]  # fmt: skip

    def lines():
        for row in rows.iterator(2000):
            o = outlook_of(row)
            known = [None] * 7
            if o:
                known = [
                    row.shown_on, 0 if row.led_on else max(o.overdue_days, 0), o.currency,
                    *(money_cell(value, o.currency) for value in (row.shown_amount, o.amount_12m)),
                    o.last_ordered_on, o.interval_days,
                ]  # fmt: skip
            about = [row.code, row.name, row.country, str(row.owner or "")]
            yield [*about, *known, row.orders_known_through, row.led_by_name, *own_columns.cells(o)]

    return download(request, "customers", header, lines())
