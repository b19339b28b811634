"""A nasty file: what is nasty about it, its bytes, and what a user gets for it."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field

HEADER = ["Order no", "Order date", "Customer", "SKU", "Qty", "Price"]
SOUND = {"day": "2026-03-01", "customer": "Nord", "sku": "X1", "quantity": "10", "price": "2.50"}


@dataclass(frozen=True)
class Nasty:
    """`arrived`: column -> its values in the order of the file, as they stand in the orders afterwards.

    `rejected`: row of the file -> reason code. `refused`: words of the message, where nothing of it comes in.
    `asks`: "currency" or "dates", what is not guessed. `answers`: what its user says beside the suggestions.
    """

    what: str
    content: bytes | Callable[[], bytes] = field(repr=False)
    refused: str = ""
    arrived: dict = field(default_factory=lambda: {"number": ["A1"]}, repr=False)
    rejected: dict = field(default_factory=dict)
    asks: str = ""
    answers: dict = field(default_factory=dict)
    name: str = "orders.csv"
    # Takes seconds to make or to answer.
    slow: bool = False

    def bytes(self):
        return self.content() if callable(self.content) else self.content


def rows(header=HEADER, **columns):
    """The header and sound rows, one for each value; in the named columns stand these values."""
    length = max(map(len, columns.values()), default=1)
    columns = {"number": [f"A{n + 1}" for n in range(length)]} | columns
    names = ["number", *SOUND]
    body = [[columns[name][n] if name in columns else SOUND[name] for name in names] for n in range(length)]
    return [header, *body]


def text(table, delimiter=",", encoding="utf-8", end="\r\n"):
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(table)
    return stream.getvalue().encode(encoding)


def table(**columns):
    return text(rows(**columns))
