"""A row of an order file, as it is staged, and what an import keeps in memory meanwhile."""

import gc

import pytest

from crm.importing.cells import LONGEST_REMEMBERED, PlainTexts
from crm.importing.memory import RARELY, rarely_collected
from crm.importing.orders import Checker, line_hash
from crm.importing.staging import COLUMNS

HEADER = [
    "Order no", "Order date", "Customer code", "SKU", "Quantity", "Unit", "Price", "Unit cost", "Promised date", "Line no",
]  # fmt: skip
HASHED = (
    "sku", "line_number", "kind", "unit", "quantity", "unit_price", "amount", "unit_cost", "promised_on",
)  # fmt: skip


def staged(*rows):
    rows = [list(row) for row in rows]
    checker = Checker(HEADER, "EUR")
    checker.learn(enumerate(rows, 2))
    return [dict(zip(COLUMNS, checker.check(number, row), strict=True)) for number, row in enumerate(rows, 2)]


def test_a_line_is_known_again_by_what_is_said_of_it():
    """What is staged is compared with what stands in the database, which hashes its values by line_hash."""
    lines = staged(
        ("A1", "2026-03-01", "K1", "X", "6.0", "pcs", "10.50", "7", "2026-04-01", "10"),
        ("A1", "2026-03-01", "K1", "Y", "-2", "", "0", "", "", ""),
        ("A1", "2026-03-01", "K1", "POST", "1", "", "12.00", "", "", ""),
    )
    assert [line["line_hash"] for line in lines] == [
        line_hash(line[name] for name in HASHED) for line in lines
    ]
    assert len({line["line_hash"] for line in lines}) == 3


def test_a_short_row_is_one_with_empty_cells_at_its_end():
    short, whole = staged(
        ("A1", "2026-03-01", "K1", "X", "6", "pcs", "10.50"),
        ("A1", "2026-03-01", "K1", "X", "6", "pcs", "10.50", "", "", ""),
    )
    assert short | {"row": 3} == whole


def test_what_a_long_cell_says_is_not_kept():
    texts = PlainTexts()
    assert texts[" X "] == "X"
    assert texts[" " + "X" * LONGEST_REMEMBERED] == "X" * LONGEST_REMEMBERED
    assert list(texts) == [" X "]


def test_memory_is_looked_through_as_before_when_an_import_has_failed():
    usual, meanwhile = gc.get_threshold(), []
    with pytest.raises(ZeroDivisionError), rarely_collected():
        meanwhile.append(gc.get_threshold()) or 1 / 0
    assert (meanwhile, gc.get_threshold()) == ([RARELY], usual)
