"""Replays the past: what the same engine would have called after each earlier order, with what was known on its day."""

from django.db import transaction

from analytics.engine.bookstats import Refits
from analytics.engine.calendar import epoch_day
from analytics.engine.forecast import next_date, next_order
from analytics.engine.orderbook import OrderBook
from analytics.ledger.forecasts import made
from analytics.ledger.orderdays import OrderDays
from analytics.ledger.settling import settle
from analytics.models import Forecast
from crm.models import Customer

LAST_ORDERS = 20
CHUNK = 50


def backfill(book: OrderBook, positions, now):
    """Fills what is missing among each customer's last twenty anchors but the present one, and settles it.

    Marked as replayed, and never counted as called. `positions`: customers' places in the book. Nothing is done twice:
    who has been replayed already costs one look. Safe to kill: the next run goes on where this one ended.
    """
    refits, positions = Refits(book), list(positions)
    for start in range(0, len(positions), CHUNK):
        histories = [book.history(index) for index in positions[start : start + CHUNK]]
        known = _known(int(history.customer) for history in histories)
        rows, days = [], {}
        for history in histories:
            replayed = list(_replayed(history, known, refits, book.items))
            if replayed:
                rows += replayed
                days[int(history.customer)] = OrderDays(history, book.items)
        if rows:
            _write(rows, days, now)


def _known(customers):
    rows = Forecast.objects.filter(customer__in=list(customers), method=Forecast.Method.MODEL).order_by()
    return {(customer, epoch_day(day)) for customer, day in rows.values_list("customer", "anchor_on")}


def _replayed(history, known, refits, names):
    first = max(next_date.NEEDS_ORDERS, history.n - LAST_ORDERS)
    for day in history.days[first - 1 : -1] if history.n > first else ():
        if (int(history.customer), int(day)) in known:
            continue
        then = history.until(int(day))
        answer = next_order.forecast(then, refits.at(int(day)), names)
        made_then = made(then, answer, answer.get("curve"), names, replayed=True)
        for forecast in made_then:
            forecast.issued_on = forecast.anchor_on
        yield from made_then


@transaction.atomic
def _write(rows, days, now):
    alive = set(Customer.objects.filter(pk__in=days).values_list("pk", flat=True))
    Forecast.objects.bulk_create(
        [row for row in rows if row.customer_id in alive], ignore_conflicts=True, batch_size=500
    )
    settle({pk: own for pk, own in days.items() if pk in alive}, now)
