"""Refresh of simulated books that grow from 300 customers to 30 000, of a few changed ones, and shared by two processes."""

import resource
import time

from django.db import connections
from django.utils import timezone

from analytics import fits
from analytics.models import RefreshRange
from analytics.refresh import judge_stale
from crm.models import Customer, OrderLine
from tests import simulated
from tests.bench.apart import empty, measured
from tests.slow import workers

SIZES = (300, 3_000, 30_000)
# Of the largest book up to this size it is seen how two processes share it.
SHARED = 3_000
CHANGED = 50


def run(most):
    print(f"{'customers':<12}{'lines':>11}{'fit':>10}{'memory':>10}{'judge all':>12}{'each':>11}{'its CPU':>11}"
          f"{'memory':>10}{'held':>9}{f'{CHANGED} changed':>13}")  # fmt: skip
    sizes = [size for size in SIZES if size <= most]
    for size in sizes:
        empty(RefreshRange)
        # Apart, so that the memory it takes is in no figure.
        measured(simulated.fill, size)
        _line(size)
        if size == max(smaller for smaller in sizes if smaller <= SHARED):
            _shared(size)
    empty(RefreshRange)


def _line(size):
    fit = measured(_fit)
    everybody = measured(judge_stale)
    step = max(size // CHANGED, 1)
    Customer.objects.filter(pk__in=list(Customer.objects.values_list("pk", flat=True)[::step])).count_change()
    few = measured(judge_stale)
    print(
        f"{size:<12,}{OrderLine.objects.count():>11,}{fit.seconds:>8.1f} s{fit.megabytes:>7.0f} MB{everybody.seconds:>10.1f} s"
        f"{1000 * everybody.seconds / size:>8.2f} ms{1000 * everybody.cpu / size:>8.2f} ms{everybody.megabytes:>7.0f} MB"
        f"{everybody.held:>7.2f} s{few.seconds:>11.1f} s",
        flush=True,
    )


def _fit():
    fits.refit(timezone.now())


def _shared(size):
    """Seconds of one process and of two that begin at once, each alone on its core: OMP_NUM_THREADS=1.

    On a machine where others are at work the CPU says more: what two spend together beyond one is what sharing costs.
    """
    seconds, cpu = {}, {}
    for processes in (1, 2):
        fits.counted_up(fits.current(timezone.now()))
        connections.close_all()
        started, spent = time.perf_counter(), _spent_by_children()
        assert not any(workers.at_once(judge_stale, processes))
        seconds[processes], cpu[processes] = time.perf_counter() - started, _spent_by_children() - spent
    print(
        f"{size:,} customers by one process {seconds[1]:.1f} s ({cpu[1]:.1f} s of CPU), "
        f"by two {seconds[2]:.1f} s ({cpu[2]:.1f} s): {seconds[2] / seconds[1]:.2f} of it   at most 0.65",
        flush=True,
    )


def _spent_by_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
