"""The installation in which those are killed who judge customers: see tests.slow.workers."""

import hashlib
import json
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, F
from django.utils import timezone

from analytics import claims, fits
from analytics.models import Insight, Outlook
from analytics.refresh import refresh_stale, stale_customers
from crm.models import Customer
from tests import simulated
from tests.slow import workers

# Short, so that there are many ranges to be killed at and nobody waits long for a dead one.
claims.SPAN = 10
claims.LEASE = timedelta(seconds=1)
SHARES = settings.VAR_DIR / "shares"


def serve():
    workers.serve(COMMANDS)


def start(customers):
    simulated.fill(customers, orders=10, lines=3)
    refresh_stale()


def night():
    """Everybody is to be judged anew, by the same figures."""
    fits.counted_up(fits.current(timezone.now()))


def orders_arrive(count):
    changed = Customer.objects.order_by("pk").values("pk")[:count]
    Customer.objects.filter(pk__in=changed).count_change()


def work(kill_after=None):
    """A worker's turn: (seconds that it had, exit code)."""
    return workers.forked(refresh_stale, kill_after)


def race(processes):
    """How many customers each of them judged."""
    SHARES.unlink(missing_ok=True)
    assert not any(workers.at_once(_note_share, processes))
    return [int(share) for share in SHARES.read_text().split()]


def _note_share():
    share = refresh_stale()
    with SHARES.open("a") as file:
        file.write(f"{share}\n")


def state():
    """(who is still due, digest of all that is told, customers of whom one answer is of other orders than another)."""
    told = hashlib.sha256()
    for customer, *answers in Outlook.objects.order_by("customer").values_list(
        "customer", "expected_on", "amount", "forecast", "curve"
    ):
        told.update(json.dumps([customer, *answers], default=str, sort_keys=True).encode())
    torn = Insight.objects.exclude(rev=F("customer__outlook__rev")).count()
    doubled = Insight.objects.values("customer", "detector").annotate(n=Count("pk")).filter(n__gt=1).count()
    return stale_customers(fits.number()).count(), told.hexdigest(), torn + doubled


COMMANDS = {
    "start": start,
    "night": night,
    "orders_arrive": orders_arrive,
    "work": work,
    "race": race,
    "state": state,
}
