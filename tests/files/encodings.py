"""Bytes: encodings with and without their marks, delimiters, ends of lines, compression."""

import gzip

from tests.files.nasty import HEADER, Nasty, rows, text

KOREAN = ["노르드 상사", "바다 무역"]
FRENCH = ["Müßig à côté", "Ærø Fisk"]
JAPANESE = ["ノルド商事", "さくら貿易"]
MIXED = ["Nord, Ltd; Bergen", "a|b"]


def written(customers, encoding, mark=b"", **how):
    return mark + text(rows(customer=customers), encoding=encoding, **how)


FILES = [
    Nasty("UTF-8 without a mark", written(KOREAN, "utf-8"), arrived={"customer": KOREAN}),
    Nasty("UTF-8 with a mark", written(KOREAN, "utf-8-sig"), arrived={"customer": KOREAN}),
    Nasty("UTF-16, little end first, with a mark",
          written(KOREAN, "utf-16-le", b"\xff\xfe"), arrived={"customer": KOREAN}),
    Nasty("UTF-16, big end first, with a mark",
          written(KOREAN, "utf-16-be", b"\xfe\xff"), arrived={"customer": KOREAN}),
    Nasty("UTF-16, little end first, without a mark", written(KOREAN, "utf-16-le"), arrived={"customer": KOREAN}),
    Nasty("UTF-16, big end first, without a mark", written(KOREAN, "utf-16-be"), arrived={"customer": KOREAN}),
    Nasty("UTF-16 separated by tabs, as Excel's “Unicode text”",
          written(KOREAN, "utf-16-le", b"\xff\xfe", delimiter="\t"), name="orders.txt", arrived={"customer": KOREAN}),
    Nasty("UTF-16 that ends in the middle of a character",
          written(KOREAN, "utf-16-le", b"\xff\xfe")[:-1], refused="text is damaged"),
    Nasty("marked as UTF-8, but is not", b"\xef\xbb\xbf" + written(FRENCH, "cp1252"), refused="text is damaged"),
    Nasty("Korean CP949", written(KOREAN, "cp949"), arrived={"customer": KOREAN}),
    Nasty("Latin-1", written(FRENCH, "latin-1"), arrived={"customer": FRENCH}),
    Nasty("Windows-1252 with its euro sign and dashes",
          written(["Nord – Süd “AS”"], "cp1252"), arrived={"customer": ["Nord – Süd “AS”"]}),
    Nasty("Japanese Shift-JIS", written(JAPANESE, "shift_jis"), arrived={"customer": JAPANESE}),
    *(
        Nasty(f"separated by {delimiter!r}, the other signs in its text",
              text(rows(customer=MIXED), delimiter), arrived={"customer": MIXED})
        for delimiter in ",;\t|"
    ),
    Nasty("semicolons, and more commas than semicolons in its text",
          text(rows(customer=["a, b, c, d, e, f, g, h"] * 3), ";"), arrived={"customer": ["a, b, c, d, e, f, g, h"] * 3}),
    Nasty("semicolons, with a decimal comma in each row but the header",
          text(rows(price=["2,50", "3,75"]), ";"), arrived={"price": ["2.5", "3.75"]}),
    Nasty("Excel's first row that names the delimiter", b"sep=;\r\n" + text(rows(), ";")),
    Nasty("old Macintosh line ends: CR alone", text(rows(quantity=["1", "2"]), end="\r"), arrived={"quantity": ["1", "2"]}),
    Nasty("LF, CR and CRLF mixed", b"\n".join([text(rows(), end="\n").strip(), b"A2,2026-03-02,Nord,X1,1,2\rA3,2026-03-02,"
          b"Nord,X1,1,2\r\nA4,2026-03-02,Nord,X1,1,2"]), arrived={"number": ["A1", "A2", "A3", "A4"]}),
    Nasty("no line end after the last row", text(rows()).rstrip()),
    Nasty("lines broken by form feeds and Unicode line separators inside cells",
          text(rows(customer=["Nord\u2028Süd\x0c"])), arrived={"customer": ["Nord Süd"]}),
    Nasty("compressed with gzip", gzip.compress(written(KOREAN, "cp949")), name="orders.csv.gz", arrived={"customer": KOREAN}),
    Nasty("compressed with gzip, with another ending", gzip.compress(text(rows())), name="orders.csv"),
    Nasty("two files joined, the second with its own mark and header",
          text(rows(), encoding="utf-8-sig") + text([HEADER, ["A2", "2026-03-02", "Nord", "X1", "1", "2"]], encoding="utf-8-sig"),
          arrived={"number": ["A1", "A2"]}),
]  # fmt: skip
