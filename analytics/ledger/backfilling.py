"""Replays the past: what the same engine would have called after each earlier order, with what was known on its day."""

import time
from functools import reduce
from operator import or_

import numpy as np
from django.db import transaction
from django.db.models import Q

from analytics import claims
from analytics.engine.bookstats import Refits
from analytics.engine.calendar import epoch_day
from analytics.engine.forecast import next_date, next_order
from analytics.engine.orderbook import OrderBook
from analytics.ledger.forecasts import made
from analytics.ledger.orderdays import OrderDays
from analytics.ledger.settling import settle
from analytics.models import Forecast, Outlook
from analytics.orderbook_db import load_book
from crm.models import Customer

LAST_ORDERS = 20
CHUNK = 50
# Seconds until a claim that another process holds is looked at again.
LOOKED_AGAIN = 1


def pending() -> dict[int, int]:
    """{customer: revision} of those whose past is yet to be replayed; to be asked before the book is read."""
    return dict(Outlook.objects.filter(replayed=False).values_list("customer", "rev"))


def replay_past(now, until=float("inf")):
    """Replays whoever's past is pending, one process at a time, as far as it gets before `until` (of time.monotonic).

    Last of a refresh, for nobody waits for it: the pages show what comes next before what would have been called of the
    past. It needs the whole book, as it was fitted month by month.
    """
    claim = None
    # Who has all the time waits for the other process: it may be dead, and then its claim ends.
    while pending() and not (claim := _claim_whole_book()):
        if until < float("inf"):
            return
        time.sleep(LOOKED_AGAIN)
    if not claim:
        return
    try:
        # Asked anew: another process may have ended with it just now.
        if due := pending():
            backfill(load_book(), due, now, lambda: time.monotonic() < until and claim.renew())
    finally:
        claim.release()


def _claim_whole_book():
    claims.prepare([claims.WHOLE_BOOK])
    return claims.claim(claims.WHOLE_BOOK, claims.LONG_LEASE)


def backfill(book: OrderBook, due: dict[int, int], now, goes_on=lambda: True):
    """Fills what is missing among the last twenty anchors, but the present one, of the customers `due`, and settles it.

    Marked as replayed, and never counted as called. Nothing is done twice: who has been replayed already costs one look.
    Safe to kill: who is not done stays pending, and the next run goes on where this one ended. `goes_on` is asked before
    each chunk.
    """
    refits = Refits(book)
    position = {pk: index for index, pk in enumerate(book.customers.tolist()) if pk in due}
    customers = sorted(due)
    for start in range(0, len(customers), CHUNK):
        if not goes_on():
            return
        chunk = customers[start : start + CHUNK]
        histories = [book.history(position[pk]) for pk in chunk if pk in position]
        known = _known(chunk)
        rows, days = [], {}
        for history in histories:
            replayed = list(_replayed(history, known, refits, book.items))
            if replayed:
                rows += replayed
                days[int(history.customer)] = OrderDays(history, book.items)
        _write(rows, days, {pk: due[pk] for pk in chunk}, now)


def lacking_a_past(book: OrderBook) -> set[int]:
    """Customers of (a part of) the book with an anchor that nothing was called from. One query."""
    known = _known(book.customers.tolist())
    histories = (book.history(index) for index in range(len(book.customers)))
    return {
        int(history.customer)
        for history in histories
        if any((int(history.customer), int(day)) not in known for day in _past_anchors(history))
    }


def _past_anchors(history):
    """Of the last twenty order days but the present one, those that could be called from.

    Also where nothing is learned from the order: leaving it out, and learning from it again, moves none of them.
    """
    days = history.order_days[-LAST_ORDERS - 1 : -1]
    return days[np.searchsorted(history.days, days, side="right") >= next_date.NEEDS_ORDERS]


def _known(customers):
    rows = Forecast.objects.filter(customer__in=customers, method=Forecast.Method.MODEL).order_by()
    return {(customer, epoch_day(day)) for customer, day in rows.values_list("customer", "anchor_on")}


def _replayed(history, known, refits, names):
    for day in _past_anchors(history):
        if (int(history.customer), int(day)) in known:
            continue
        then = history.until(int(day))
        answer = next_order.forecast(then, refits.at(int(day)), names)
        made_then = made(then, answer, answer.get("curve"), names, replayed=True)
        for forecast in made_then:
            forecast.issued_on = forecast.anchor_on
        yield from made_then


@transaction.atomic
def _write(rows, days, done, now):
    if rows:
        alive = set(Customer.objects.filter(pk__in=days).values_list("pk", flat=True))
        Forecast.objects.bulk_create(
            [row for row in rows if row.customer_id in alive], ignore_conflicts=True, batch_size=500
        )
        settle({pk: own for pk, own in days.items() if pk in alive}, now)
    # Whose orders have changed meanwhile is pending again, in his new revision.
    same = reduce(or_, (Q(customer=pk, rev=rev) for pk, rev in done.items()))
    Outlook.objects.filter(same, replayed=False).update(replayed=True)
