"""Quantities and prices as people and programs write them."""

from tests.files.nasty import Nasty, rows, table, text


def prices(what, written, read, **expected):
    kept = [f"A{n}" for n in range(1, len(written) + 1) if n + 1 not in expected.get("rejected", {})]
    return Nasty(what, table(price=written), arrived={"price": read, "number": kept}, **expected)


def quantities(what, written, read, **expected):
    return Nasty(what, table(quantity=written), arrived={"quantity": read}, **expected)


BAD = "bad_price"

FILES = [
    prices("1,234.50", ["1,234.50", "99", "1,234,567.89"], ["1234.5", "99", "1234567.89"]),
    prices("1.234,50", ["1.234,50", "99", "1.234.567,89"], ["1234.5", "99", "1234567.89"]),
    prices("1 234,5 with plain, no-break and narrow spaces", ["1 234,5", "1\u00a0234,5", "1\u202f234,5"], ["1234.5"] * 3),
    prices("1'234.50 as the Swiss write it", ["1'234.50", "1’234.50"], ["1234.5"] * 2),
    prices("1,234 alone is one thousand two hundred thirty-four", ["1,234"], ["1234"]),
    prices("1,234 beside 12,5 is a little more than one", ["1,234", "12,5"], ["1.234", "12.5"]),
    Nasty("decimal commas and decimal points mixed", table(price=["12,5", "12.5"]), refused="The numbers are mixed"),
    quantities("minus in front, behind, in brackets, as a dash", ["-5", "12-", "(3)", "−4", "–6", "－7"],
               ["-5", "-12", "-3", "-4", "-6", "-7"]),
    quantities("(5.00)", ["(5.00)"], ["-5"]),
    quantities("units after the number", ["10 EA", "10개", "2 PCS", "3.5 kg"], ["10", "10", "2", "3.5"]),
    Nasty("a percentage is no price and no quantity",
          text([*rows(price=["12%", "2.50"]), ["A3", "2026-03-01", "Nord", "X1", "12 %", "1"]]),
          arrived={"number": ["A2"]}, rejected={2: BAD, 4: "bad_quantity"}),
    prices("full-width digits and signs", ["１２", "１，２３４．５０", "￦１２"], ["12", "1234.5", "12"], answers={"currency": "KRW"}),
    prices("1e5 and 1.5E+03", ["1e5", "1.5E+03"], ["100000", "1500"]),
    prices("NaN, Infinity and what Excel writes for errors", ["NaN", "Infinity", "-inf", "#N/A", "#DIV/0!", "2"], ["2"],
           rejected={2: BAD, 3: BAD, 4: BAD, 5: BAD, 6: BAD}),
    prices("10^30, and exponents without end", ["1" + "0" * 30, "1e999999", "1e99999999999999999999", "2"], ["2"],
           rejected={2: "too_large", 3: "too_large", 4: BAD}),
    prices("too small to be anything", ["1e-999999", "0.000001"], ["0", "0"]),
    prices("a million digits", ["9" * 90_000, "0." + "3" * 90_000, "2"], ["2"], rejected={2: BAD, 3: BAD}),
    prices("words, ranges, sums", ["twelve", "10-12", "5+5", "1/2", "2x3", "0x10", "1_000", "2"], ["2"],
           rejected={n: BAD for n in range(2, 9)}),
    Nasty("a quantity of nothing", table(quantity=["0", "", "0.0001", "n/a", "10"]), arrived={"number": ["A5"]},
          rejected={2: "zero_quantity", 3: "no_quantity", 4: "zero_quantity", 5: "bad_quantity"}),
    Nasty("a quantity beyond any warehouse", table(quantity=["999999999999", "10"]), arrived={"number": ["A2"]},
          rejected={2: "too_large"}),
    Nasty("large by large: a line beyond any bank", table(quantity=["99999999999", "10"], price=["999999999999", "2"]),
          arrived={"number": ["A2"]}, rejected={2: "too_large"}),
]  # fmt: skip
