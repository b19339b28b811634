import csv
import datetime as dt
import gzip
import json
import sys
from pathlib import Path

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from analytics.engine.calendar import epoch_day
from analytics.engine.forecast.hazard import PRIORS
from analytics.engine.orderbook import OrderBook
from analytics.engine.replay import replay

COLUMNS = ("customer", "date", "sku", "qty", "unit_price")


def read_lines(path) -> OrderBook:
    """Order lines in the cleaned format: customer, date, sku, qty, unit_price; other columns are not read."""
    columns = {name: [] for name in COLUMNS}
    with _open(path) as file:
        reader = csv.reader(file)
        header = next(reader, [])
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise CommandError(f"{path} lacks the columns {', '.join(missing)}.")
        at = [header.index(name) for name in COLUMNS]
        for row in reader:
            for name, index in zip(COLUMNS, at, strict=True):
                columns[name].append(row[index])
    days = {text: epoch_day(dt.date.fromisoformat(text[:10])) for text in set(columns["date"])}
    day = np.array([days[text] for text in columns["date"]], np.int32)
    customers, customer = np.unique(columns["customer"], return_inverse=True)
    quantity = np.array(columns["qty"], float)
    end = int(day.max()) if len(day) else 0
    return OrderBook.from_columns(
        customers=np.array([int(name) if name.isdigit() else name for name in customers], object),
        known_through=np.full(len(customers), end),
        customer=customer,
        day=day,
        item=np.array(columns["sku"]),
        quantity=quantity,
        amount=quantity * np.array(columns["unit_price"], float),
    )


def read_origins(path, book):
    """(customer position, epoch day, items wanted) per row of ORIGINS.csv, sorted by customer."""
    position = {str(name): index for index, name in enumerate(book.customers)}
    with _open(path) as file:
        origins = [
            (
                position[row["customer"]],
                epoch_day(dt.date.fromisoformat(row["origin"])),
                row.get("items_wanted") != "0",
            )
            for row in csv.DictReader(file)
            if row["customer"] in position
        ]
    return sorted(origins)


def _open(path):
    if str(path).endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return Path(path).open(encoding="utf-8", newline="")


class Command(BaseCommand):
    help = "Replays an order history: one prediction per origin, made with what was known on that day."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("lines", help="order lines, CSV or CSV.gz: customer, date, sku, qty, unit_price")
        parser.add_argument("--origins", required=True, help="CSV: customer, origin[, items_wanted]")
        parser.add_argument("--out", required=True, help="predictions, one JSON object a line")
        # Online Retail is the book that replays are judged on: a prior that has seen it would know the answers.
        parser.add_argument(
            "--prior",
            choices=sorted(PRIORS),
            default="without_online_retail",
            help="what the hazard model is centred on: all (as in the product), or without Online Retail (the default)",
        )

    def handle(self, lines, origins, out, prior, **options):
        for path in (lines, origins):
            if not Path(path).is_file():
                raise CommandError(f"There is no file {path}.")
        book = read_lines(lines)
        wanted = read_origins(origins, book)
        with Path(out).open("w", encoding="utf-8") as file:
            for line in replay(book, wanted, progress=self._progress(len(wanted)), prior=prior):
                file.write(json.dumps(line) + "\n")
        self.stdout.write(f"{len(wanted)} predictions in {out}")

    def _progress(self, total):
        if not sys.stderr.isatty():
            return None

        def show(done):
            if done % 200 == 0 or done == total:
                self.stderr.write(f"\r{done} of {total}", ending="" if done < total else "\n")

        return show
