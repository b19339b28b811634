"""Which files came in since yesterday morning."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max

from accounts.access import visible
from analytics.today.entries import Entry, midnight
from crm.models import Customer, Dismissal, ImportRun


@dataclass(frozen=True, kw_only=True)
class Imported(Entry):
    """A run, with the orders it brought of customers that the reader sees."""

    run: ImportRun
    orders: int
    through_on: date


def imported(user, today) -> list[Imported]:
    mine = visible(user, Customer.objects).values("pk")
    since = midnight(today - timedelta(days=1))
    runs = ImportRun.objects.filter(
        state=ImportRun.State.APPLIED, applied_at__gte=since, order__customer__in=mine
    )
    runs = runs.select_related("user").annotate(n=Count("order"), last_on=Max("order__ordered_on"))
    return [
        Imported(
            kind=Dismissal.Kind.NEWS,
            subject=run.pk,
            name=run.file_name,
            run=run,
            orders=run.n,
            through_on=run.complete_through or run.last_on,
        )
        for run in runs.order_by("-applied_at", "-pk")
    ]
