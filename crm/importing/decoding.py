"""Bytes -> characters: finds compression and encoding, and takes out of a text what nobody sees in it."""

import codecs
import contextlib
import gzip
import unicodedata
import zlib

from django.utils.translation import gettext as _

from crm.importing.errors import ImportRefused

UNPACKED = 1 << 30
# A table is compressed thirty to one; far beyond that it was made to fill a disk.
HARMLESS = 64 << 20
RATIO = 150
BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# Two names that look the same are one customer: controls, directions and spaces of no width go, other spaces are spaces.
REMOVED = "".join(map(chr, [*range(1, 9), *range(14, 32), 127])) + (
    "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
SPACES = "\x0b\x0c\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
CLEAN = dict.fromkeys(map(ord, REMOVED)) | dict.fromkeys(map(ord, SPACES), " ")


def opened_bytes(path):
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if zipped else path.open("rb")


@contextlib.contextmanager
def unpacked(path):
    try:
        with opened_bytes(path) as raw:
            yield raw
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ImportRefused(_("The compressed file is damaged. Export it again.")) from error


def decode(path, said="") -> tuple[str, set]:
    """The encoding of the text, as said or found, and the characters that occur in it. Raises ImportRefused."""
    if not said:
        return _found(path)
    seen = characters(path, said)
    if seen is None:
        raise ImportRefused(
            _("The file can't be read as %(encoding)s: choose another encoding.") % {"encoding": said}
        )
    return said, seen


def _found(path):
    """UTF-8 and UTF-16 by their marks, UTF-16 by its zeros, UTF-8 where everything fits, else CP949, else Latin-1."""
    with unpacked(path) as raw:
        head = raw.read(4096)
    marked = next((encoding for bom, encoding in BOMS if head.startswith(bom)), None) or unmarked_utf_16(head)
    if marked:
        seen = characters(path, marked)
        if seen is None:
            raise ImportRefused(_("The file's text is damaged. Export it again, as CSV in UTF-8 or as XLSX."))
        return marked, seen
    for encoding, speaks in ENCODINGS:
        seen = characters(path, encoding)
        if seen is not None and speaks(seen):
            return encoding, seen
    return "latin-1", characters(path, "latin-1")


def unmarked_utf_16(head) -> str:
    """Which UTF-16 a text is that does not say so: every other byte of its delimiters and digits is zero."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    few = max(len(head) // 20, 3)
    if second > max(few, first * 4):
        return "utf-16-le"
    return "utf-16-be" if first > max(few, second * 4) else ""


def characters(path, encoding) -> set | None:
    """The characters of the text; None where the bytes are not of this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    most = min(UNPACKED, max(HARMLESS, path.stat().st_size * RATIO))
    seen, size = set(), 0
    with unpacked(path) as raw:
        try:
            while chunk := raw.read(1 << 20):
                size += len(chunk)
                if size > most:
                    raise ImportRefused(_("The file is far too large. Export a shorter period."))
                seen.update(decoder.decode(chunk))
                if "\0" in seen:
                    raise ImportRefused(
                        _("This is not a table: it holds binary data. Export it as CSV or XLSX.")
                    )
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return seen


def cleaner(seen):
    """What takes out of a line what nobody sees; None where nothing of it occurs in the file."""
    composes = any(unicodedata.combining(sign) or "\u1100" <= sign <= "\u11ff" for sign in seen)
    if composes:
        return lambda line: unicodedata.normalize("NFC", line.translate(CLEAN))
    return None if seen.isdisjoint(map(chr, CLEAN)) else lambda line: line.translate(CLEAN)


def _is_korean(seen):
    """CP949 gives nearly any pair of bytes a meaning: of real Korean most characters are the common ones of KS X 1001."""
    pairs = [character.encode("cp949") for character in seen if character > "\x7f"]
    common = sum(pair[0] >= 0xA1 and pair[-1] >= 0xA1 for pair in pairs)
    return common * 2 >= len(pairs)


def _is_japanese(seen):
    """Shift-JIS takes much Latin text for its signs; Japanese is known by its kana."""
    foreign = [character for character in seen if character > "\x7f"]
    kana = sum("\u3041" <= character <= "\u30ff" for character in foreign)
    return kana * 6 >= len(foreign) > 0


# Whose bytes fit, and whose characters are of the language that it is for.
ENCODINGS = [
    ("utf-8", lambda seen: True),
    ("cp949", _is_korean),
    ("shift_jis", _is_japanese),
    ("cp1252", lambda seen: True),
]
