"""Files that users bring: checked at the door, kept under a random name, served by nobody."""

import re
import secrets
from pathlib import Path

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _

from crm.importing.decoding import unmarked_utf_16
from crm.importing.errors import ImportRefused
from crm.importing.vcards import is_vcard

MEGABYTE = 1 << 20
MAX_BYTES = 100 * MEGABYTE
MAX_FILES = 20
EXTENSIONS = (".csv", ".tsv", ".txt", ".gz", ".xlsx", ".xlsm", ".xls", ".ods", ".vcf")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# What calls itself a table and is something else.
FOREIGN = (b"%PDF", b"MZ", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# A title may well stand in angle brackets.
WEB_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*<(!|\?xml|(html|head|meta|body|table|style|script|div|center)\b)", re.IGNORECASE
)


class BodyLimit(FileUploadHandler):
    """Refuses a request larger than any page of the site asks for, before its body is read."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None


def check(file):
    """Raises ImportRefused where an uploaded file can't be a table, with what to do about it."""
    suffix = Path(file.name).suffix.lower()
    if suffix not in EXTENSIONS:
        raise ImportRefused(
            _("“%(name)s” is not a table. Bring one of: %(endings)s.")
            % {"name": file.name, "endings": ", ".join(EXTENSIONS)}
        )
    if not file.size:
        raise ImportRefused(_("“%(name)s” is empty.") % {"name": file.name})
    if file.size > MAX_BYTES:
        raise ImportRefused(
            _("“%(name)s” is larger than %(limit)s MB. Export a shorter period, or compress it (.gz).")
            % {"name": file.name, "limit": MAX_BYTES // MEGABYTE}
        )
    head = file.read(4096)
    file.seek(0)
    _check_beginning(file.name, suffix, head)


def _check_beginning(name, suffix, head):
    if head.startswith(WORKBOOKS) or head.startswith(b"\x1f\x8b"):
        return
    if WEB_PAGE.match(head):
        raise ImportRefused(
            _("“%(name)s” is a web page inside. Open it in a spreadsheet and save it as XLSX.")
            % {"name": name}
        )
    if suffix in {".xlsx", ".xlsm", ".ods", ".gz"}:
        raise ImportRefused(
            _("“%(name)s” is not what its ending says, or it is damaged. Export it again.") % {"name": name}
        )
    if suffix == ".vcf" and not is_vcard(head):
        raise ImportRefused(
            _("“%(name)s” holds no contacts (vCard). Export them from your address book again.")
            % {"name": name}
        )
    if head.startswith(FOREIGN) or (b"\0" in head and not (head.startswith(UTF_16) or unmarked_utf_16(head))):
        raise ImportRefused(
            _("“%(name)s” holds binary data, not a table. Export it as CSV or XLSX.") % {"name": name}
        )


def folder():
    return Path(settings.MEDIA_ROOT) / "imports"


def store(file) -> str:
    """Keeps the file; returns the name that leads to it."""
    folder().mkdir(parents=True, exist_ok=True)
    name = secrets.token_hex(20)
    target = path(name)
    target.touch(mode=0o600)
    with target.open("wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
    return name


def path(name) -> Path:
    return folder() / name


def rejected_path(name) -> Path:
    """The rows of this file that were rejected, to be mended and brought again."""
    return folder() / f"{name}.rejected"


def remove(name):
    for kept in (path(name), rejected_path(name)):
        kept.unlink(missing_ok=True)
