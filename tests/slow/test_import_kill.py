"""An import killed with -9 anywhere: all of it is in, or nothing; and the next one completes."""

import random
import signal
import time

import pytest

KILLS = 10

pytestmark = pytest.mark.slow

# Under the lock of imports: after a kill PostgreSQL may still commit the last statement of a client that is gone.
COUNT = """
from crm.importing.locks import only_import
from crm.models import *
with only_import():
    print(OrderLine.objects.count(), Order.objects.count(), Customer.objects.count(), Product.objects.count(),
          ImportRun.objects.filter(state="applied").count(), Customer.objects.filter(orders_rev=0).count())
"""


def state_of(site):
    return site("shell", "-v0", "-c", COUNT).split()[-6:]


def test_killed_anywhere_all_or_nothing_is_in(site, big_file):
    command = ("import_orders", str(big_file), "--currency", "EUR")
    started = time.monotonic()
    whole = site.start(*command)
    assert whole.wait(timeout=120) == 0
    seconds = time.monotonic() - started
    complete = state_of(site)
    site("shell", "-v0", "-c", FORGET)
    nothing = ["0"] * 6
    assert state_of(site) == nothing

    chance = random.Random(11)
    # Half of the kills anywhere, half in the last part, where the rows are applied.
    moments = [chance.uniform(0.1, 1) for _ in range(KILLS // 2)] + [
        chance.uniform(0.75, 1.02) for _ in range(KILLS // 2)
    ]
    for moment in moments:
        process = site.start(*command)
        time.sleep(moment * seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = state_of(site)
        assert found in (nothing, complete), f"killed after {moment:.2f} of {seconds:.1f} s"
        if found == complete:
            site("shell", "-v0", "-c", FORGET)

    site(*command)
    assert state_of(site)[:5] == complete[:5]


FORGET = (
    "from crm.models import *; OrderLine.objects.update(reverses=None); OrderLine.objects.all().delete(); "
    "Order.objects.all().delete(); Assignment.objects.all().delete(); Customer.objects.all().delete(); "
    "Product.objects.all().delete(); ImportRun.objects.all().delete()"
)
