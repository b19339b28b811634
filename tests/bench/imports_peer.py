"""The same lines by Dangol and by django-import-export: set up as its documentation begins, and as it says for much data."""

import csv
import gzip
from collections import Counter
from decimal import Decimal
from itertools import islice
from pathlib import Path

from django.db import connection
from import_export import fields, resources
from import_export.widgets import CachedForeignKeyWidget, ForeignKeyWidget
from tablib import Dataset

from accounts.models import User
from crm.importing.runs import Wish, run_import
from crm.models import Customer, Order, OrderLine, Product
from tests.bench.apart import empty, measured

ROWS = 20_000
AGAIN = {"Dangol", "the same optimised"}
GOALS = {"django-import-export as documented": "   at least 40"}


class AsDocumented(resources.ModelResource):
    """Its defaults: row by row, with diffs, foreign keys looked up for each row. What it has no words for, customers,
    products and orders, comes along in bulk."""

    order = fields.Field("order", "InvoiceNo", ForeignKeyWidget(Order, "number"))
    product = fields.Field("product", "StockCode", ForeignKeyWidget(Product, "sku"))
    quantity = fields.Field("quantity", "Quantity")
    unit_price = fields.Field("unit_price", "UnitPrice")

    class Meta:
        model = OrderLine
        fields = ("order", "product", "key", "quantity", "unit_price", "amount")
        import_id_fields = ("order", "key")
        # Not its default, but Dangol's: everything or nothing.
        use_transactions = True

    def before_import(self, dataset, **kwargs):
        rows = dataset.dict
        _make(Customer, "code", {row["CustomerID"]: {"name": row["CustomerID"]} for row in rows})
        _make(Product, "sku", {row["StockCode"]: {"name": row["Description"]} for row in rows})
        customers = dict(Customer.objects.values_list("code", "pk"))
        orders = {
            row["InvoiceNo"]: {
                "customer_id": customers[row["CustomerID"]],
                "ordered_on": row["InvoiceDate"][:10],
                "currency": "GBP",
            }
            for row in rows
        }
        _make(Order, "number", orders)
        dataset.append_col(_keys(rows), header="key")
        dataset.append_col(
            [round(Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]), 2) for row in rows], header="amount"
        )


class Lines(AsDocumented):
    """Optimised: bulk mode, foreign keys looked up once, no diffs."""

    order = fields.Field("order", "InvoiceNo", CachedForeignKeyWidget(Order, "number"))
    product = fields.Field("product", "StockCode", CachedForeignKeyWidget(Product, "sku"))

    class Meta:
        use_bulk = True
        skip_diff = True


class NewLines(Lines):
    """Optimised for files of which no line is there yet: no row is looked for, and the same file again would fail or double."""

    class Meta:
        force_init_instance = True


def _make(model, name, values):
    known = set(model.objects.values_list(name, flat=True))
    new = [model(**{name: key}, **fields) for key, fields in values.items() if key not in known]
    model.objects.bulk_create(new, batch_size=1000)


def _keys(rows):
    """An order may list an item twice."""
    seen = Counter()
    keys = []
    for row in rows:
        item = row["InvoiceNo"], row["StockCode"]
        seen[item] += 1
        keys.append(f"{row['StockCode']}:{seen[item]}")
    return keys


def run(file, folder):
    path = Path(folder) / "sample.csv"
    _write_sample(file, path)
    ways = {
        "Dangol": (_by_dangol,),
        "django-import-export as documented": (_by_peer, AsDocumented),
        "the same optimised": (_by_peer, Lines),
        "the same optimised, new lines only": (_by_peer, NewLines),
    }
    print(
        f"{f'{ROWS:,} of these rows':<34}{'rows/s':>12}{'first':>11}{'its CPU':>11}{'again':>11}{'memory':>11}",
        flush=True,
    )
    seconds = {}
    for name, (bring, *how) in ways.items():
        empty()
        first = measured(bring, path, *how)
        assert OrderLine.objects.count() == ROWS, name
        seconds[name] = first.seconds
        # One way cannot, another takes minutes: a dash.
        again = f"{measured(bring, path, *how).seconds:>9.1f} s" if name in AGAIN else f"{'-':>11}"
        assert OrderLine.objects.count() == ROWS, name
        print(
            f"{name:<34}{ROWS / first.seconds:>12,.0f}{first.seconds:>9.1f} s{first.cpu:>9.1f} s{again}"
            f"{first.megabytes:>8.0f} MB",
            flush=True,
        )
    ours = seconds.pop("Dangol")
    for name, theirs in seconds.items():
        print(f"{name + ' : Dangol':<46}{theirs / ours:>6.1f}{GOALS.get(name, '')}")


def _write_sample(file, path):
    """The first rows that name a customer: what the one rejects and the other stumbles over says nothing of speed."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as source, path.open("w", newline="") as sample:
        reader = csv.DictReader(source)
        writer = csv.DictWriter(sample, reader.fieldnames)
        writer.writeheader()
        writer.writerows(islice((row for row in reader if row["CustomerID"].strip()), ROWS))


def _by_dangol(path):
    run_import(Wish(path, "GBP", User.objects.first()))


def _by_peer(path, resource):
    dataset = Dataset().load(path.read_text("utf-8"), format="csv")
    result = resource().import_data(dataset, raise_errors=True)
    assert not result.has_errors()
    connection.close()
