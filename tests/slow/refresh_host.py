"""The installation in which those are killed who judge customers: see tests.slow.workers."""

import hashlib
import json
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, F
from django.utils import timezone

from analytics import claims, fits, ledger
from analytics.models import Forecast, Insight, Outlook, Settlement
from analytics.refresh import refresh_stale, stale_customers
from crm.models import Customer, Order, OrderLine
from tests import simulated
from tests.slow import workers

# So that there are many ranges to be killed at.
claims.SPAN = 3
SHARES = settings.VAR_DIR / "shares"


def serve():
    workers.serve(COMMANDS)


def start(customers):
    simulated.fill(customers, orders=8, lines=3)
    refresh_stale()


def night():
    """Everybody is to be judged anew, by the same figures."""
    fits.counted_up(fits.current(timezone.now()))


def orders_arrive(count, day):
    """An order like his last one of so many customers, on a day after all others."""
    changed = Customer.objects.filter(
        pk__in=list(Customer.objects.order_by("pk").values_list("pk", flat=True)[:count])
    )
    on = simulated.THROUGH + timedelta(days=day)
    for customer in changed:
        lines = list(customer.orders.latest("ordered_on").lines.all())
        order = Order.objects.create(customer=customer, ordered_on=on, currency="EUR")
        for line in lines:
            line.pk, line.order = None, order
        OrderLine.objects.bulk_create(lines)
    changed.update(orders_known_through=on)


def work(kill_after=None):
    """A worker's turn: (seconds that it had, exit code)."""
    return workers.forked(_turn, kill_after)


def _turn():
    """A refresh, and of the past also what it leaves to the night; how many customers it judged."""
    share = refresh_stale()
    ledger.replay_past(timezone.now())
    return share


def race(processes):
    """How many customers each of them judged."""
    SHARES.unlink(missing_ok=True)
    assert not any(workers.at_once(_note_share, processes))
    return [int(share) for share in SHARES.read_text().split()]


def _note_share():
    share = _turn()
    with SHARES.open("a") as file:
        file.write(f"{share}\n")


def state():
    """(who is still due, digest of all that is told, forecasts and settlements in the ledger, what is torn or doubled there)."""
    told = hashlib.sha256()
    for customer, *answers in Outlook.objects.order_by("customer").values_list(
        "customer", "expected_on", "amount", "forecast", "curve"
    ):
        told.update(json.dumps([customer, *answers], default=str, sort_keys=True).encode())
    torn = Insight.objects.exclude(rev=F("customer__outlook__rev")).count()
    # Nobody changes his mind here: a second revision that is no replay would be one forecast issued twice.
    doubled = Forecast.objects.filter(replayed=False).exclude(revision=0).count()
    standing = Settlement.objects.filter(voided_at=None).values("forecast", "call")
    doubled += standing.annotate(n=Count("pk")).filter(n__gt=1).count()
    due = stale_customers(fits.number()).count() + Outlook.objects.filter(replayed=False).count()
    return due, told.hexdigest(), [Forecast.objects.count(), standing.count()], torn + doubled


COMMANDS = {
    "start": start,
    "night": night,
    "orders_arrive": orders_arrive,
    "work": work,
    "race": race,
    "state": state,
}
