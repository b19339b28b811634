import csv

import pytest
from django.utils import timezone

from crm.importing import jobs
from crm.importing.runs import Wish, run_import
from crm.importing.undo import undo
from crm.models import ImportRun

HEADER = [
    "Order no",
    "Order date",
    "Customer code",
    "Customer",
    "Country",
    "SKU",
    "Description",
    "Quantity",
    "Price",
]


def full(order, day, sku, quantity, price, customer="K1"):
    """A row below HEADER."""
    return [order, day, customer, f"Customer {customer}", "Norway", sku, f"Product {sku}", quantity, price]


def counts(run):
    assert run.read == run.created + run.updated + run.unchanged + run.rejected
    return run.created, run.updated, run.unchanged, run.rejected


@pytest.fixture
def bring(tmp_path):
    """bring(rows, ...): imports rows of (order, day, SKU, quantity, price[, customer code]), or whole ones."""

    def bring(rows, header=HEADER, **wish):
        path = tmp_path / "orders.csv"
        whole = [full(*row) if isinstance(row, tuple) else row for row in rows]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *whole])
        return run_import(Wish(path, **({"currency": "EUR"} | wish)))[0]

    return bring


@pytest.fixture
def taken_back():
    """taken_back(run): asks for it and lets the worker work; the run as it stands then."""

    def taken_back(run, **options):
        ImportRun.objects.filter(pk=run.pk).update(
            wanted=ImportRun.Wanted.UNDO, asked_at=timezone.now(), options=options
        )
        jobs.run_due()
        return ImportRun.objects.get(pk=run.pk)

    return taken_back


@pytest.fixture
def bring_file(tmp_path, owner):
    """bring_file(kind, text, ...): imports the text as a file of that kind; returns the run."""

    def bring_file(kind, text, **wish):
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        wish = {"currency": "EUR", "owner": owner, "user": owner} | wish
        return run_import(Wish(path, kind=kind, **wish))[0]

    return bring_file


@pytest.fixture
def take_back():
    """take_back(run, user): as the worker does it."""

    def take_back(run, user=None):
        return undo(run, user, timezone.now())

    return take_back
