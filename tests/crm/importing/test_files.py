import datetime as dt
import gzip
import io
import random
import subprocess
import sys
import zipfile

import openpyxl
import pytest

from crm.importing.errors import ImportRefused
from crm.importing.files import opened
from crm.importing.mapping import recognise

TEXT = "고객명,품번,수량\n나라상사,A-1,3\n"
ROWS = [["고객명", "품번", "수량"], ["나라상사", "A-1", "3"]]


def rows(path):
    with opened(path) as source:
        return [cells for _, cells in source.rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_encodings_are_found(tmp_path, encoding):
    path = tmp_path / "file.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert rows(path) == ROWS


def test_latin_1_is_what_is_left(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes("Kunde;Menge\nJürgen Müßig à côté;3\n".encode("latin-1"))
    assert rows(path)[1] == ["Jürgen Müßig à côté", "3"]


@pytest.mark.parametrize("name", ["Ärzte", "Århus", "Ägypten 20°C", "£Ab"])
def test_latin_1_is_not_taken_for_korean(tmp_path, name):
    path = tmp_path / "file.csv"
    path.write_bytes(f"a;b\n{name};1\n".encode("latin-1"))
    assert rows(path)[1] == [name, "1"]


def test_a_rare_syllable_is_korean_among_others(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes("고객명,수량\n똠방각하 펲시,1\n".encode("cp949"))
    assert rows(path)[1] == ["똠방각하 펲시", "1"]


def test_excels_row_that_names_the_delimiter_is_passed_over(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("sep=;\na;b\n1,5;2\n")
    assert rows(path) == [["a", "b"], ["1,5", "2"]]


def test_a_cell_of_two_lines_is_one_row(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text('a,b\n"1\n2",3\n4,5\n')
    with opened(path) as source:
        assert [number for number, _ in source.rows()] == [1, 2, 3]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path, delimiter):
    path = tmp_path / "file.csv"
    path.write_text(f'a{delimiter}b{delimiter}c\n1{delimiter}"x, y; z"{delimiter}3\n')
    assert rows(path) == [["a", "b", "c"], ["1", "x, y; z", "3"]]


def test_a_compressed_file_is_unpacked(tmp_path):
    path = tmp_path / "file.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert rows(path) == ROWS


def test_empty_rows_are_passed_over_and_numbers_are_the_files(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("a,b\n\n,\n1,2\n")
    with opened(path) as source:
        assert list(source.rows()) == [(1, ["a", "b"]), (4, ["1", "2"])]


def workbook(cells):
    book = openpyxl.Workbook()
    for address, value in cells.items():
        book.active[address] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_first_sheet_of_a_workbook_is_read(tmp_path):
    path = tmp_path / "file.xlsx"
    path.write_bytes(workbook({"A1": "수량", "B1": "Price", "A2": 3, "B2": 1.25}))
    assert rows(path) == [["수량", "Price"], ["3", "1.25"]]


def test_row_numbers_are_the_sheets_and_the_time_of_a_cell_is_kept(tmp_path):
    path = tmp_path / "file.xlsx"
    path.write_bytes(
        workbook({"B3": "x", "C3": "y", "B4": 1, "C4": dt.date(2026, 3, 1), "B6": 2.5, "C6": "z"})
    )
    with opened(path) as source:
        found = [(number, [cell for cell in cells if cell]) for number, cells in source.rows()]
    assert found == [(3, ["x", "y"]), (4, ["1", "2026-03-01"]), (6, ["2.5", "z"])]


def test_a_sheet_with_the_same_header_continues_the_table(tmp_path):
    book = openpyxl.Workbook()
    for title, header, row in (("2024", "a", 1), ("2025", "a", 2), ("Notes", "other", 3)):
        sheet = book.create_sheet(title)
        sheet.append([header, "b"])
        sheet.append([row, "x"])
    book.save(tmp_path / "file.xlsx")
    assert rows(tmp_path / "file.xlsx") == [["a", "b"], ["1", "x"], ["2", "x"]]


def hostile():
    """Opened naively, 5 kB that ask for hundreds of gigabytes."""
    return workbook({"A1": "a", "XFD1048576": "b"})


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (1100 << 20))
    return stream.getvalue()


def spoilt_gzip():
    packed = bytearray(gzip.compress(random.Random(1).randbytes(5000).hex().encode()))
    packed[200:260] = b"\xff" * 60
    return bytes(packed)


REFUSED = {
    "empty": (b"", "empty"),
    "binary": (b"\x7fELF\x00\x01\x02", "binary"),
    "binary further on": (b"a,b\n1,2\n" * 10 + b"\x00\x00", "binary"),
    "cut off gzip": (gzip.compress(TEXT.encode() * 99)[:60], "damaged"),
    "spoilt gzip": (spoilt_gzip(), "damaged"),
    "spoilt UTF-16": (b"\xff\xfea\x00,\x00b\x00\n\x00\x00\xd8A\x00", "damaged"),
    "marked as UTF-8, but none": (b"\xef\xbb\xbfa,b\nJ\xfcrgen,1\n", "damaged"),
    "NUL in UTF-16": ("a,b\n1,\0".encode("utf-16"), "binary"),
    "no workbook": (b"PK\x03\x04 this is no zip", "can't be opened"),
    "a cell at the far end": (hostile(), "can't be opened"),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_table_is_refused_with_the_reason(tmp_path, content, words):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match=words):
        rows(path)


@pytest.mark.slow
def test_a_zip_bomb_is_refused(tmp_path):
    path = tmp_path / "file.xlsx"
    path.write_bytes(bomb())
    with pytest.raises(ImportRefused, match="far too large"):
        rows(path)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ImportRefused, match="There is no file"):
        rows(tmp_path / "nothing.csv")


def test_headers_of_known_exports_are_recognised():
    uci = [
        "InvoiceNo",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "UnitPrice",
        "CustomerID",
        "Country",
    ]
    two_years = [
        "Invoice",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "Price",
        "Customer ID",
        "Country",
    ]
    assert recognise(uci) == recognise(two_years)
    korean = ["수주번호", "수주일자", "거래처명", "품번", "품명", "수량", "단가", "통화"]
    assert set(recognise(korean)) == {
        "order_number", "ordered_on", "customer_name", "sku", "product_name", "quantity", "unit_price", "currency"
    }  # fmt: skip


def test_a_missing_or_doubled_column_is_said_at_once():
    with pytest.raises(ImportRefused, match="SKU, Price"):
        recognise(["Order no", "Order date", "Customer", "Quantity"])
    with pytest.raises(ImportRefused, match="“Qty” and “수량” mean the same"):
        recognise(["Order no", "Order date", "Customer", "SKU", "Price", "Qty", "수량"])


@pytest.mark.parametrize(
    ("limit", "words"),
    [("sheet.WRITTEN = 1000", "far too large"), ("sheet.SECONDS = 1; sheet.text = spin", "takes too long")],
)
def test_a_sheet_beyond_disk_or_time_is_refused(tmp_path, monkeypatch, limit, words):
    path, run = tmp_path / "file.xlsx", subprocess.run
    path.write_bytes(workbook({f"A{row}": "x" * 100 for row in range(1, 500)}))
    child = f"""import sys
from crm.importing import sheet
def spin(cell):
    while True: pass
{limit}
sys.exit(sheet.main(*sys.argv[1:]))"""

    def limited(command, **how):
        return run([sys.executable, "-c", child, *command[3:]], **how)

    monkeypatch.setattr(subprocess, "run", limited)
    with pytest.raises(ImportRefused, match=words):
        rows(path)
