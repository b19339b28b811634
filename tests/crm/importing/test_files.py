import gzip
import io
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


def hostile():
    """Opened naively, 5 kB that ask for hundreds of gigabytes."""
    return workbook({"A1": "a", "XFD1048576": "b"})


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (1100 << 20))
    return stream.getvalue()


REFUSED = {
    "empty": (b"", "empty"),
    "binary": (b"\x7fELF\x00\x01\x02", "binary"),
    "binary further on": (b"a,b\n1,2\n" * 10 + b"\x00\x00", "binary"),
    "cut off gzip": (gzip.compress(TEXT.encode() * 99)[:60], "damaged"),
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
