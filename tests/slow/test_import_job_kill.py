"""The worker killed with -9 while it imports or takes back: all or nothing, and the next worker completes it by itself."""

import csv
import random

import pytest

# Of the import and as many of its undo.
KILLS = 25
STEPS = [("apply", "applied"), ("undo", "undone")]
KILLED = -9

pytestmark = pytest.mark.slow


@pytest.fixture
def host(start_host):
    with start_host("host") as ask:
        yield ask


@pytest.fixture
def files(tmp_path):
    """(what is known already, a file with all that an import does: new, changed and equal lines, moved orders, returns)."""
    chance = random.Random(3)
    known = [row(number, chance) for number in range(8_000)]
    changed = [[*line[:-1], "2.75"] if n % 3 == 0 else line for n, line in enumerate(known)]
    moved = [[line[0], "2025-12-31", *line[2:]] if line[0].endswith("7") else line for line in changed]
    return (
        written(tmp_path / "known.csv", known),
        written(tmp_path / "orders.csv", moved + [row(number, chance) for number in range(8_000, 16_000)]),
    )


def row(number, chance):
    """Ten lines an order; the last one of ten orders returns what an order of the same customer has."""
    order, customer = number // 10, number // 10 % 200
    day = f"2025-{1 + order % 12:02d}-{1 + order % 28:02d}"
    sku, quantity = f"S{chance.randrange(500)}", chance.randrange(1, 9) * 12
    if number % 100 in {0, 99}:
        sku, quantity, customer = "S1", 12 if number % 100 == 0 else -12, number // 100 % 20
        order = f"{number // 100}{'R' if quantity < 0 else 'G'}"
    return [f"O{order}", day, f"K{customer}", f"Customer {customer}", "Norway", sku, quantity, "2.50"]


def written(path, rows):
    header = ["Order no", "Order date", "Customer code", "Customer", "Country", "SKU", "Quantity", "Price"]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return str(path)


def test_killed_anywhere_the_import_and_its_undo_are_all_or_nothing(host, files):
    host("start", *files)
    nothing, none, *_rest = host("state")
    seconds, made = {}, {}
    for wanted, done in STEPS:
        host("ask", wanted)
        seconds[wanted], code = host("work")
        assert code == 0
        found, made[wanted], *outcome = host("state")
        assert outcome == [done, ""]
    assert (found, made["undo"]) == (nothing, none)
    assert made["apply"] != none

    chance, cut = random.Random(5), dict.fromkeys(made, 0)
    for kill in range(KILLS):
        for wanted, done in STEPS:
            before, *_rest = host("state")
            host("ask", wanted)
            # Half of them anywhere, half in the last part, where the rows are written.
            moment = chance.uniform(0 if kill % 2 else 0.5, 1.02)
            _seconds, code = host("work", moment * seconds[wanted])
            found, there, run_state, due = host("state")
            where = f"killed after {moment:.2f} of {seconds[wanted]:.2f} s of {wanted}"
            # The facts and what the run says of them changed together.
            if run_state == done:
                assert (there, due) == (made[wanted], ""), where
            else:
                assert (found, due, code) == (before, wanted, KILLED), where
                cut[wanted] += 1
            whole, code = host("work")
            assert code == 0, where
            # A machine that others use, too, is not always as fast.
            seconds[wanted] = whole if run_state != done else 0.9 * seconds[wanted]
            found, *outcome = host("state")
            assert outcome == [made[wanted], done, ""], where
            assert (found == nothing) == (wanted == "undo"), where
    print(f"{cut['apply']} imports and {cut['undo']} undos of {KILLS} were killed before their end")
    assert min(cut.values()) > KILLS / 5
