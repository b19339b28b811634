"""What stands where: titles, empty rows and columns, repeated headers, totals, ragged rows, doubled columns."""

from tests.files.nasty import HEADER, Nasty, rows, text

ONE, TWO = rows(number=["A1", "A2"])[1:]
BOTH = {"number": ["A1", "A2"]}
WIDE = [*HEADER, *(f"c{n}" for n in range(300))]

FILES = [
    Nasty("nothing in it", b"", refused="is empty"),
    Nasty("nothing but a mark and line ends", b"\xef\xbb\xbf\r\n\r\n", refused="empty"),
    Nasty("a header and no rows", text([HEADER]), refused="no rows below it"),
    Nasty("title rows above the header", text([["Sales 2026"], ["printed on", "2026-04-01"], [], *rows()])),
    Nasty("rows of nothing, of delimiters and of spaces",
          text([HEADER, [], ONE, [""] * 6, [" ", "\u00a0", "", "", "", ""], TWO, ["\t"] * 6]), arrived=BOTH),
    Nasty("empty columns before, between and after", text([["", *row[:3], "", *row[3:], "", ""] for row in rows()])),
    Nasty("the header again on each page", text([HEADER, ONE, HEADER, TWO, HEADER]), arrived=BOTH),
    Nasty("a total at the bottom",
          text([HEADER, ONE, TWO, ["Total", "", "", "", "20", "50.00"]]), arrived=BOTH, rejected={4: "no_customer"}),
    Nasty("a total at the bottom, in Korean and under the customer",
          text([HEADER, ONE, TWO, ["", "", "합계", "", "20", "50.00"]]), arrived=BOTH, rejected={4: "no_order_number"}),
    Nasty("a sum after each customer",
          text([HEADER, ONE, ["Subtotal", "", "Nord", "", "10", "25.00"], TWO]), arrived=BOTH, rejected={3: "no_item"}),
    Nasty("rows that are too short", text([HEADER, ONE, TWO[:4], TWO[:2]]), rejected={3: "no_quantity", 4: "no_customer"}),
    Nasty("a row longer than the header: an unquoted comma moved its cells",
          text([HEADER, [*ONE[:5], "1", "234.50"], TWO]), arrived={"number": ["A2"]}, rejected={2: "too_wide"}),
    Nasty("a last column without a name: known by its look", text([HEADER[:5], ONE, [*TWO[:4], "x", "7.50"]]),
          arrived={"number": ["A1"], "price": ["2.5"]}, rejected={3: "bad_quantity"}),
    Nasty("rows longer than the header by empty cells alone", text([HEADER, [*ONE, "", ""], TWO]), arrived=BOTH),
    Nasty("one row with hundreds of cells", text([HEADER, ONE, ["x"] * 900]), refused="250 can be read"),
    Nasty("306 columns", text([WIDE, [*ONE, *["y"] * 300]]), refused="250 can be read"),
    Nasty("306 columns, of which 300 are empty", text([[*HEADER, *[""] * 300], [*ONE, *[""] * 300]])),
    Nasty("a column named twice: the first is meant", text([[*row, extra] for row, extra in zip(
        rows(), ["Qty", "99"], strict=True)]), arrived={"quantity": ["10"]}),
    Nasty("two headers that mean the same: the first is meant", text([[*row, extra] for row, extra in zip(
        rows(), ["수량", "99"], strict=True)]), arrived={"quantity": ["10"]}),
    Nasty("headers that nobody knows: its user says what they are", text(rows(["q1", "q2", "q3", "q4", "q5", "q6"])),
          answers={f"column_{n}": name for n, name in enumerate(
              ["order_number", "ordered_on", "customer_name", "sku", "quantity", "unit_price"])}),
    Nasty("headers in capitals with points, underscores and spaces",
          text(rows(["ORDER_NO.", " Order-Date ", "CUSTOMER:", "S.K.U.", "QTY (EA)", "UNIT PRICE"]))),
    Nasty("no header at all", text([ONE, TWO]), refused="No column is chosen"),
    Nasty("the same order twice in the file, line by line", text([HEADER, ONE, ONE, TWO]), arrived={"number": ["A1", "A1", "A2"]}),
    Nasty("an order of two customers", text([HEADER, ONE, [ONE[0], ONE[1], "Süd", *ONE[3:]]]), rejected={3: "other_customer"}),
    Nasty("a table of one column", b"Order no\nA1\nA2\n", refused="No column is chosen"),
    Nasty("prose", b"Dear Sir,\n\nplease find our order attached.\n\nYours, Nord\n", refused="no rows below it"),
]  # fmt: skip
