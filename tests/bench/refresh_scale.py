"""Refresh of simulated books that grow from 300 customers to 30 000, of a few changed ones, and shared by two processes."""

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
CHANGED = 50


def run(most):
    print(f"{'customers':<12}{'lines':>11}{'fit':>10}{'memory':>10}{'judge all':>12}{'each':>11}{'its CPU':>11}"
          f"{'memory':>10}{'held':>9}{f'{CHANGED} changed':>13}")  # fmt: skip
    for size in [size for size in SIZES if size <= most]:
        empty(RefreshRange)
        # Apart, so that the memory it takes is in no figure.
        measured(simulated.fill, size)
        _line(size)
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
    """Seconds of one process and of two that begin at once, each alone on its core: OMP_NUM_THREADS=1."""
    seconds = {}
    for processes in (1, 2):
        fits.counted_up(fits.current(timezone.now()))
        connections.close_all()
        started = time.perf_counter()
        assert not any(workers.at_once(judge_stale, processes))
        seconds[processes] = time.perf_counter() - started
    print(
        f"{size:,} customers by one process {seconds[1]:.1f} s, by two {seconds[2]:.1f} s: "
        f"{seconds[2] / seconds[1]:.2f} of it"
    )
