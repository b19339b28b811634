"""Codes, numbers of orders and names: what must come through sign by sign, and what nobody sees but would make two of one."""

from tests.files.nasty import HEADER, Nasty, rows, table, text

ROW = rows()[1]


def skus(what, written, read=None, **expected):
    kept = [f"A{n}" for n in range(1, len(written) + 1) if n + 1 not in expected.get("rejected", {})]
    return Nasty(what, table(sku=written), arrived={"sku": read or written, "number": kept}, **expected)


def numbered(what, written, read, **expected):
    return Nasty(what, table(number=written), arrived={"number": read}, **expected)


def named(what, written, read, **expected):
    return Nasty(what, table(customer=written), arrived={"customer": read}, **expected)


FORMULAS = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1"]

FILES = [
    skus("leading zeros", ["00123", "0", "123"]),
    skus("codes that look like days and numbers", ["1-2", "3/4", "2E5", "1.50", "TRUE", "12%"]),
    numbered("codes that a program wrote as decimals", ["10234.0", "10235"], ["10234", "10235"]),
    Nasty("customers' codes as decimals", text([[*HEADER, "Customer code"], [*ROW, "123.0"], ["A2", *ROW[1:], "123"]]),
          arrived={"code": ["123", "123"]}),
    skus("codes that Excel rounded: nobody knows any more which they were", ["8.80123E+11", "1.23E+05", "1e+16", "X1"], ["X1"],
         rejected={2: "rounded_code", 3: "rounded_code", 4: "rounded_code"}),
    skus("text that begins like a formula is text", FORMULAS),
    skus("guarded by an apostrophe on the way out, the same on the way in", ["'=1+1", "'-5", "'X"], ["=1+1", "-5", "'X"]),
    named("spaces before, behind, of no break, of no width",
          ["Nord", " Nord ", "Nord\u00a0", "\u200bNord", "No\u200brd", "\ufeffNord", "Nord\u2060", "\u3000Nord"], ["Nord"] * 8),
    named("a no-break space within", ["Nord AS", "Nord\u00a0AS", "Nord\u202fAS"], ["Nord AS"] * 3),
    named("right-to-left marks", ["Nord\u200f", "\u202eNord\u202c", "\u2066Nord\u2069"], ["Nord"] * 3),
    named("emoji, one of them of several signs", ["Nord 🚢", "👩\u200d🔧 Süd"], ["Nord 🚢", "👩\u200d🔧 Süd"]),
    named("Hebrew, Arabic and Thai", ["חברת נורד", "شركة الشمال", "บริษัทเหนือ"], ["חברת נורד", "شركة الشمال", "บริษัทเหนือ"]),
    named("a letter and its accent written apart", ["Müller", "Mu\u0308ller", "노르드", "\u1102\u1169\u1105\u1173\u1103\u1173"],
          ["Müller", "Müller", "노르드", "노르드"]),
    named("control signs", ["No\x01rd\x1f", "Nord\x7f"], ["Nord", "Nord"]),
    named("HTML and template signs", ["<script>alert(1)</script>", "{{ 7*7 }}", "%s %(x)s"],
          ["<script>alert(1)</script>", "{{ 7*7 }}", "%s %(x)s"]),
    named("SQL", ["Robert'); DROP TABLE crm_order;--"], ["Robert'); DROP TABLE crm_order;--"]),
    Nasty("very long text in needed columns", text([HEADER, ROW, ["B" * 5000, *ROW[1:]], ["A3", ROW[1], "C" * 5000, *ROW[3:]]]),
          rejected={3: "too_long", 4: "too_long"}),
    Nasty("a very long name of a product is cut", text([[*HEADER, "Description"], [*ROW, "x" * 30_000]]),
          arrived={"product": ["x" * 200]}),
]  # fmt: skip
