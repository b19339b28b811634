"""Files that Hypothesis makes: any headers, any writing of days and numbers, sound and broken cells, ragged rows, any bytes."""

import csv
import gzip
import io
from dataclasses import dataclass

from hypothesis import strategies as st

from crm.importing.mapping import SYNONYMS

NEEDED = ["order_number", "ordered_on", "customer_name", "sku", "quantity", "unit_price"]
OPTIONAL = [
    "customer_code",
    "country",
    "currency",
    "line_number",
    "amount",
    "unit_cost",
    "product_name",
    "promised_on",
    "city",
]
DAYS = {
    "ISO": ["2026-03-01", "2026-03-15", "2025-11-30 14:30", "2026-02-28T09:00:00Z"],
    "points": ["1.3.2026", "15.03.26", "30. 11. 2025"],
    "Korean": ["2026년 3월 1일", "2026. 3. 15.", "20251130"],
    "day first": ["01/03/2026", "15/03/2026", "30/11/2025"],
    "month first": ["03/01/2026", "03/15/2026", "11/30/2025"],
    "ambiguous": ["01/03/2026", "03/04/26"],
    "serial": ["46082", "46096.5", "45991"],
    "names": ["1-Mar-26", "15 March 2026", "Nov 30, 2025"],
}
NUMBERS = {
    "point": ["1", "12", "-5", "(3)", "2.50", "1,234.50", "1e2", "0", "7 EA", "1,234"],
    "comma": ["1", "12", "-5", "5-", "2,50", "1.234,50", "1 234,5", "0"],
    "won": ["1,234원", "₩12", "-5", "12", "−3"],
    "euro": ["€12.50", "12.50 EUR", "12", "$3"],
}
WORDS = {
    "order_number": ["A1", "A2", "A3", "C4", "00012", "12.0"],
    "customer_name": ["Nord AS", "노르드 상사", "nord as", "Müßig \u00a0", "=Süd", "Nord\nAS"],
    "customer_code": ["K1", "K2", "007", "7.0"],
    "sku": ["X1", "X2", "POST", "22423", "x1", "@X"],
    "country": ["Norway", "KR", "독일", "Nowhere"],
    "currency": ["EUR", "usd", "₩", "JPY"],
    "line_number": ["1", "2", "10"],
    "product_name": ["등산화", "Tent; \"large\", 2 m", "Freight"],
    "city": ["Bergen", "부산"],
}  # fmt: skip
BROKEN = ["", " ", "-", "n/a", "#REF!", "0000-00-00", "31.02.2026", "2999-01-01", "12%", "1e999999", "NaN", "9" * 30, "x" * 300,
          "1.23E+05", "\u200b", "\u202ex", "👩\u200d🔧", '"', "a\tb", "￥１２", "合計", "\x01"]  # fmt: skip
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp949", "cp1252", "shift_jis"]


@dataclass(frozen=True)
class Made:
    content: bytes
    # What its user says where he is asked.
    currency: str
    date_order: str


@st.composite
def made(draw):
    fields = [name for name in NEEDED if draw(st.integers(0, 19)) != 0]
    fields += draw(st.lists(st.sampled_from(OPTIONAL), max_size=3, unique=True))
    fields = draw(st.permutations(fields or NEEDED))
    table = [[draw(_header(name)) for name in fields], *draw(_rows(fields))]
    if draw(st.integers(0, 3)) == 0:
        table = _around(draw, table)
    return Made(
        _bytes(draw, table),
        draw(st.sampled_from(["EUR", "KRW", "KWD"])),
        draw(st.sampled_from(["dmy", "mdy"])),
    )


def _header(field):
    return st.sampled_from(SYNONYMS[field].split()).flatmap(
        lambda word: st.sampled_from(
            [word, word.upper(), f" {word} ", f"{word}\n(x)", f"{word[:2]}_{word[2:]}"]
        )
    )


@st.composite
def _rows(draw, fields):
    days = DAYS[draw(st.sampled_from(list(DAYS)))]
    numbers = NUMBERS[draw(st.sampled_from(list(NUMBERS)))]
    pools = {name: WORDS.get(name) or (days if name.endswith("_on") else numbers) for name in fields}
    broken = st.one_of(st.sampled_from(BROKEN), st.text(max_size=6))
    rows = []
    for _ in range(draw(st.integers(0, 7))):
        row = [draw(st.sampled_from(pools[name])) for name in fields]
        for _ in range(max(draw(st.integers(-3, 2)), 0)):
            row[draw(st.integers(0, len(row) - 1))] = draw(broken)
        shape = draw(st.integers(0, 11))
        rows += {0: [row[:-2]], 1: [[*row, draw(broken)]], 2: [row, row], 3: [[]]}.get(shape, [row])
    return rows


def _around(draw, table):
    header, *body = table
    above = draw(st.sampled_from([[], [["Sales 2026"]], [["printed", "1.4.2026"], []]]))
    below = draw(st.sampled_from([[], [header], [["Total", "", "", "99"]], [["", "합계"]]]))
    return [*above, [*header, *draw(st.sampled_from([[], ["", ""], ["Remark"]]))], *body, *below]


def _bytes(draw, table):
    delimiter = draw(st.sampled_from(",;\t|"))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    if draw(st.integers(0, 5)) == 0:
        text = end.join(delimiter.join(row) for row in table)
    else:
        stream = io.StringIO(newline="")
        quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)
        text = stream.getvalue()
    if draw(st.integers(0, 9)) == 0:
        text = f"sep={delimiter}{end}{text}"
    content = text.encode(draw(st.sampled_from(ENCODINGS)), errors="replace")
    harm = draw(st.integers(0, 19))
    if harm == 0:
        place = draw(st.integers(0, len(content)))
        content = content[:place] + draw(st.binary(max_size=3)) + content[place + 1 :]
    elif harm == 1:
        content = content[: draw(st.integers(0, len(content)))]
    return gzip.compress(content, 1) if harm == 2 else content
