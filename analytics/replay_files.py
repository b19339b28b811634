"""The files that a replay reads: order lines and origins, as CSV, plain or gzipped."""

import csv
import datetime as dt
import gzip
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from analytics.engine.calendar import epoch_day
from analytics.engine.orderbook import OrderBook

LINES = ("customer", "date", "sku", "qty", "unit_price")
ORIGINS = ("customer", "origin")


class Unreadable(Exception):
    """Says which file, which row, and what is wrong there."""


def read_lines(path) -> OrderBook:
    """Order lines in the cleaned format: customer, date, sku, qty, unit_price; other columns are not read.

    Raises Unreadable.
    """
    names, dates, skus, quantities, prices = _columns(path, LINES)
    day = _days(path, "date", dates)
    customers, customer = np.unique(names, return_inverse=True)
    quantity = _numbers(path, "qty", quantities)
    end = int(day.max()) if len(day) else 0
    return OrderBook.from_columns(
        customers=np.array([int(name) if name.isdigit() else name for name in customers], object),
        known_through=np.full(len(customers), end),
        customer=customer,
        day=day,
        item=np.array(skus),
        quantity=quantity,
        amount=quantity * _numbers(path, "unit_price", prices),
    )


def read_origins(path, book):
    """([(customer position, epoch day, items wanted)], how many were of customers that are not in the book), sorted by
    customer. Raises Unreadable, also where an origin is no day on which its customer ordered."""
    names, origins, wanted = _columns(path, (*ORIGINS, "items_wanted"), optional=("items_wanted",))
    days = _days(path, "origin", origins)
    position = {str(name): index for index, name in enumerate(book.customers)}
    ordered = set(zip(book.events.customer.tolist(), book.events.day.tolist(), strict=True))
    found, strangers = [], 0
    for number, (name, day, items) in enumerate(zip(names, days.tolist(), wanted, strict=True), start=2):
        if name not in position:
            strangers += 1
        elif (position[name], day) not in ordered:
            raise Unreadable(f"{path}, row {number}: customer {name} has no order on {origins[number - 2]}.")
        else:
            found.append((position[name], day, items != "0"))
    return sorted(found), strangers


def _columns(path, names, optional=()):
    """A list of texts for each of the names; of optional ones that are not there, empty texts."""
    columns = [[] for _ in names]
    with _opened(path) as file:
        reader = csv.reader(file)
        header = next(reader, [])
        missing = [name for name in names if name not in header and name not in optional]
        if missing:
            raise Unreadable(f"{path} lacks the columns {', '.join(missing)}.")
        at = [header.index(name) if name in header else None for name in names]
        most = max(index for index in at if index is not None)
        for number, row in enumerate(reader, start=2):
            if len(row) <= most:
                raise Unreadable(f"{path}, row {number} has {len(row)} of {len(header)} columns.")
            for column, index in zip(columns, at, strict=True):
                column.append("" if index is None else row[index])
    return columns


@contextmanager
def _opened(path):
    path = Path(path)
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        # Excel begins its UTF-8 with a mark.
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield file
    except FileNotFoundError as error:
        raise Unreadable(f"There is no file {path}.") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path} is not UTF-8.") from error
    except (OSError, EOFError, csv.Error) as error:
        raise Unreadable(f"{path}: {error}.") from error


def _days(path, name, texts):
    """(N,) epoch days; each distinct text is read once."""
    days = {}
    for text in set(texts):
        try:
            days[text] = epoch_day(dt.date.fromisoformat(text[:10]))
        except ValueError as error:
            raise _wrong(path, name, texts, text, "a date like 2026-03-31") from error
    return np.array([days[text] for text in texts], np.int32)


def _numbers(path, name, texts):
    try:
        numbers = np.array(texts, float)
    except ValueError:
        numbers = np.full(len(texts), np.nan)
    if not np.isfinite(numbers).all():
        text = next(text for text in texts if not _is_number(text))
        raise _wrong(path, name, texts, text, "a number like 12.5")
    return numbers


def _is_number(text):
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _wrong(path, name, texts, text, wanted):
    return Unreadable(f"{path}, row {texts.index(text) + 2}: {name} “{text}” is not {wanted}.")
