"""Quotation marks: of several lines, doubled, left open."""

from tests.files.nasty import HEADER, Nasty, rows, text

HEAD = ",".join(HEADER)
ROW = "A{n},2026-03-01,{name},X1,10,2.50"


def lines(*names):
    return "\n".join([HEAD, *(ROW.format(n=n, name=name) for n, name in enumerate(names, start=1))]).encode()


FILES = [
    Nasty("a quoted cell of two lines", lines('"Nord\nHandel"', "Süd"), arrived={"customer": ["Nord Handel", "Süd"]}),
    Nasty("a quoted cell with doubled quotes", lines('"Nord ""AS"", Bergen"'), arrived={"customer": ['Nord "AS", Bergen']}),
    Nasty("inches: a quote in a cell that is not quoted", lines('5" pipe', "Süd"), arrived={"customer": ['5" pipe', "Süd"]}),
    Nasty("a quote inside a quoted cell that nobody doubled",
          lines('"Nord "AS""', "Süd"), arrived={"customer": ['Nord AS""', "Süd"]}),
    Nasty("a quote that is never closed: the rest of the file would be one cell",
          lines('"Nord', "Süd", "Ost"), refused="Row 2 can't be read: a quotation mark is not closed"),
    Nasty("two quotes left open: rows between them would vanish",
          lines('"Nord', 'Süd "AS"', "Ost"), refused="a quotation mark is not closed"),
    Nasty("a quote left open before a cell that breaks the row", lines("Nord", '"Süd "AS", Bergen"', "Ost"),
          refused="Row 3 can't be read"),
    Nasty("every cell quoted", "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows()).encode()),
    Nasty("a header of two lines", text(rows(["Order\nno", "Order\ndate", "Cust-\nomer", "SKU", "Qty", "Unit\r\nprice"]))),
    Nasty("a very long quoted text in a column that nobody needs",
          text([[*HEADER, "Remark"], [*rows()[1], "x" * 200_000]])),
    Nasty("a cell longer than any table's", lambda: lines("x" * 1_500_000), refused="too long"),
]  # fmt: skip
