from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import get_visible, visible
from accounts.models import User
from analytics.ledger import charts, export, figures, lines, words
from analytics.ledger.customers_table import LedgerCustomersTable
from analytics.ledger.filter import LedgerFilter
from analytics.ledger.table import LedgerTable
from analytics.models import Settlement
from crm.chips import chips
from crm.exporting import is_download, page_status
from crm.models import Customer
from crm.querystring import without
from crm.tables.pages import USUAL, ListPaginator

LINES = 25


@require_GET
def customer_ledger(request, pk):
    """What was called of each of his orders, and what came."""
    customer = get_visible(request.user, Customer.objects.select_related("outlook"), pk=pk)
    found = lines.lines(customer)
    if is_download(request):
        return export.export_lines(request, "ledger", found)
    nobody = not any(line.rep for line in found)
    table = LedgerTable(found, customer=customer, exclude=("rep",) if nobody else ())
    RequestConfig(request, paginate={"per_page": LINES, "paginator_class": ListPaginator}).configure(table)
    context = {
        "section": "customers",
        "customer": customer,
        "table": table,
        "count": len(found),
        "query": "",
        **score_context(customer.settlements),
    }
    return render(request, "analytics/customer_ledger.html", context)


@require_GET
def ledger(request):
    """Who was right, of all customers that one sees: over time, by rep, by customer."""
    found = LedgerFilter(request.GET, visible(request.user, Settlement.objects), user=request.user)
    taken = chips(request, found, customer=Customer.objects)
    table = LedgerCustomersTable(
        figures.by_customer(found.qs),
        exclude=("owner",) if request.user.role == User.Role.REP else (),
    )
    RequestConfig(request, paginate={"per_page": USUAL, "paginator_class": ListPaginator}).configure(table)
    if is_download(request, found):
        return export.export_customers(request, "ledger", table.data.data)
    context = {
        "section": "ledger",
        "filter": found,
        "chips": taken.values(),
        "table": table,
        "count": table.paginator.count,
        "query": without(request.GET, "page"),
        "reps": _reps(found.qs) if request.user.role != User.Role.REP else [],
        **_over_time(found.qs),
        **score_context(found.qs),
    }
    return render(request, "analytics/ledger.html", context, status=page_status(request))


def _over_time(settlements):
    """The chart and the table behind it, the latest quarter first; none for a single quarter."""
    quarters = figures.by_quarter(settlements)
    days = sorted({day for rates in quarters.values() for day in rates})
    if len(days) < 2:
        return {"over_time": []}
    rates = {method: [own.get(day) for day in days] for method, own in quarters.items() if own}
    labels = [words.quarter(day) for day in days]
    names = words.methods()
    return {
        "over_time": list(zip(labels, *rates.values(), strict=True))[::-1],
        "over_time_names": [names[method] for method in rates],
        "over_time_key": [(method, names[method]) for method in rates],
        "over_time_figure": charts.over_time(rates, labels, names),
    }


def _reps(settlements):
    """[(name of a rep, his score)], by name."""
    scores = figures.by_rep(settlements)
    users = User.objects.in_bulk([score.rep for score in scores if score.rep])
    known = [(str(users[score.rep]), score) for score in scores if score.rep in users]
    return sorted(known, key=lambda row: row[0])


def score_context(settlements):
    """Who was right how often, and how honest confidence was: for one customer or for many."""
    scores, calibration = figures.scoreboard(settlements), figures.calibration(settlements)
    since, until = figures.period(settlements)
    names = words.methods()
    return {
        "scores": [(names[method], score) for method, score in scores.items() if score.all.of],
        "model": scores["model"],
        "beside": figures.beside_calls(settlements) if scores["rep"].all.of else None,
        "calibration": calibration,
        "calibration_figure": charts.calibration(calibration.points) if calibration.points else None,
        "calibration_at_least": figures.CALIBRATION_AT_LEAST,
        "tenths_at_least": figures.TENTHS_AT_LEAST,
        "since": since,
        "until": until,
    }
