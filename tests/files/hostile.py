"""Made to take the machine's memory, disk and time. Each is small until it is opened."""

import gzip
import io
import random
import zipfile

from tests.files.nasty import Nasty, rows, text
from tests.files.packages import MAIN, workbook, xlsx, xlsx_rows, zipped

MEGABYTE = 1 << 20
SMALL_ROW = xlsx_rows([rows()[1]])
LARGE = "far too large"


def unpacked_to(megabytes, part=b"0" * MEGABYTE, beginning=b""):
    """Gzip of this part again and again, without ever having it whole: a gzip may be followed by another."""
    return gzip.compress(beginning) + gzip.compress(part * 20) * (megabytes // 20)


def zipped_sheet(megabytes, part, before=b"<row>", after=b"</row>"):
    """An XLSX whose sheet is this part again and again."""
    stream = io.BytesIO(xlsx(""))
    with zipfile.ZipFile(stream) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    del files["xl/worksheets/sheet1.xml"]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + before)
            for _ in range(megabytes):
                sheet.write(part)
            sheet.write(after + b"</sheetData></worksheet>")
    return stream.getvalue()


def lying_zip():
    """A bomb that says of itself that it is small."""
    packed = bytearray(zipped_sheet(1100, b" " * MEGABYTE))
    size = (1100 * MEGABYTE).to_bytes(4, "little")[1:]
    for mark, offset in ((b"PK\1\2", 24),):
        place = packed.find(mark)
        while place >= 0:
            if packed[place + offset + 1 : place + offset + 4] == size:
                packed[place + offset : place + offset + 4] = (1000).to_bytes(4, "little")
            place = packed.find(mark, place + 1)
    return bytes(packed)


def spoilt_gzip():
    packed = bytearray(gzip.compress(random.Random(1).randbytes(5000).hex().encode()))
    packed[200:260] = b"\xff" * 60
    return bytes(packed)


def packed(what, content, refused, **expected):
    return Nasty(what, content, refused=refused, name="orders.csv.gz", **expected)


def hostile(what, content, refused=LARGE, name="orders.xlsx", **expected):
    return Nasty(what, content, refused=refused, name=name, **expected)


SHARED = f"<si><t>{'x' * 32_000}</t></si>"
MANY_CELLS = ("<row>" + '<c t="s"><v>0</v></c>' * 1000 + "</row>") * 600

FILES = [
    packed("gzip that was cut off", gzip.compress(text(rows()))[:40], "damaged"),
    packed("gzip that was spoilt", spoilt_gzip(), "damaged"),
    packed("gzip of gzip", gzip.compress(gzip.compress(text(rows()))), "not a table"),
    packed("gzip of a workbook", lambda: gzip.compress(workbook(rows())), "not a table"),
    packed("a gzip bomb: one line of three gigabytes", lambda: unpacked_to(3000), LARGE, slow=True),
    packed("a gzip bomb of empty rows", lambda: unpacked_to(2000, b"\n" * MEGABYTE), LARGE, slow=True),
    packed("a gzip bomb of commas, under a sound table",
           lambda: unpacked_to(80, (b"," * 1000 + b"\n") * 1000, text(rows())), LARGE),
    packed("one row of cells of two lines, without end", lambda: unpacked_to(20, b'"a\n",' * 200_000, text(rows())), "too long"),
    Nasty("a NUL byte in its text", text(rows(customer=["No\0rd"])), refused="binary data"),
    Nasty("a NUL byte far down", text(rows()) * 900 + b"\0\n", refused="binary data"),
    Nasty("a program named as CSV", b"\x7fELF\x02\x01\x01\0\0", refused="binary data"),
    hostile("a zip bomb", lambda: zipped_sheet(1100, b" " * MEGABYTE), slow=True),
    hostile("a zip bomb that says it is small", lying_zip, slow=True),
    hostile("one cell of a gigabyte", lambda: zipped_sheet(1000, b"x" * MEGABYTE, b'<row><c t="inlineStr"><is><t>',
                                                         b"</t></is></c></row>"), slow=True),
    hostile("a cell at XFD1048576, far beyond the table",
            lambda: workbook(rows(), change=lambda book: book.active.cell(1_048_576, 16_384, "x"))),
    hostile("a text of 32 000 signs in 600 000 cells", lambda: xlsx(MANY_CELLS, shared=SHARED), slow=True),
    hostile("16 384 columns", lambda: xlsx(xlsx_rows([[*row, *["x"] * 16_378] for row in rows()])), "250 can be read"),
    hostile("columns to XFD of which all but six are empty",
            lambda: xlsx(xlsx_rows(rows()).replace("</row>", f"{'<c/>' * 16_378}</row>")), ""),
    hostile("a thousand entities in a thousand",
            lambda: zipped({"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'}),
            "can't be opened"),
    hostile("twenty thousand sheets", lambda: xlsx(SMALL_ROW, sheets=[f"S{n}" for n in range(20_000)]), "sheets"),
    hostile("a name of a sheet as long as a book", lambda: xlsx(xlsx_rows(rows()), sheets=["S" * 5_000_000]), ""),
]  # fmt: skip
