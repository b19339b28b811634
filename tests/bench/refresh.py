"""A night: fit on the whole book, judge every customer; and what a first import adds, the past of the ledger.

Each in a process of its own. CPU is the process's own: other programs do not lengthen it.
"""

from django.utils import timezone

from analytics import fits, ledger
from analytics.refresh import judge_stale
from crm.models import Customer, OrderLine
from tests.bench.apart import measured
from tests.bench.imports import bring_public_year


def run():
    if not Customer.objects.exists() and not bring_public_year():
        return
    customers = Customer.objects.count()
    print(f"{customers:,} customers, {OrderLine.objects.count():,} order lines")
    print(f"{'':<28}{'':>10}{'CPU':>11}{'memory':>11}{'held':>10}")
    night = [
        _line("loading, fitting, storing", measured(_fit)),
        _line("judging all", measured(judge_stale)),
    ]
    seconds, cpu = (sum(getattr(it, name) for it in night) for name in ("seconds", "cpu"))
    print(f"{'a night':<28}{seconds:>8.1f} s{cpu:>9.1f} s")
    each = (1000 * value / max(customers, 1) for value in (night[1].seconds, night[1].cpu))
    print(
        f"{'judging, per customer':<28}"
        + "".join(f"{value:>{width}.1f} ms" for value, width in zip(each, (7, 8), strict=True))
    )
    _line("replaying the past, once", measured(_replay))


def _line(name, it):
    print(
        f"{name:<28}{it.seconds:>8.1f} s{it.cpu:>9.1f} s{it.megabytes:>8.0f} MB{it.held:>8.2f} s", flush=True
    )
    return it


def _fit():
    fits.refit(timezone.now())


def _replay():
    ledger.replay_past(timezone.now())
