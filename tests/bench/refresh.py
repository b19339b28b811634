"""A night: load the book, fit, judge every customer; and what a first import adds, the past of the ledger."""

import time

from django.utils import timezone

from analytics import fits, ledger
from analytics.orderbook_db import load_book
from analytics.refresh import judge_stale
from crm.models import Customer


def run():
    book, loaded = timed(load_book)
    _fit, fitted = timed(lambda: fits.refit(timezone.now()))
    judged, seconds = timed(judge_stale)
    _nothing, replayed = timed(lambda: ledger.replay_past(timezone.now()))
    print(f"{'customers':<28}{judged:>12,}")
    print(f"{'order lines':<28}{len(book):>12,}")
    print(f"{'loading the order book':<28}{loaded:>10.1f} s")
    print(f"{'loading, fitting, storing':<28}{fitted:>10.1f} s")
    print(f"{'judging all':<28}{seconds:>10.1f} s")
    print(f"{'per customer':<28}{1000 * seconds / max(Customer.objects.count(), 1):>9.1f} ms")
    print(f"{'a night':<28}{fitted + seconds:>10.1f} s")
    print(f"{'replaying the past, once':<28}{replayed:>10.1f} s")


def timed(call):
    started = time.perf_counter()
    found = call()
    return found, time.perf_counter() - started
