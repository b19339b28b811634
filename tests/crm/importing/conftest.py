import csv

import pytest

from crm.importing.runs import Wish, run_import

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
