from django.db.models import Max
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import visible
from analytics import own_columns
from analytics.cards import OLD_DAYS
from analytics.expected.baskets import baskets
from analytics.expected.calendar import calendar
from analytics.expected.filters import ExpectedFilter
from analytics.expected.led import led
from analytics.expected.lists import late, to_come
from analytics.expected.periods import DAY, MONTH, VIEWS, WEEK, Period, coming
from analytics.expected.rates import Rates
from analytics.expected.tables import LateTable, NextTable
from analytics.expected.totals import ExpectedOrders
from analytics.models import Outlook
from crm.exporting import download, is_download, page_status
from crm.money import money_cell
from crm.querystring import without
from crm.tables.pages import ListPaginator

PAGE = 25


@require_GET
def expected(request):
    """The next order of every customer: as a calendar, as a list, and what all of them add up to."""
    today = timezone.localdate()
    found = ExpectedFilter(request.GET, visible(request.user, Outlook.objects), user=request.user)
    period, rows = found.period(today), found.qs
    coming_rows, late_rows = to_come(rows, today), late(rows, today)
    inside = coming_rows.filter(shown_on__range=(period.since, period.until))
    table = NextTable(inside, today=today, user=request.user)
    if is_download(request, found):
        RequestConfig(request, paginate=False).configure(table)
        return _export(request, table.data.data)
    late_table = LateTable(late_rows, today=today, user=request.user, prefix="late-")
    for one in (table, late_table):
        RequestConfig(request, paginate={"per_page": PAGE, "paginator_class": ListPaginator}).configure(one)
    table.baskets, table.products = baskets(
        [row.record.pk for row in table.paginated_rows], first=found.product_found
    )
    book = ExpectedOrders(rows, Rates())
    known = rows.order_by().aggregate(day=Max("known_through"))["day"]
    context = {
        "section": "expected",
        "filter": found,
        "product": found.product_found,
        "period": period,
        "today": today,
        "before": period.before(today),
        "after": period.after(today),
        "views": [(view, Period.around(view, max(period.since, today))) for view in VIEWS],
        "total": book.expected(period.since, period.until),
        "weeks": calendar(period, coming_rows, book, today) if period.view != DAY else [],
        "ahead": [
            (one, book.expected(one.since, one.until))
            for one in coming(WEEK if period.view != MONTH else MONTH, today)
        ],
        "back": book.backtest(),
        "book": book,
        "led": led(coming_rows, book, period),
        "table": table,
        "count": table.paginator.count,
        "late_table": late_table,
        "late_count": late_table.paginator.count,
        "known_through": known,
        "known_old": bool(known and (today - known).days > OLD_DAYS),
        "query": without(request.GET, "page", "late-page"),
        "kept": without(request.GET, "page", "late-page", "view", "on"),
    }
    return render(request, "analytics/expected/orders.html", context, status=page_status(request))


def _export(request, rows):
    header = [
        _("Customer"), _("Country"), _("Sales rep"), _("Next order"), _("Within 7 days of the likeliest day"), _("Currency"),
        _("Worth"), _("Last order"), _("Orders known up to"), _("Led by the call of"), *own_columns.header(),
    ]  # fmt: skip
    lines = (
        [
            row.customer.name, row.customer.country, str(row.customer.owner or ""), row.shown_on,
            # Of a call nobody knows how sure it is.
            None if row.led_on or row.confidence is None else round(row.confidence, 3),
            row.currency, money_cell(row.shown_amount, row.currency),
            row.last_ordered_on, row.known_through, row.led_by_name, *own_columns.cells(row),
        ]
        for row in rows.iterator(2000)
    )  # fmt: skip
    return download(request, "expected-orders", header, lines)
