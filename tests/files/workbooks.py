"""Spreadsheets: XLSX, XLS and ODS, with what stands in them beside the table."""

import datetime as dt

from tests.files.nasty import HEADER, Nasty, rows, text
from tests.files.packages import compound, ods, workbook, xls, xlsx, xlsx_rows, zipped

DAY = dt.date(2026, 3, 1)
ONE = ["A1", DAY, "Nord", "X1", 10, 2.5]
TWO = ["A2", dt.datetime(2026, 3, 2, 14, 30), "Süd", 22423, -3, 1234.5]
BOTH = {
    "number": ["A1", "A2"], "day": ["2026-03-01", "2026-03-02"], "customer": ["Nord", "Süd"], "sku": ["X1", "22423"],
    "quantity": ["10", "-3"], "price": ["2.5", "1234.5"],
}  # fmt: skip
PLAIN = [HEADER, ONE, TWO]
VALUES = [HEADER, ["A1", 46082, "Nord", "X1", 10, 2.5], ["A2", 46083.5, "Süd", 22423, -3, 1234.5]]
TITLE = ["노르드 상사 2026년 매출"]


def spread(what, content, name="orders.xlsx", **expected):
    return Nasty(what, content, name=name, **expected)


def merged(book):
    sheet = book.active
    sheet.merge_cells("A1:F1")
    for column in "ABC":
        sheet.merge_cells(f"{column}3:{column}4")
    sheet.merge_cells("E3:E4")


def hidden_first(book):
    book.worksheets[0].sheet_state = "hidden"


def in_1904(book):
    book.epoch = dt.datetime(1904, 1, 1)


def formula(value, cached):
    return f'<c t="str"><f>{value}</f>{f"<v>{cached}</v>" if cached else ""}</c>'


FILES = [
    spread("XLSX with days, moments and numbers", lambda: workbook(PLAIN), arrived=BOTH),
    spread("XLSX named as CSV", lambda: workbook(PLAIN), "orders.csv", arrived=BOTH),
    spread("CSV named as XLSX", text(rows()), refused="not what its ending says"),
    spread("CSV named as XLS, as ERPs do", text(rows(), "\t"), "orders.xls"),
    spread("a PDF named as CSV", b"%PDF-1.7\n1 0 obj\n", "orders.csv", refused="binary data"),
    spread("a web page named as XLS", b"\xef\xbb\xbf \r\n<HTML><body><table><tr><td>A1", "orders.xls", refused="a web page inside"),
    spread("a title in angle brackets is no web page", text([["<매출 2026>"], *rows()]), "orders.csv"),
    spread("a picture named as XLSX", b"\x89PNG\r\n\x1a\n\0\0", refused="not what its ending says"),
    spread("a Word document", b"PK\x03\x04", "orders.docx", refused="is not a table"),
    spread("XLS", lambda: xls(VALUES), "orders.xls", arrived=BOTH),
    spread("ODS", lambda: ods(VALUES), "orders.ods", arrived=BOTH),
    spread("ODS with a million empty rows that are formatted", lambda: ods(VALUES, 1_048_000), "orders.ods", arrived=BOTH),
    spread("title rows and an empty column before the table",
           lambda: workbook([["", *TITLE], [], *(["", *row] for row in PLAIN)]), arrived=BOTH),
    spread("merged cells: the title, and what holds for two rows; a number does not hold twice",
           lambda: workbook([TITLE, HEADER, ONE, ["", "", "", "X2", "", 9], TWO, ["A4", *TWO[1:]]], change=merged),
           arrived={"number": ["A1", "A2", "A4"]}, rejected={4: "no_quantity"}),
    spread("merged cells: lines of one order",
           lambda: workbook([TITLE, HEADER, ONE, ["", "", "", "X2", 5, 9]],
                            change=lambda book: [book.active.merge_cells(f"{c}3:{c}4") for c in "ABC"]),
           arrived={"number": ["A1", "A1"], "customer": ["Nord", "Nord"], "sku": ["X1", "X2"]}),
    spread("an empty sheet that is hidden comes first", lambda: workbook([], PLAIN, change=hidden_first), arrived=BOTH),
    spread("a hidden sheet with a list of its own comes first",
           lambda: workbook([["Code", "Name"], ["1", "x"]], PLAIN, change=hidden_first), arrived=BOTH),
    spread("a sheet a year, with one header", lambda: workbook([HEADER, ONE], [HEADER, TWO]), arrived=BOTH),
    spread("a sheet a year, one of them with empty columns dragged along",
           lambda: workbook([HEADER, ONE], [[*HEADER, "", " "], TWO]), arrived=BOTH),
    spread("further sheets of something else", lambda: workbook(PLAIN, [["Rate"], [1.1]], [["x"]]), arrived=BOTH),
    spread("sheets with nothing in them", lambda: workbook([], []), refused="The spreadsheet is empty"),
    spread("days counted from 1904", lambda: workbook(PLAIN, change=in_1904), arrived=BOTH),
    spread("formulas with what they came to",
           lambda: xlsx(xlsx_rows([HEADER, [*rows()[1][:4], formula("2*5", "10"), formula("5/2", "2.5")]]))),
    spread("a formula that was never computed", lambda: workbook([HEADER, [*ONE[:4], "=2*5", 2.5], TWO]),
           arrived={"number": ["A2"]}, rejected={2: "no_quantity"}),
    spread("errors of formulas hold nothing",
           lambda: xlsx(xlsx_rows([HEADER, rows()[1], [*rows()[1][:4], '<c t="e"><v>#DIV/0!</v></c>', "1"]])),
           rejected={3: "no_quantity"}),
    spread("percentages and money by format alone",
           lambda: workbook(PLAIN, change=lambda book: setattr(book.active["F2"], "number_format", "€ #,##0.00")), arrived=BOTH),
    spread("numbers that are text, with signs and spaces",
           lambda: workbook([HEADER, ["A1", "2026.3.1", "Nord ", "00123", " 1,000 ", "1,234.50"]]),
           arrived={"sku": ["00123"], "quantity": ["1000"], "price": ["1234.5"], "customer": ["Nord"]}),
    spread("large codes that are numbers", lambda: workbook([HEADER, [880123456789, DAY, "Nord", 8801234567890123, 1, 1]]),
           arrived={"number": ["880123456789"], "sku": ["8801234567890123"]}),
    spread("a cell of several lines with quotes and delimiters",
           lambda: workbook([HEADER, ["A1", DAY, 'Nord\n"AS", Bergen;', "X1", 10, 2.5]]), arrived={"customer": ['Nord "AS", Bergen;']}),
    spread("text that begins like a formula", lambda: xlsx(xlsx_rows([HEADER, ["A1", "2026-03-01", "=Nord", "@X", "10", "2"]])),
           arrived={"customer": ["=Nord"], "sku": ["@X"]}),
    spread("protected by a password", lambda: compound("EncryptedPackage", b"\1" * 5000), refused="password"),
    spread("no spreadsheet at all behind its first bytes", b"PK\x03\x04 this is no zip", refused="can't be opened"),
    spread("cut off in the middle", lambda: workbook(PLAIN)[:3000], refused="can't be opened"),
    spread("a zip of something else", lambda: zipped({"orders.csv": text(rows())}), refused="can't be opened"),
]  # fmt: skip
