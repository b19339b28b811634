"""A file of any kind -> header and rows. Spreadsheets go through a child process."""

import contextlib
import hashlib
import io
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from crm.importing import vcards
from crm.importing.decoding import characters, cleaner, decode, opened_bytes, unpacked
from crm.importing.delimited import SEP_ROW, find_delimiter, records
from crm.importing.errors import ImportRefused

SPREADSHEET_SECONDS = 120
# The exit codes of crm.importing.sheet.
EMPTY_SHEET, PROTECTED, TOO_MANY_SHEETS = 4, 5, 6


@dataclass(frozen=True)
class Reading:
    """How to read a file, as far as a person says it; what is empty is found."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0


AS_FOUND = Reading()


@dataclass(frozen=True)
class Source:
    """A readable table: `path` is delimited text (perhaps gzipped), whatever the user's file was."""

    path: Path
    encoding: str
    delimiter: str
    header_row: int = 0
    # The names of a workbook's sheets.
    sheets: tuple = ()
    # What takes out of a line what nobody sees in it.
    clean: Callable | None = None

    def rows(self):
        """Yields (row number as a spreadsheet counts, cells), the header first; empty rows are passed over.

        With a header row named, what stands above it is passed over too, and the header where a page or a sheet
        repeats it.
        """
        with opened_bytes(self.path) as raw, io.TextIOWrapper(raw, self.encoding, newline="") as text:
            header = None
            for number, cells in records(text, self.delimiter, self.clean):
                # Excel writes its delimiter into a first row of its own: "sep=;".
                # Most rows have something in their first cell: only of the others all are looked at.
                empty = not (cells and cells[0].strip()) and not any(map(str.strip, cells))
                if empty or (number == 1 and SEP_ROW.match(self.delimiter.join(cells))):
                    continue
                if self.header_row:
                    if number < self.header_row or cells == header:
                        continue
                    header = header or cells
                yield number, cells


def sha256(path) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def opened(path, reading=AS_FOUND):
    """A Source for the file; what had to be converted on the way is removed again. Raises ImportRefused."""
    path = Path(path)
    if not path.is_file():
        raise ImportRefused(_("There is no file %(path)s.") % {"path": path})
    if not path.stat().st_size:
        raise ImportRefused(_("The file is empty."))
    with path.open("rb") as file:
        magic = file.read(4)
    if _is_vcard(path):
        with tempfile.TemporaryDirectory(prefix="import-") as folder:
            out = Path(folder) / "cards.csv"
            with unpacked(path) as raw:
                vcards.write_table(raw, decode(path)[0], out)
            # As of a workbook: there is no delimiter and no encoding to choose.
            clean = cleaner(characters(out, "utf-8"))
            yield Source(out, "utf-8", ",", reading.header_row, (vcards.SHEET,), clean)
        return
    if magic.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        with tempfile.TemporaryDirectory(prefix="import-") as folder:
            out = Path(folder) / "sheet.csv"
            sheets = _spreadsheet(path, out, reading.sheet)
            clean = cleaner(characters(out, "utf-8"))
            yield Source(out, "utf-8", ",", reading.header_row, sheets, clean)
        return
    encoding, seen = decode(path, reading.encoding)
    delimiter = reading.delimiter or find_delimiter(path, encoding)
    yield Source(path, encoding, delimiter, reading.header_row, clean=cleaner(seen))


def _is_vcard(path) -> bool:
    with unpacked(path) as raw:
        return vcards.is_vcard(raw.read(vcards.BYTES_LOOKED_AT))


def _spreadsheet(path, out, sheet) -> tuple:
    """Converts the sheets to CSV in a process of its own: a hostile file may take its memory and time, not ours.

    Returns the names of all sheets.
    """
    command = [sys.executable, "-m", "crm.importing.sheet", str(path), str(out), *([sheet] if sheet else [])]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=SPREADSHEET_SECONDS,
            check=False,
            cwd=Path(__file__).resolve().parents[2],
        )
    except subprocess.TimeoutExpired:
        done = subprocess.CompletedProcess(command, -signal.SIGXCPU)
    if done.returncode == -signal.SIGXCPU:
        raise ImportRefused(_("The spreadsheet takes too long to open. Export it as CSV."))
    if done.returncode == EMPTY_SHEET:
        raise ImportRefused(_("The spreadsheet is empty."))
    if done.returncode == PROTECTED:
        raise ImportRefused(_("The spreadsheet is protected by a password. Save it without one."))
    if done.returncode == TOO_MANY_SHEETS:
        raise ImportRefused(_("The spreadsheet has too many sheets. Save the one with the orders alone."))
    if done.returncode:
        raise ImportRefused(
            _("The spreadsheet can't be opened: it is damaged or far too large. Export it as CSV.")
        )
    return tuple(json.loads(done.stdout))
