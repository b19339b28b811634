"""What a replay says of files that it cannot read: which, where, and what is wrong there."""

import gzip
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

HEADER = "customer,date,sku,qty,unit_price\n"
GOOD = HEADER + "".join(f"7,2026-0{month}-0{day},A,2,1.5\n" for month in (1, 2, 3) for day in (1, 8))
ORIGIN = "customer,origin\n7,2026-03-08\n"


@pytest.fixture
def replayed(tmp_path):
    def run(lines=GOOD, origins=ORIGIN, out="said.jsonl", name="lines.csv"):
        said = StringIO()
        for file, content in ((name, lines), ("origins.csv", origins)):
            (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
        call_command("replay", str(tmp_path / name), origins=str(tmp_path / "origins.csv"), out=str(tmp_path / out),
                     stdout=said, stderr=said)  # fmt: skip
        return [json.loads(line) for line in (tmp_path / out).read_text().splitlines()], said.getvalue()

    return run


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("", "lacks the columns customer, date, sku, qty, unit_price"),
        ("customer,date,sku,qty\n", "lacks the columns unit_price"),
        (HEADER + "7,2026-01-01,A,2,1\n7,31.12.2025,A,2,1\n", "row 3: date “31.12.2025” is not a date like"),
        (HEADER + "7,2026-02-30,A,2,1\n", "row 2: date “2026-02-30”"),
        (HEADER + '7,2026-01-01,A,"12,5",1\n', "row 2: qty “12,5” is not a number like"),
        (HEADER + "7,2026-01-01,A,2,nan\n", "row 2: unit_price “nan”"),
        (HEADER + "7,2026-01-01,A\n", "row 2 has 3 of 5 columns"),
        ((HEADER + "김치,2026-01-01,A,2,1\n").encode("cp949"), "is not UTF-8"),
    ],
)
def test_lines_that_cannot_be_read_are_refused_by_row(replayed, lines, words):
    with pytest.raises(CommandError, match=words):
        replayed(lines)


@pytest.mark.parametrize(
    ("origins", "words"),
    [
        ("customer\n7\n", "lacks the columns origin"),
        ("customer,origin\n7,8 March\n", "row 2: origin “8 March”"),
        ("customer,origin\n7,2026-03-09\n", "row 2: customer 7 has no order on 2026-03-09"),
        ("customer,origin\n7,2020-01-01\n", "row 2: customer 7 has no order on 2020-01-01"),
    ],
)
def test_origins_that_cannot_be_answered_are_refused_by_row(replayed, origins, words):
    with pytest.raises(CommandError, match=words):
        replayed(origins=origins)


def test_what_is_missing_is_said(replayed, tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        replayed(out="nowhere/said.jsonl")
    with pytest.raises(CommandError, match="There is no file"):
        call_command("replay", str(tmp_path / "none.csv"), origins="o.csv", out=str(tmp_path / "said.jsonl"))


def test_origins_of_strangers_are_counted(replayed):
    lines, said = replayed(origins=ORIGIN + "8,2026-03-08\n")
    assert [line["origin"] for line in lines] == ["2026-03-08"]
    assert "1 origins are of customers who are not in" in said


def test_a_file_of_excel_and_a_gzipped_one_are_read(replayed):
    assert replayed("\ufeff" + GOOD)[0] == replayed(gzip.compress(GOOD.encode()), name="lines.csv.gz")[0]
