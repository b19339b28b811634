"""Refresh of every customer: load the book, judge, store."""

import time

from analytics.orderbook_db import load_book
from analytics.refresh import refresh_stale
from crm.models import Customer


def run():
    started = time.perf_counter()
    book = load_book()
    loaded = time.perf_counter() - started
    started = time.perf_counter()
    count = refresh_stale(everyone=True)
    seconds = time.perf_counter() - started
    print(f"{'customers':<28}{count:>12,}")
    print(f"{'order lines':<28}{len(book):>12,}")
    print(f"{'loading the order book':<28}{loaded:>10.1f} s")
    print(f"{'refresh of all':<28}{seconds:>10.1f} s")
    print(f"{'per customer':<28}{1000 * seconds / max(Customer.objects.count(), 1):>9.1f} ms")
