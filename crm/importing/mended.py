"""The rows of a file that were rejected, as a file to mend and to bring again."""

import contextlib
import csv
import tempfile
from pathlib import Path

from django.utils.translation import override

from crm.exporting import BOM, DANGEROUS
from crm.importing import uploads
from crm.importing.files import opened
from crm.importing.mapping import REASON_HEADER
from crm.importing.reasons import REASONS
from crm.importing.values import NumberReader, Unreadable
from crm.models import ImportRow


def write(run, reading, language):
    """Keeps the rejected rows of the run beside its file, each with its reason in a further column."""
    rejected = run.rows.filter(level=ImportRow.Level.REJECTED)
    reasons = dict(rejected.values_list("number", "reason"))
    target = uploads.rejected_path(run.stored)
    if not reasons:
        target.unlink(missing_ok=True)
        return
    with override(language):
        words = {code: str(text) for code, text in REASONS.items()}
    with opened(uploads.path(run.stored), reading) as source, _replacing(target) as file:
        writer = csv.writer(file)
        rows = source.rows()
        _number, header = next(rows)
        reached = max(run.options.get("columns", {}).values(), default=-1) + 1
        header += [""] * (reached - len(header))
        kept = [index for index, name in enumerate(header) if name != REASON_HEADER]
        file.write(BOM)
        writer.writerow([*(guarded(header[index]) for index in kept), REASON_HEADER])
        for number, cells in rows:
            if number in reasons:
                values = [guarded(cells[index]) if index < len(cells) else "" for index in kept]
                writer.writerow([*values, words[reasons[number]]])


@contextlib.contextmanager
def _replacing(target):
    """A file that takes the place of `target` when it is whole; like the upload itself it is its owner's alone to read."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=target.parent, prefix=f"{target.name}.", delete=False
    ) as file:
        part = Path(file.name)
        try:
            yield file
            file.close()
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def guarded(text):
    """Text can't become a formula in a spreadsheet; what is a number stays one."""
    if not text.startswith(DANGEROUS):
        return text
    try:
        NumberReader()(text)
    except Unreadable:
        return "'" + text
    return text
