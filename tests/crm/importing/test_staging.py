"""Rows on their way in: however long they are, they never all lie in memory."""

import tracemalloc

from crm.importing.staging import CHARACTERS, ROWS, chunks


def test_chunks_are_of_so_many_rows_and_lose_none():
    rows = [(number, ["A1", "X"]) for number in range(2 * ROWS + 1)]
    found = list(chunks(rows))
    assert [len(chunk) for chunk in found] == [ROWS, ROWS, 1]
    assert [row for chunk in found for row in chunk] == rows


def test_very_long_rows_make_short_chunks():
    long = CHARACTERS // 10
    rows = ((number, ["A1", chr(65 + number % 26) * long]) for number in range(200))
    tracemalloc.start()
    sizes = []
    for chunk in chunks(rows):
        sizes.append(len(chunk))
        del chunk
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(sizes) == 200
    assert max(sizes) == 10
    # All of them are 320 MB.
    assert most < 3 * CHARACTERS


def test_nothing_makes_no_chunk():
    assert list(chunks([])) == []
