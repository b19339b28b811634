from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import get_visible
from analytics.ledger import charts, export, figures, lines, words
from analytics.ledger.table import LedgerTable
from crm.exporting import is_download
from crm.models import Customer
from crm.tables.pages import USUAL, ListPaginator


@require_GET
def customer_ledger(request, pk):
    """What was called of each of his orders, and what came."""
    customer = get_visible(request.user, Customer.objects.select_related("outlook"), pk=pk)
    found = lines.lines(customer)
    if is_download(request):
        return export.export_lines(request, "ledger", found)
    table = LedgerTable(found, customer=customer)
    RequestConfig(request, paginate={"per_page": USUAL, "paginator_class": ListPaginator}).configure(table)
    context = {
        "section": "customers",
        "customer": customer,
        "table": table,
        "count": len(found),
        "open": found[0] if found and found[0].state == "open" else None,
        "query": "",
        "today": timezone.localdate(),
        **score_context(customer.settlements),
    }
    return render(request, "analytics/customer_ledger.html", context)


def score_context(settlements):
    """Who was right how often, and how honest confidence was: for one customer or for many."""
    scores, points = figures.scoreboard(settlements), figures.calibration(settlements)
    since, until = figures.period(settlements)
    names = words.methods()
    return {
        "scores": [(names[method], score) for method, score in scores.items() if score.all.of],
        "model": scores["model"],
        "beside": figures.beside_calls(settlements) if scores["rep"].all.of else None,
        "points": points,
        "calibration_figure": charts.calibration(points) if points else None,
        "calibration_at_least": figures.CALIBRATION_AT_LEAST,
        "since": since,
        "until": until,
    }
