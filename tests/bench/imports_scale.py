"""Time and memory of imports that grow from 50 000 rows to 2 000 000: of the same company, over more and more years."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

from accounts.models import User
from crm.importing.runs import Wish, run_import
from crm.models import OrderLine
from tests.bench.apart import empty, heading, line, measured

SIZES = (50_000, 200_000, 800_000, 2_000_000)
CUSTOMERS, ITEMS, ITEMS_OF_ONE, LINES_OF_ORDER, ORDERS_OF_DAY = 500, 3000, 80, 12, 25
RETURNED = 0.02
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


def run(most, folder):
    heading("rows of a simulated file")
    path = Path(folder) / "simulated.csv"
    for rows in [size for size in SIZES if size <= most]:
        write(path, rows)
        empty()
        it = measured(_bring, path)
        assert OrderLine.objects.count() == rows
        line(f"{rows:,}", rows, it)
    empty()


def _bring(path):
    run_import(Wish(path, "EUR", User.objects.first()))


def write(path, rows):
    """Each customer orders out of his own items, every day some of them; some lines come back a little later."""
    chance = random.Random(7)
    assortments = [chance.sample(range(ITEMS), ITEMS_OF_ONE) for _ in range(CUSTOMERS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        order = 0
        while rows:
            order += 1
            day = date(2000, 1, 1) + timedelta(days=order // ORDERS_OF_DAY)
            customer = chance.randrange(CUSTOMERS)
            for item in chance.sample(assortments[customer], min(LINES_OF_ORDER, rows)):
                quantity = 12 * chance.randrange(1, 9)
                writer.writerow(_line(f"A{order}", day, customer, item, quantity))
                rows -= 1
                if rows and chance.random() < RETURNED:
                    back = day + timedelta(days=chance.randrange(1, 40))
                    writer.writerow(_line(f"R{order}-{item}", back, customer, item, -quantity))
                    rows -= 1
                if not rows:
                    break


def _line(order, day, customer, item, quantity):
    price = f"{1 + item % 90}.{item % 10}5"
    return [
        order, day, f"K{customer}", f"Customer {customer}", "Norway", f"S{item:05}", f"Item number {item}", quantity, price
    ]  # fmt: skip
