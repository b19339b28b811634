"""Measures in a process of its own, whose memory nothing else has grown; and empties what an import fills."""

import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections

from crm.models import Customer, ImportRun, Product


@dataclass(frozen=True)
class Measured:
    seconds: float
    # Of the process itself, which other programs do not lengthen; PostgreSQL's own is not in it.
    cpu: float
    megabytes: float
    # The longest write transaction, its commit included.
    held: float


def measured(call, *arguments) -> Measured:
    connections.close_all()
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        return pool.submit(_measure, call, arguments).result()


def heading(words):
    print(f"{words:<34}{'rows/s':>12}{'':>11}{'per row':>11}{'its CPU':>11}{'memory':>11}{'held':>11}")


def line(name, rows, it):
    print(
        f"{name:<34}{rows / it.seconds:>12,.0f}{it.seconds:>9.1f} s{1e6 * it.seconds / rows:>8.0f} µs"
        f"{1e6 * it.cpu / rows:>8.0f} µs{it.megabytes:>8.0f} MB{it.held:>9.1f} s",
        flush=True,
    )


def _measure(call, arguments):
    held = _watch_the_lock()
    started, cpu = time.perf_counter(), time.process_time()
    call(*arguments)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(seconds, cpu, megabytes, max(held, default=0))


def _watch_the_lock():
    """Seconds of each transaction from its begin to the end of its commit; what runs after the commit is not in it."""
    held, started = [], []
    watched = connections[DEFAULT_DB_ALIAS]
    set_autocommit, commit = watched.set_autocommit, watched.commit

    def begin(autocommit, *arguments, **options):
        if not autocommit:
            started[:] = [time.perf_counter()]
        set_autocommit(autocommit, *arguments, **options)

    def end():
        commit()
        held.append(time.perf_counter() - started[0])

    watched.set_autocommit, watched.commit = begin, end
    return held


def empty(*also):
    """No customer, product, order or run is left, nor what hangs on them; users and settings stay, unless they are named."""
    tables = [model._meta.db_table for model in (Customer, Product, ImportRun, *also)]
    statements = connection.ops.sql_flush(no_style(), tables, allow_cascade=True)
    with connection.constraint_checks_disabled():
        connection.ops.execute_sql_flush(statements)
