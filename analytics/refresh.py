"""Recomputes the customers whose orders changed, and stores what the engine says of them.

Any number of processes may do it at once, on any number of machines: they share the customers range by range (analytics.claims)
and predict with what was fitted on the whole book (analytics.fits). What is due is data, so it does not matter who calls, how
often, or what died on the way.
"""

import logging
import random
import time
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from analytics import claims, fits, ledger
from analytics.engine import judge as engine
from analytics.engine.calendar import from_epoch_day
from analytics.engine.patterns import DETECTORS
from analytics.models import Insight, Outlook
from analytics.orderbook_db import load_book
from analytics.outlook import as_of
from crm.models import Customer
from crm.money import reckoned_money

VERSIONS = {detector.NAME: detector.VERSION for detector in DETECTORS}
# Seconds. A claim is renewed this often; a range that another has in hand is looked at again this soon.
RENEWED, LOOKED_AGAIN = 10, 0.5
# Of one job: the queue takes it for dead after 20 minutes, and what is left is done by the next.
WORK_SECONDS = 15 * 60
# Whoever asks for one night's fit again within these hours (the queue does, after a crash) gets the same.
NIGHT_HOURS = 12
logger = logging.getLogger(__name__)
OUTLOOK_FIELDS = [
    field.name for field in Outlook._meta.concrete_fields if field.name not in ("id", "customer")
]


def stale_customers(fit=None):
    """Customers whose orders, or the day they are known up to, differ from what was last computed.

    With the number of a fit also those whose outlook was made with another one.
    """
    current = Outlook.objects.filter(
        customer=OuterRef("pk"), rev=OuterRef("orders_rev"), version=engine.VERSION
    )
    if fit is not None:
        current = current.filter(fit=fit)
    # Without a stored day the last order's stands in for it, and that moves orders_rev too.
    undated = Q(orders_known_through=None) & Exists(current)
    dated = Exists(current.filter(known_through=OuterRef("orders_known_through")))
    return Customer.objects.exclude(undated | dated)


def refresh_stale(everyone=False, progress=None, seconds=None):
    """Judges every stale customer (or everyone), ranges first in which orders changed; returns how many this process judged.

    The past is replayed of who has none yet; single orders that were called too late wait for the night (or for everyone).
    Safe to kill, to repeat and to run many at once. Ends early after `seconds`.
    """
    until = time.monotonic() + seconds if seconds else float("inf")
    judged = judge_stale(everyone, progress, until)
    ledger.replay_past(timezone.now(), until, late=everyone)
    return judged


def judge_stale(everyone=False, progress=None, until=float("inf")):
    """The same, without the past: what people wait for."""
    wanted = Customer.objects.all() if everyone else stale_customers(fits.number())
    if not wanted.exists():
        return 0
    fit = fits.current(timezone.now())
    if everyone:
        fit = fits.counted_up(fit)
    return _Shared(stale_customers(fit.number), fit, until, progress).work()


def refresh_due():
    """What the worker does: as much as fits into one job."""
    return refresh_stale(seconds=WORK_SECONDS)


def refit_nightly():
    """Fits anew, which makes every outlook one of an earlier fit: they are judged again by whoever refreshes next."""
    now = timezone.now()
    last = fits.fitted_at()
    if Customer.objects.exists() and (last is None or last < now - timedelta(hours=NIGHT_HOURS)):
        fits.refit(now)


def replay_nightly():
    """Replays of the past also what a refresh leaves to the night, as much as fits into one job."""
    ledger.replay_past(timezone.now(), time.monotonic() + WORK_SECONDS)


class _Shared:
    """The customers of `due`, shared with whoever else is at them."""

    def __init__(self, due, fit, until, progress):
        self.due, self.fit, self.until = due, fit, until
        self.progress, self.judged, self.broken = progress, 0, None

    def work(self):
        counts = claims.ranges(self.due.values_list("pk", flat=True))
        changed = claims.ranges(stale_customers().values_list("pk", flat=True))
        claims.prepare(counts)
        self.total = sum(counts.values())
        waiting = sorted(counts)
        # Everybody begins somewhere else, so that they seldom meet.
        start = random.randrange(len(waiting)) if waiting else 0
        waiting = sorted(waiting[start:] + waiting[:start], key=lambda first: first not in changed)
        while waiting and time.monotonic() < self.until:
            taken = [first for first in waiting if not self._judge(first)]
            # What another has in hand he does, or his claim ends: then it is ours.
            if waiting := self._still_due(taken):
                time.sleep(LOOKED_AGAIN)
        if self.broken:
            raise self.broken
        return self.judged

    def _still_due(self, taken):
        return [first for first in taken if _within(self.due, first).exists()]

    def _judge(self, first):
        """False where another worker has this range in hand."""
        if time.monotonic() > self.until:
            return True
        claim = claims.claim(first)
        if not claim:
            return False
        try:
            self.judged += _judge_range(claim, self.due, self.fit)
        except Exception as error:
            # One customer whom the engine fails at must not keep all others waiting; the job fails at its end.
            logger.exception("Customers from %s on could not be judged", first)
            self.broken = error
            claim.release()
        if self.progress:
            self.progress(self.judged, self.total)
        return True


