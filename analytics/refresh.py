"""Recomputes the customers whose orders changed, and stores what the engine says of them."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from analytics import ledger
from analytics.engine import judge as engine
from analytics.engine.calendar import from_epoch_day
from analytics.engine.patterns import DETECTORS
from analytics.models import Insight, Outlook
from analytics.orderbook_db import load_book
from analytics.outlook import as_of
from crm.models import Customer
from crm.money import round_money

CHUNK = 100
VERSIONS = {detector.NAME: detector.VERSION for detector in DETECTORS}
OUTLOOK_FIELDS = [
    field.name for field in Outlook._meta.concrete_fields if field.name not in ("id", "customer")
]


def stale_customers():
    """Customers whose orders, or the day they are known up to, differ from what was last computed."""
    current = Q(
        outlook__rev=F("orders_rev"),
        outlook__version=engine.VERSION,
        outlook__known_through=F("orders_known_through"),
    )
    # Without a stored day the last order's stands in for it, and that moves orders_rev too.
    undated = Q(outlook__rev=F("orders_rev"), outlook__version=engine.VERSION, orders_known_through=None)
    return Customer.objects.exclude(Q(pk__in=Customer.objects.filter(current | undated).values("pk")))


def refresh_stale(everyone=False, progress=None):
    """Judges every stale customer (or everyone) and stores the answers in short transactions; returns their number.

    The revision is read before the orders: a change that comes in between leaves the customer stale, never wrong.
    Safe to kill, to repeat and to run twice at once.
    """
    wanted = Customer.objects.all() if everyone else stale_customers()
    revisions = dict(wanted.values_list("pk", "orders_rev"))
    # A run that was killed may have left somebody's past to be replayed.
    due = ledger.pending() | revisions
    if not due:
        return 0
    book = load_book()
    position = {int(pk): index for index, pk in enumerate(book.customers)}
    known = [pk for pk in sorted(revisions) if pk in position]
    batch = []
    for done, (index, answers, forecast) in enumerate(
        engine.judge(book, [position[pk] for pk in known]), start=1
    ):
        pk = int(book.customers[index])
        through = from_epoch_day(book.known_through[index]) if book.known_through[index] else None
        batch.append((pk, revisions[pk], str(book.currency[index]), through, answers, forecast))
        if len(batch) == CHUNK or done == len(known):
            _store(book, batch, timezone.now())
            batch = []
            if progress:
                progress(done, len(known))
    # Last, for nobody waits for it: the pages show what comes next before what would have been called of the past.
    ledger.backfill(book, due, timezone.now())
    return len(known)


def _store(book, batch, now):
    insights = [
        Insight(customer_id=pk, detector=name, version=VERSIONS[name], rev=rev, answer=answer)
        for pk, rev, _, _, answers, _ in batch
        for name, answer in answers.items()
    ]
    outlooks = [_outlook(*row, now) for row in batch]
    with transaction.atomic():
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


def _outlook(pk, rev, currency, through, answers, forecast, now):
    last_on = date.fromisoformat(forecast["last_on"]) if forecast["last_on"] else None
    curve = forecast.pop("curve", None)
    ahead, ahead_items = forecast.pop("ahead"), forecast.pop("ahead_items")
    overdue_after = forecast.get("overdue_after")
    overdue_after_on = last_on + timedelta(days=overdue_after) if last_on and overdue_after else None
    seen = as_of(
        curve, forecast.get("point_gap"), overdue_after_on, last_on, through or last_on or now.date()
    )
    amount = forecast.get("amount") or {}

    def money(value):
        return None if value is None else round_money(Decimal(repr(float(value))), currency)

    return Outlook(
        customer_id=pk,
        rev=rev,
        version=engine.VERSION,
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
        amount=money(amount.get("point")),
        amount_low=money(amount.get("low")),
        amount_high=money(amount.get("high")),
        amount_12m=money(answers["sales"].get("amount_12m")),
        curve=curve,
        ahead=ahead,
        ahead_items=ahead_items,
        forecast=forecast,
    )
