"""Lines of text -> rows of cells. Finds the delimiter; a quotation mark left open swallows no row unnoticed."""

import codecs
import csv
import io
import re

from django.utils.translation import gettext as _

from crm.importing.decoding import unpacked
from crm.importing.errors import ImportRefused
from crm.importing.mapping import FIELD_OF, normal

SAMPLE = 256 * 1024
SAMPLED_ROWS = 20
DELIMITERS = ",;\t|"
SEP_ROW = re.compile(r"\ufeff?sep=([,;\t|])\s*$")
# A row beyond this is of no table that anybody exported.
LONGEST_ROW = 2_000_000
MOST_COLUMNS = 250
csv.field_size_limit(1_000_000)


class _TooLong(Exception):
    pass


class _Lines:
    """Line by line, and of one row never more than LONGEST_ROW: a gigabyte without an end stays outside."""

    def __init__(self, text, clean):
        self.text, self.clean = text, clean
        self.last, self.taken = "", 0

    def __iter__(self):
        while line := self.text.readline(LONGEST_ROW):
            self.taken += len(line)
            if self.taken >= LONGEST_ROW:
                raise _TooLong
            self.last = line = self.clean(line) if self.clean else line
            yield line


def records(text, delimiter, clean=None):
    """Yields (number, cells) of every row, empty ones too. Raises ImportRefused."""
    lines = _Lines(text, clean)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number, cells = 0, []
    while True:
        number, begun, lines.taken = number + 1, reader.line_num, 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            if isinstance(error, _TooLong) or "limit" in str(error):
                raise _unreadable(number, _("it is too long")) from error
            cells = _sloppy(lines.last, delimiter, len(cells)) if reader.line_num == begun + 1 else None
            if cells is None:
                raise _unreadable(number, _("a quotation mark is not closed")) from error
        if len(cells) > MOST_COLUMNS:
            cells = _narrowed(number, cells)
        yield number, cells


def _unreadable(row, why):
    return ImportRefused(_("Row %(row)s can't be read: %(error)s.") % {"row": row, "error": why})


def _sloppy(line, delimiter, width):
    """A row that quotes within quotes, as long as it is one line and has the cells of the row before; else None."""
    # Were a quote open at its end, the second line would be a part of the first.
    found = list(csv.reader([line, "end"], delimiter=delimiter))
    return found[0] if len(found) == 2 and len(found[0]) == (width or len(found[0])) else None


def _narrowed(row, cells):
    """Without the empty columns at the end that spreadsheets drag along."""
    used = max((index + 1 for index, cell in enumerate(cells) if cell.strip()), default=0)
    if used > MOST_COLUMNS:
        raise ImportRefused(
            _("Row %(row)s has %(n)s columns; %(most)s can be read. Delete those that are not needed.")
            % {"row": row, "n": used, "most": MOST_COLUMNS}
        )
    return cells[:MOST_COLUMNS]


def find_delimiter(path, encoding) -> str:
    """The delimiter that finds most known headers in a row, and cuts the most rows into the same number of columns."""
    with unpacked(path) as raw:
        sample = codecs.getincrementaldecoder(encoding)(errors="replace").decode(raw.read(SAMPLE))
    # As the file itself is cut: str.splitlines knows many more ends of lines.
    lines = list(io.StringIO(sample, newline=""))[:SAMPLED_ROWS]
    if lines and (said := SEP_ROW.match(lines[0])):
        return said[1]

    def evidence(delimiter):
        try:
            rows = [cells for cells in csv.reader(lines, delimiter=delimiter) if any(cells)]
        except csv.Error:
            return 0, 0, 0
        known = max(
            (len({FIELD_OF.get(normal(cell)) for cell in cells} - {None}) for cells in rows), default=0
        )
        widths = [len(cells) for cells in rows if len(cells) > 1]
        usual = max(widths, key=widths.count, default=0)
        return known if known > 1 else 0, widths.count(usual), usual

    return max(DELIMITERS, key=evidence)
