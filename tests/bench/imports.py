"""Import of the public year beside the same order lines written bare into the same table and indexes, beside another
package, and of files that grow."""

import csv
import gzip
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from crm.importing import bulk, jobs
from crm.importing.runs import Wish, run_import
from crm.models import ImportRun, OrderLine
from tests.bench import imports_peer, imports_scale
from tests.bench.apart import empty, heading, line, measured
from tests.bench.skipping import DATA, is_beside

FILE = DATA / "online_retail_public.csv.gz"
COLUMNS = [field.column for field in OrderLine._meta.concrete_fields]
ROWS = 398_709
MOST_MEMORY = 600


def run(most_rows):
    """`most_rows`: up to which size of a file time per row is looked at."""
    User.objects.get_or_create(email="rep@example.com", defaults={"name": "Rep"})
    with tempfile.TemporaryDirectory() as folder:
        imports_scale.run(most_rows, folder)
        if not is_beside(FILE, "the rest "):
            return
        imports_peer.run(FILE, folder)
        empty()
        _public_year(Path(folder))


def bring_public_year():
    """For benches of what is imported; False where the file is not there."""
    if not is_beside(FILE):
        return False
    User.objects.get_or_create(email="rep@example.com", defaults={"name": "Rep"})
    _bring(FILE)
    return True


def _public_year(folder):
    runs = {"import": measured(_bring, FILE), "taken back": measured(_take_back)}
    measured(_bring, FILE)
    runs["the same file again"] = measured(_bring, FILE)
    lines = OrderLine.objects.count()
    bare = _bare()
    runs["every price corrected"] = measured(_bring, _dearer(folder))
    heading("the public year, rows read")
    for name, it in runs.items():
        line(name, ROWS, it)
    print(
        f"{f'its {lines:,} lines, bare':<34}{lines / bare:>12,.0f}{bare:>9.1f} s{1e6 * bare / lines:>8.0f} µs"
    )
    memory = max(it.megabytes for it in runs.values())
    print(f"{'import : bare':<46}{runs['import'].seconds / bare:>6.1f}   at most 8, then 4")
    print(f"{'memory, at most':<43}{memory:>6.0f} MB   at most {MOST_MEMORY}")


def _bring(path):
    run_import(Wish(path, "GBP", User.objects.first()))


def _take_back():
    run = ImportRun.objects.get()
    ImportRun.objects.filter(pk=run.pk).update(wanted=ImportRun.Wanted.UNDO, asked_at=timezone.now())
    jobs.run_due()
    assert not OrderLine.objects.exists()


def _dearer(folder):
    """The same file with another price in each row: the most that a file can change."""
    path = folder / "dearer.csv"
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as old, path.open("w", newline="") as new:
        reader, writer = csv.DictReader(old), csv.writer(new)
        writer.writerow(reader.fieldnames)
        for row in reader:
            writer.writerow((row | {"UnitPrice": Decimal(row["UnitPrice"]) + 1}).values())
    return path


def _bare():
    """Seconds of executemany or COPY of the finished rows into the emptied table with its indexes; then they stay as
    they were."""
    table = OrderLine._meta.db_table
    names = ", ".join(f'"{column}"' for column in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table} ORDER BY id")
        rows = cursor.fetchall()
        cursor.execute(
            f"DELETE FROM {table}" if connection.vendor == "sqlite" else f"TRUNCATE {table} CASCADE"
        )
    started = time.perf_counter()
    with transaction.atomic():
        # Lines point at each other only as far as these rows say themselves.
        bulk.insert(OrderLine, COLUMNS, rows)
    return time.perf_counter() - started
