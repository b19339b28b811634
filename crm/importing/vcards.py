"""Address books of phones and mail programs (vCard 2.1, 3.0 and 4.0) -> a table that is read like any other file.

Read line by line and property by property, in time linear in the file: what a card says of pictures, sounds and keys is
passed over, and what can't be read is left out.
"""

import binascii
import codecs
import csv
import io
import itertools
import quopri
import re
from functools import partial

from django.utils.translation import gettext as _

from crm.importing.errors import ImportRefused
from crm.importing.vcard_properties import HEADER, READERS, Card, messenger

BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN[ \t]*:[ \t]*VCARD[ \t]*[\r\n]", re.IGNORECASE)
BYTES_LOOKED_AT = 256
# More than anybody knows, and longer than anybody writes.
MOST_CARDS = 100_000
LONGEST_LINE = 1 << 20
LONGEST_NAME = 2000  # of a property, with its parameters

# What stands for the sheets of a workbook: nobody has to say how the table is read.
SHEET = "vCard"
PROPERTY = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):")


def is_vcard(head: bytes) -> bool:
    """By the beginning of a file, as it lies on the disk."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="ignore").encode()
    return bool(BEGINNING.match(head))


def write_table(raw, encoding, out):
    """`raw`: the open file; `encoding`: of what does not say its own. Raises ImportRefused."""
    if encoding.startswith("utf-16"):
        raw = _reencoded(io.TextIOWrapper(raw, encoding))
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        number = 0
        for number, card in enumerate(_cards(_logical(raw), encoding), start=1):
            if number > MOST_CARDS:
                raise ImportRefused(_("The file has more than %(n)s cards. Split it.") % {"n": MOST_CARDS})
            writer.writerow(card.row())
        if not number:
            raise ImportRefused(_("The file holds no contacts that can be read."))


def _reencoded(text):
    while line := text.readline(LONGEST_LINE):
        yield line.encode()


def _logical(lines):
    """Whole lines as bytes, unfolded; what runs beyond all measure is cut."""
    parts, size, soft = [], 0, False
    for line in _physical(lines):
        folded = line[:1] in (b" ", b"\t") and not soft
        if parts and not (folded or soft):
            yield b"".join(parts)
            parts, size = [], 0
        part = line[1:] if folded else line
        soft = part.endswith(b"=") and (soft or b"QUOTED-PRINTABLE" in (parts[0] if parts else part).upper())
        if soft:
            part = part[:-1]
        if size < LONGEST_LINE:
            parts.append(part)
            size += len(part)
    if parts:
        yield b"".join(parts)


def _physical(lines):
    if hasattr(lines, "readline"):
        lines = iter(partial(lines.readline, LONGEST_LINE), b"")
    for line in lines:
        # An old Mac ends its lines with a return alone.
        for part in line.splitlines() if b"\r" in line.rstrip(b"\r\n") else (line,):
            yield part.rstrip(b"\r\n").removeprefix(codecs.BOM_UTF8)


def _cards(lines, encoding):
    """A card that is not ended, because the next begins or the file was cut off, is a card too."""
    card, inner, before = None, 0, ""
    for line in lines:
        found = PROPERTY.match(line[:LONGEST_NAME].decode("latin-1"))
        if not found:
            continue
        name = found[1].upper()
        if inner:
            # A card within the card: that of an assistant.
            inner += (name == "BEGIN") - (name == "END")
        elif name == "BEGIN" and before == "AGENT":
            inner = 1
        elif name in {"BEGIN", "END"}:
            if card and card.cells:
                yield card
            card = Card() if name == "BEGIN" else None
        elif card and (read := READERS.get(name) or messenger(name)):
            parameters = _parameters(found[2])
            read(card, _value(line[found.end() :], parameters, encoding), _types(parameters))
        before = name
    if card and card.cells:
        yield card


def _parameters(text):
    """{NAME: values in small letters}; what has no name, as in 2.1, is a type or an encoding."""
    found = {}
    for part in text.split(";")[1:]:
        name, equals, values = part.partition("=")
        if not equals:
            bare = name.strip().upper()
            name, values = ("ENCODING" if bare in {"QUOTED-PRINTABLE", "BASE64", "B"} else "TYPE"), name
        found.setdefault(name.strip().upper(), []).extend(
            value.strip(' "').casefold() for value in values.split(",")
        )
    return found


def _types(parameters):
    return {
        *parameters.get("TYPE", ()),
        *parameters.get("X-SERVICE-TYPE", ()),
        *parameters.get("CALSCALE", ()),
    }


def _value(raw, parameters, encoding):
    coded = parameters.get("ENCODING", [""])[0]
    if coded == "quoted-printable":
        raw = quopri.decodestring(raw)
    elif coded in {"base64", "b"}:
        raw = _unpacked(raw)
    for charset in itertools.chain(parameters.get("CHARSET", ()), (encoding, "utf-8")):
        try:
            return raw.decode("utf-8" if charset.startswith("utf-16") else charset).replace("\0", "")
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1").replace("\0", "")


def _unpacked(raw):
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        return b""
