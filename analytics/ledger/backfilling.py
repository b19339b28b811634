"""Replays the past: what the same engine would have called after each earlier order, with what was known on its day."""

import time
from functools import reduce
from operator import or_

import numpy as np
from django.db import transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from analytics import claims
from analytics.engine.bookstats import Refits
from analytics.engine.calendar import epoch_day, month_of
from analytics.engine.forecast import next_date, next_order
from analytics.engine.orderbook import OrderBook
from analytics.ledger.forecasts import made
from analytics.ledger.orderdays import OrderDays, in_time
from analytics.ledger.settling import settle
from analytics.models import Forecast, Outlook
from analytics.orderbook_db import load_book
from crm.models import Customer

LAST_ORDERS = 20
# Customers, and order days to call from, that are looked at at once.
CHUNK, ANCHORS = 50, 500
# Seconds until a claim that another process holds is looked at again.
LOOKED_AGAIN = 1


def pending(late=True) -> dict[int, int]:
    """{customer: revision} of those whose past is yet to be replayed; to be asked before the book is read.

    Without the `late` ones only those from whose earlier orders nothing was ever called as they came: whose orders were
    imported for the first time. The others lack a few, after forecasts that came too late, every day somebody else.
    """
    waiting = Outlook.objects.filter(replayed=False)
    if not late:
        called = Forecast.objects.filter(
            customer=OuterRef("customer"), replayed=False, anchor_on__lt=OuterRef("last_ordered_on")
        )
        waiting = waiting.exclude(Exists(called))
    return dict(waiting.values_list("customer", "rev"))


def replay_past(now, until=float("inf"), late=True):
    """Replays whoever's past is pending (see `pending`), one process at a time, as far as it gets before `until` (of
    time.monotonic).

    Last of a refresh, for nobody waits for it: the pages show what comes next before what would have been called of the
    past. It needs the whole book, as it was fitted month by month.
    """
    claim = None
    # Who has all the time waits for the other process: it may be dead, and then its claim ends.
    while pending(late) and not (claim := _claim_whole_book()):
        if until < float("inf"):
            return
        time.sleep(LOOKED_AGAIN)
    if not claim:
        return
    try:
        # Asked anew: another process may have ended with it just now.
        if due := pending(late):
            backfill(load_book(), due, now, lambda: time.monotonic() < until and claim.renew())
    finally:
        claim.release()


def _claim_whole_book():
    claims.prepare([claims.WHOLE_BOOK])
    return claims.claim(claims.WHOLE_BOOK, claims.LONG_LEASE)


def backfill(book: OrderBook, due: dict[int, int], now, goes_on=lambda: True):
    """Fills what is missing among the last twenty anchors, but the present one, of the customers `due`, and settles it.

    Marked as replayed, and never counted as called. Nothing is done twice: what has been replayed already costs one look.
    Safe to kill: who is not done stays pending, and the next run goes on where this one ended. `goes_on` is asked before
    each chunk.

    All customers month by month, the earliest first: beside the book no more than one month's models are kept, with what they
    were fitted on (Refits.forget_before), however long the past is and however many the customers.
    """
    where = np.flatnonzero(np.isin(book.customers, list(due)))
    parts = [where[start : start + CHUNK] for start in range(0, len(where), CHUNK)]
    refits = Refits(book)
    for anchors in _by_month(*_missing(book, parts)):
        refits.forget_before(anchors[0][1])
        for start in range(0, len(anchors), ANCHORS):
            if not goes_on():
                return
            _write(_replayed(book, anchors[start : start + ANCHORS], refits))
    for part in parts:
        if not goes_on():
            return
        _settle(book, part, due, now)


def lacking_a_past(book: OrderBook) -> set[int]:
    """Customers of (a part of) the book with an anchor that nothing was called from in time. One query."""
    known = dict(_known(book.customers.tolist()))
    histories = (book.history(index) for index in range(len(book.customers)))
    return {int(history.customer) for history in histories if _lacking(history, known)}