def _within(customers, first):
    return customers.filter(pk__range=(first, first + claims.SPAN - 1))


def _judge_range(claim, due, fit):
    """Judges those of a range who are due, and stores them; their number.

    The revision is read before the orders: a change that comes in between leaves the customer stale, never wrong.
    """
    revisions = dict(_within(due, claim.first).values_list("pk", "orders_rev"))
    if not revisions:
        claim.release()
        return 0
    book = load_book(sorted(revisions), fit.items)
    batch, renewed = [], time.monotonic()
    for index, answers, forecast in engine.judge(book, range(len(book.customers)), fit.stats):
        pk = int(book.customers[index])
        through = from_epoch_day(book.known_through[index]) if book.known_through[index] else None
        batch.append((pk, revisions[pk], str(book.currency[index]), through, answers, forecast))
        if time.monotonic() - renewed > RENEWED:
            if not claim.renew():
                return 0
            renewed = time.monotonic()
    return _store(book, batch, claim, fit.number, timezone.now())


def _store(book, batch, claim, fit, now):
    """The answers of a range, and the end of its claim, in one transaction; nothing where another took it over."""
    insights = [
        Insight(customer_id=pk, detector=name, version=VERSIONS[name], rev=rev, answer=answer)
        for pk, rev, _, _, answers, _ in batch
        for name, answer in answers.items()
    ]
    outlooks = [_outlook(*row, fit, now) for row in batch]
    # Only for these is the whole book loaded: at once or at night.
    lacking = ledger.lacking_a_past(book)
    for outlook in outlooks:
        outlook.replayed = outlook.customer_id not in lacking
    with transaction.atomic():
        if not claim.release():
            return 0
        # A customer may have been deleted since his orders were read.
        alive = set(Customer.objects.filter(pk__in=[row[0] for row in batch]).values_list("pk", flat=True))
        Insight.objects.bulk_create(
            [insight for insight in insights if insight.customer_id in alive],
            update_conflicts=True,
            unique_fields=["customer", "detector"],
            update_fields=["version", "rev", "answer"],
        )
        stored = [outlook for outlook in outlooks if outlook.customer_id in alive]
        Outlook.objects.bulk_create(
            stored, update_conflicts=True, unique_fields=["customer"], update_fields=OUTLOOK_FIELDS
        )
        ledger.keep(book, stored, now)
    return len(batch)


def _outlook(pk, rev, currency, through, answers, forecast, fit, now):
    last_on = date.fromisoformat(forecast["last_on"]) if forecast["last_on"] else None
    curve = forecast.pop("curve", None)
    ahead, ahead_items = forecast.pop("ahead"), forecast.pop("ahead_items")
    overdue_after = forecast.get("overdue_after")
    overdue_after_on = last_on + timedelta(days=overdue_after) if last_on and overdue_after else None
    seen = as_of(
        curve, forecast.get("point_gap"), overdue_after_on, last_on, through or last_on or now.date()
    )
    amount = forecast.get("amount") or {}
    return Outlook(
        customer_id=pk,
        rev=rev,
        version=engine.VERSION,
        fit=fit,
        known_through=through,
        computed_at=now,
        order_days=forecast["orders"],
        last_ordered_on=last_on,
        needs_orders=forecast.get("needs", 0),
        interval_days=answers["rhythm"].get("interval"),
        expected_on=seen.expected_on,
        low_on=seen.low_on,
        high_on=seen.high_on,
        confidence=seen.confidence or None,
        overdue_after_on=overdue_after_on,
        overdue_days=seen.overdue_days,
        currency=currency,
        amount=reckoned_money(amount.get("point"), currency),
        amount_low=reckoned_money(amount.get("low"), currency),
        amount_high=reckoned_money(amount.get("high"), currency),
        amount_12m=reckoned_money(answers["sales"].get("amount_12m"), currency),
        curve=curve,
        ahead=ahead,
        ahead_items=ahead_items,
        forecast=forecast,
    )
