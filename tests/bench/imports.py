"""Import of the public year beside the same order lines written bare into the same table and indexes."""

import csv
import gzip
import resource
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from django.db import connection, transaction

from accounts.models import User
from crm.importing import apply, bulk
from crm.importing.runs import Wish, run_import
from crm.models import OrderLine

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "online_retail_public.csv.gz"
COLUMNS = [field.column for field in OrderLine._meta.concrete_fields]


def run():
    if not FILE.exists():
        print(f"skipped: {FILE.name} is not beside the project")
        return
    owner, _ = User.objects.get_or_create(email="rep@example.com", defaults={"name": "Rep"})
    held = _watch_the_lock()
    first = timed(lambda: run_import(Wish(FILE, "GBP", owner)))
    again = timed(lambda: run_import(Wish(FILE, "GBP", owner)))
    with tempfile.TemporaryDirectory() as folder:
        dearer = _dearer(Path(folder))
        corrected = timed(lambda: run_import(Wish(dearer, "GBP", owner)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = OrderLine.objects.count()
    bare = _bare()
    print(f"{'order lines written':<34}{lines:>12,}")
    print(f"{'import, rows read per second':<34}{398_709 / first:>12,.0f}{first:>9.1f} s")
    print(f"{'the same file again':<34}{398_709 / again:>12,.0f}{again:>9.1f} s")
    print(f"{'every price corrected':<34}{398_709 / corrected:>12,.0f}{corrected:>9.1f} s")
    print(f"{'the same lines, bare':<34}{lines / bare:>12,.0f}{bare:>9.1f} s")
    print(f"{'import : bare':<34}{first / bare:>12.1f}")
    print(f"{'write transaction, longest':<34}{max(held):>10.1f} s")
    print(f"{'memory, at most':<34}{memory:>9.0f} MB")


def _dearer(folder):
    """The same file with another price in each row: the most that a file can change."""
    path = folder / "dearer.csv"
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as old, path.open("w", newline="") as new:
        reader, writer = csv.DictReader(old), csv.writer(new)
        writer.writerow(reader.fieldnames)
        for row in reader:
            writer.writerow((row | {"UnitPrice": Decimal(row["UnitPrice"]) + 1}).values())
    return path


def timed(call):
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _watch_the_lock():
    """Seconds that each `apply.write` held its transaction."""
    held, write = [], apply.write

    def watched(*arguments):
        started = time.perf_counter()
        try:
            return write(*arguments)
        finally:
            held.append(time.perf_counter() - started)

    apply.write = watched
    return held


def _bare():
    """executemany or COPY of the finished rows, into the emptied table with its indexes; then they stay as they were."""
    table = OrderLine._meta.db_table
    names = ", ".join(f'"{column}"' for column in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table} ORDER BY id")
        rows = cursor.fetchall()
        cursor.execute(
            f"DELETE FROM {table}" if connection.vendor == "sqlite" else f"TRUNCATE {table} CASCADE"
        )

    def write():
        with transaction.atomic():
            # Lines point at each other only as far as these rows say themselves.
            bulk.insert(OrderLine, COLUMNS, rows)

    return timed(write)
