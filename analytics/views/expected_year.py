from django.db.models import Max
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import visible
from accounts.models import User
from analytics.cards import OLD_DAYS
from analytics.expected import year_rows
from analytics.expected.filters import GROUPINGS, YearFilter
from analytics.expected.rates import Rates
from analytics.expected.year import ExpectedYear
from analytics.expected.year_tables import OF_TARGETS, YearTable, export_header, export_rows
from analytics.models import Outlook
from crm.exporting import download, is_download, page_status
from crm.querystring import without
from crm.tables.pages import ListPaginator

PAGE = 25


@require_GET
def expected_year(request):
    """The next twelve months per customer, product, rep or team, and where each will end against its target."""
    today = timezone.localdate()
    found = YearFilter(request.GET, visible(request.user, Outlook.objects), user=request.user)
    by = found.asked("by")
    by = by if by in _groupings(request.user) else "customer"
    more = (*year_rows.MORE, year_rows.ITEMS) if by == "product" else year_rows.MORE
    year = ExpectedYear(found.qs, Rates(), today, *more)
    rows = year_rows.rows(by, request.user, year, compare=not found.is_narrowed)
    some = any(row.landing for row in rows)
    table = YearTable(rows, heading=GROUPINGS[by][1], exclude=() if some else OF_TARGETS)
    if is_download(request, found):
        RequestConfig(request, paginate=False).configure(table)
        lines = [line for row in table.rows for line in export_rows(row.record, year.rates.base)]
        return download(request, "expected-year", export_header(year.labels(), year.rates.base), lines)
    config = RequestConfig(request, paginate={"per_page": PAGE, "paginator_class": ListPaginator})
    config.configure(table)
    known = found.qs.order_by().aggregate(day=Max("known_through"))["day"]
    context = {
        "section": "expected",
        "filter": found,
        "by": by,
        "groupings": [(name, GROUPINGS[name][0]) for name in _groupings(request.user)],
        "table": table,
        "count": table.paginator.count,
        "year": year,
        "whole": year.whole(),
        "months": year.months_in_base(),
        "has_targets": some,
        "hides_targets": found.is_narrowed and by != "customer",
        "known_through": known,
        "known_old": bool(known and (today - known).days > OLD_DAYS),
        "query": without(request.GET, "page"),
        "kept": without(request.GET, "page", "by", "sort"),
    }
    return render(request, "analytics/expected/year.html", context, status=page_status(request))


def _groupings(user):
    """A rep has no team to look at."""
    return [name for name in GROUPINGS if name != "team" or user.role != User.Role.REP]
