"""Bytes -> header and rows. Finds compression, encoding and delimiter; spreadsheets go through a child process."""

import codecs
import contextlib
import csv
import gzip
import hashlib
import io
import re
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from crm.importing.errors import ImportRefused

SAMPLE = 256 * 1024
DELIMITERS = ",;\t|"
SPREADSHEET_SECONDS = 120
SEP_ROW = re.compile(r"\ufeff?sep=([,;\t|])$")
BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
csv.field_size_limit(1_000_000)


@dataclass(frozen=True)
class Source:
    """A readable table: `path` is delimited text (perhaps gzipped), whatever the user's file was."""

    path: Path
    encoding: str
    delimiter: str

    def rows(self):
        """Yields (row number as a spreadsheet counts, cells), the header first; empty rows are passed over."""
        with _bytes(self.path) as raw, io.TextIOWrapper(raw, self.encoding, newline="") as text:
            reader = csv.reader(text, delimiter=self.delimiter)
            number = 0
            try:
                for number, cells in enumerate(reader, start=1):
                    # Excel writes its delimiter into a first row of its own: "sep=;".
                    if any(cells) and not (number == 1 and SEP_ROW.match(self.delimiter.join(cells))):
                        yield number, cells
            except csv.Error as error:
                raise ImportRefused(
                    _("Row %(row)s can't be read: %(error)s.") % {"row": number + 1, "error": error}
                ) from error


def sha256(path) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def opened(path):
    """A Source for the file; what had to be converted on the way is removed again. Raises ImportRefused."""
    path = Path(path)
    if not path.is_file():
        raise ImportRefused(_("There is no file %(path)s.") % {"path": path})
    if not path.stat().st_size:
        raise ImportRefused(_("The file is empty."))
    with path.open("rb") as file:
        magic = file.read(4)
    if magic.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        with tempfile.TemporaryDirectory(prefix="import-") as folder:
            yield Source(_spreadsheet(path, Path(folder) / "sheet.csv"), "utf-8", ",")
        return
    encoding = _encoding(path)
    yield Source(path, encoding, _delimiter(path, encoding))


def _bytes(path):
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if zipped else path.open("rb")


def _encoding(path) -> str:
    """UTF-8 and UTF-16 by their marks, UTF-8 where everything fits, else Korean CP949, else Latin-1."""
    with _unpacked(path) as raw:
        head = raw.read(4)
    marked = next((encoding for bom, encoding in BOMS if head.startswith(bom)), None)
    if marked:
        if _characters(path, marked) is None:
            raise ImportRefused(_("The file's text is damaged. Export it again, as CSV in UTF-8 or as XLSX."))
        return marked
    if _characters(path, "utf-8") is not None:
        return "utf-8"
    if _is_korean(_characters(path, "cp949")):
        return "cp949"
    return "cp1252" if _characters(path, "cp1252") is not None else "latin-1"


@contextlib.contextmanager
def _unpacked(path):
    try:
        with _bytes(path) as raw:
            yield raw
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ImportRefused(_("The compressed file is damaged. Export it again.")) from error


def _characters(path, encoding) -> set | None:
    """The characters of the text; None where the bytes are not of this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    seen = set()
    with _unpacked(path) as raw:
        try:
            while chunk := raw.read(1 << 20):
                seen.update(decoder.decode(chunk))
                if "\0" in seen:
                    raise ImportRefused(
                        _("This is not a table: it holds binary data. Export it as CSV or XLSX.")
                    )
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return seen


def _is_korean(characters) -> bool:
    """CP949 gives nearly any pair of bytes a meaning: of real Korean most characters are the common ones of KS X 1001."""
    if characters is None:
        return False
    pairs = [character.encode("cp949") for character in characters if character > "\x7f"]
    common = sum(pair[0] >= 0xA1 and pair[-1] >= 0xA1 for pair in pairs)
    return common * 2 >= len(pairs)


def _delimiter(path, encoding) -> str:
    """The delimiter that cuts the first rows into the most columns, all rows alike."""
    with _unpacked(path) as raw:
        sample = codecs.getincrementaldecoder(encoding)(errors="replace").decode(raw.read(SAMPLE))
    lines = sample.splitlines()[:20]
    if lines and (said := SEP_ROW.match(lines[0])):
        return said[1]

    def columns(delimiter):
        widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
        return min(widths, default=0), max(widths, default=0)

    return max(DELIMITERS, key=columns)


def _spreadsheet(path, out) -> Path:
    """Converts the sheets to CSV in a process of its own: a hostile file may take its memory and time, not ours."""
    command = [sys.executable, "-m", "crm.importing.sheet", str(path), str(out)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=SPREADSHEET_SECONDS,
            check=False,
            cwd=Path(__file__).resolve().parents[2],
        )
    except subprocess.TimeoutExpired as error:
        raise ImportRefused(_("The spreadsheet takes too long to open. Export it as CSV.")) from error
    if done.returncode:
        raise ImportRefused(
            _("The spreadsheet can't be opened: it is damaged or far too large. Export it as CSV.")
        )
    return out
