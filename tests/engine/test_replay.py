"""The mirror of the product: what it would have said, origin by origin."""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from analytics.engine.bookstats import CALLED_MONTHS, Refits
from analytics.engine.calendar import iso
from analytics.engine.forecast import item_ranker
from analytics.engine.replay import predict, replay
from analytics.replay_files import read_lines
from tests.engine.books import END, book_of, crowd

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
REAL = SHARED / "data" / "online_retail_lines_public.csv.gz"
SCORER = SHARED / "bench" / "eval_next_order.py"
needs_real_file = pytest.mark.skipif(not REAL.exists(), reason=f"needs {REAL.name} beside the project")


def origins_of(book, last_day, days=1000):
    """Of the last `days`."""
    return [
        (index, int(day), True)
        for index in range(len(book.customers))
        for n, day in enumerate(book.history(index).days, start=1)
        if n >= 5 and last_day - days < day <= last_day
    ]


@pytest.mark.parametrize("back", [45, 130])
def test_what_comes_later_changes_no_earlier_prediction(back):
    assert_no_leak(book_of(crowd(15)), END - back)


@needs_real_file
@pytest.mark.slow
@pytest.mark.parametrize("back", [40, 111])
def test_what_comes_later_changes_no_earlier_prediction_on_real_orders(back):
    book = read_lines(REAL)
    some = book.customer < 300
    part = type(book).from_columns(
        customers=book.customers, known_through=book.known_through, customer=book.customer[some], day=book.day[some],
        item=book.items[book.item[some]], quantity=book.quantity[some], amount=book.amount[some],
    )  # fmt: skip
    assert_no_leak(part, part.end - back)


@pytest.mark.slow
def test_what_is_let_go_of_on_the_way_changes_no_prediction(monkeypatch):
    """Month by month no more is kept than of one, and the same is said."""
    monkeypatch.setattr(item_ranker, "MAX_ORIGINS", 60)
    book = book_of(crowd(60))
    origins = sorted(origins_of(book, END, days=400), key=lambda origin: origin[1])[::9]
    whole, lean = Refits(book), Refits(book)
    months, weeks, examples = [], [], []
    for customer, day, _ in origins:
        lean.forget_before(day)
        history = book.history(customer).until(day)
        assert predict(history, lean.at(day), book.items) == predict(history, whole.at(day), book.items)
        months.append(len(lean.by_month))
        weeks.append(len(lean.past.by_week))
        examples.append(len(lean.past.by_month))
    assert len(whole.by_month) > 12
    assert len(whole.past.by_week) > 50
    assert set(months) == {1}
    # Of the running month and the one before; the first fit alone looks back further.
    assert max(weeks[len(weeks) // 4 :]) <= 11
    assert max(examples[len(examples) // 4 :]) <= 4 < len(whole.past.by_month)
    assert len(lean.calls_by_month) <= CALLED_MONTHS + 1
    assert len(lean.dates_by_day) <= 2


def assert_no_leak(book, day):
    origins = origins_of(book, day, days=100)
    assert len(origins) > 20
    # The model, its calibration and the choice of the point are all there to leak.
    stats = Refits(book).at(day)
    assert stats.hazard
    assert stats.point_calls
    assert list(replay(book, origins)) == list(replay(book.until(day), origins))


def test_the_command_reads_lines_and_writes_the_scorers_format(tmp_path, capsys):
    lines, origins, out = tmp_path / "lines.csv.gz", tmp_path / "origins.csv", tmp_path / "out.jsonl"
    book = book_of(crowd(4))
    with gzip.open(lines, "wt", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["customer", "country", "order_no", "date", "sku", "description", "qty", "unit_price"]
        )
        for customer, day, item, quantity, amount in crowd(4):
            writer.writerow([customer, "Norway", "1", iso(day), item, item, quantity, amount / quantity])
    with origins.open("w") as file:
        file.write("customer,origin,split,items_wanted\n")
        for index, day, _ in origins_of(book, END)[:8]:
            file.write(f"{book.customers[index]},{iso(day)},PUBLIC,1\n")
    call_command("replay", str(lines), origins=str(origins), out=str(out))
    written = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(written) == 8
    assert "8 predictions" in capsys.readouterr().out
    for line in written:
        assert line["lo80"] <= line["gap"] <= line["hi80"]
        assert 1 <= line["basket_size"] <= len(line["items"])
        assert len({sku for sku, _ in line["items"]}) == len(line["items"])


def test_a_missing_file_or_column_is_said(tmp_path):
    with pytest.raises(CommandError, match="no file"):
        call_command(
            "replay", str(tmp_path / "no.csv"), origins=str(tmp_path / "no.csv"), out=str(tmp_path / "o")
        )
    bad = tmp_path / "bad.csv"
    bad.write_text("customer,day\n1,2026-01-01\n")
    with pytest.raises(CommandError, match="date, sku, qty, unit_price"):
        call_command("replay", str(bad), origins=str(bad), out=str(tmp_path / "o"))


@pytest.mark.slow
@needs_real_file
def test_the_public_year_is_called_as_well_as_promised(tmp_path):
    origins, out, scores = (tmp_path / name for name in ("origins.csv", "out.jsonl", "scores.json"))
    score = [sys.executable, str(SCORER), "--data", str(REAL)]
    subprocess.run([*score, "--list-origins", str(origins)], check=True)
    call_command("replay", str(REAL), origins=str(origins), out=str(out))
    subprocess.run([*score, "--pred", str(out), "--split", "PUBLIC", "--json", str(scores)], check=True)
    (found,) = json.loads(scores.read_text())
    assert found["missing"] == 0
    assert found["P3"]["N@10"] >= 0.335
    assert found["P3"]["F1@basket"] >= 0.24
    assert found["P1"]["RMAE60"] <= 11.3
    assert found["P1"]["Brier30"] <= 0.151
    assert 0.77 <= found["P1"]["cover80"] <= 0.84
    assert found["P1"]["w7_top25%"] >= 0.69
    assert found["P2"]["WAPE"] <= 0.56