def _past_anchors(history):
    """Of the last twenty order days but the present one, those that could be called from.

    Also where nothing is learned from the order: as long as there are gaps enough, leaving it out, and learning from it again,
    moves none of them.
    """
    days = history.order_days[-LAST_ORDERS - 1 : -1]
    gaps = np.concatenate(([-1], history.gaps_until))[np.searchsorted(history.days, days, side="right")]
    return days[gaps + 1 >= next_date.NEEDS_ORDERS]


def _lacking(history, known):
    """Of his past anchors those that nothing was called from before the day of the order that came next."""
    nexts = history.order_days[1:]
    first = ((day, known.get((int(history.customer), int(day)))) for day in _past_anchors(history))
    return [
        day
        for day, issued in first
        if issued is None or not in_time(issued, nexts[np.searchsorted(nexts, day, side="right")])
    ]


def _known(customers):
    """((customer, anchor), the first day on which it was called from) of each anchor; its own day where it is replayed."""
    rows = Forecast.objects.filter(customer__in=customers, method=Forecast.Method.MODEL).order_by()
    rows = rows.values_list("customer", "anchor_on").annotate(Min("issued_on"))
    return {((customer, epoch_day(anchor)), epoch_day(issued)) for customer, anchor, issued in rows}


def _missing(book, parts):
    """(positions of customers, days) of the anchors that nothing was called from, in the order of the days."""
    places, days = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for part in parts:
        known = dict(_known(book.customers[part].tolist()))
        for place in part:
            lacking = _lacking(book.history(place), known)
            places.append(np.full(len(lacking), place, np.int32))
            days.append(np.array(lacking, np.int32))
    places, days = np.concatenate(places), np.concatenate(days)
    order = np.lexsort((places, days))
    return places[order], days[order]


def _by_month(places, days):
    """[(position of the customer, day), ...] of each month."""
    months = month_of(days)
    for month in np.unique(months):
        mine = months == month
        yield list(zip(places[mine].tolist(), days[mine].tolist(), strict=True))


def _replayed(book, anchors, refits):
    rows = []
    for place, day in anchors:
        then = book.history(place).until(day)
        answer = next_order.forecast(then, refits.at(day), book.items)
        rows += made(then, answer, answer.get("curve"), book.items, replayed=True)
    for forecast in rows:
        forecast.issued_on = forecast.anchor_on
    return rows


@transaction.atomic
def _write(rows):
    """Behind what was issued of the same anchors on the day of the order or later, if anything was."""
    alive, issued, new = _alive({row.customer_id for row in rows}), _issued(rows), []
    for row in rows:
        last, replayed = issued.get((row.customer_id, row.anchor_on, row.method), (-1, 0))
        if row.customer_id in alive and not replayed:
            row.revision = last + 1
            new.append(row)
    Forecast.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)


def _issued(rows):
    """{(customer, anchor, method): (last revision, how many are replayed)} of what is there already. One query."""
    if not rows:
        return {}
    anchors = {row.anchor_on for row in rows}
    found = Forecast.objects.filter(
        customer__in={row.customer_id for row in rows}, anchor_on__range=(min(anchors), max(anchors))
    )
    found = found.order_by().values_list("customer", "anchor_on", "method")
    found = found.annotate(last=Max("revision"), replays=Count("pk", filter=Q(replayed=True)))
    return {tuple(key): (last, replayed) for *key, last, replayed in found}


@transaction.atomic
def _settle(book, part, due, now):
    """What has come of all that is said of these customers; their past is replayed then."""
    customers = book.customers[part].tolist()
    alive = _alive(customers)
    days = {
        pk: OrderDays(book.history(place), book.items)
        for pk, place in zip(customers, part, strict=True)
        if pk in alive
    }
    settle(days, now)
    # Whose orders have changed meanwhile is pending again, in his new revision.
    same = reduce(or_, (Q(customer=pk, rev=due[pk]) for pk in customers))
    Outlook.objects.filter(same, replayed=False).update(replayed=True)


def _alive(customers):
    """Those who have not been deleted since their orders were read."""
    return set(Customer.objects.filter(pk__in=customers).values_list("pk", flat=True))
