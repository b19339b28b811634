"""The catalogues below locale/, kept with Babel alone: a fresh machine has neither xgettext nor msgfmt.

    python -m tests.translations update   bring every .po up to date with the code, and write the .mo beside it
    python -m tests.translations check    fail where a string lacks a translation or a .mo lags behind

`make messages` is `update`: run it, fill in the empty msgstr of the .po, run it again.
"""

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CODE = ("accounts", "analytics", "config", "crm")
LOCALES = ("ko",)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[-+#0]*[\d.]*[sdifg]|\{(\w*)[^{}]*\}")


def sources():
    """(path, text as Python) of every file that may hold strings for people."""
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text()
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            yield path, template_as_python(path)


def template_as_python(path):
    """Calls of gettext where the template translates, X elsewhere; without indentation, which would mean something."""
    lines = templatize(path.read_text(), origin=str(path)).splitlines()
    return "\n".join(line.lstrip() for line in lines)


def strings():
    """A catalogue of what the code asks for now."""
    catalog = Catalog(project="Dangol", charset="utf-8")
    for path, text in sources():
        found = extract(
            "python",
            io.BytesIO(text.encode()),
            keywords=KEYWORDS,
            comment_tags=["Translators:"],
            strip_comment_tags=False,
        )
        for line, message, comments, context in found:
            catalog.add(
                message,
                locations=[(str(path.relative_to(ROOT)), line)],
                auto_comments=comments,
                context=context,
            )
    return catalog


def po_path(locale):
    return ROOT / "locale" / locale / "LC_MESSAGES" / "django.po"


def read(locale):
    path = po_path(locale)
    if not path.exists():
        return Catalog(locale=locale, project="Dangol", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def merged(locale):
    """The catalogue with the strings of today; what was translated stays, what went is kept as obsolete."""
    catalog = read(locale)
    catalog.fuzzy = False
    catalog.header_comment = f"# Dangol, {catalog.locale.english_name}."
    catalog.last_translator = catalog.msgid_bugs_address = ""
    wanted = strings()
    for key, message in list(catalog.obsolete.items()):
        if message.id in wanted:
            catalog.add(message.id, message.string, context=message.context)
            del catalog.obsolete[key]
    catalog.update(wanted, no_fuzzy_matching=True)
    return catalog


def compiled(catalog):
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update(locale):
    catalog = merged(locale)
    path = po_path(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, include_lineno=False, sort_output=False)
    path.with_suffix(".mo").write_bytes(compiled(read(locale)))
    open_ends = list(faults(read(locale)))
    print(f"{path.relative_to(ROOT)}: {len(catalog)} strings, {len(open_ends)} to do")


def faults(catalog):
    """One line for each string of the catalogue that is not translated as it should be."""
    for message in catalog:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        ids = message.id if message.pluralizable else (message.id,)
        if not all(forms):
            yield f"not translated: {ids[0]!r}"
        elif message.fuzzy:
            yield f"marked fuzzy: {ids[0]!r}"
        elif any(placeholders(form) != placeholders(ids[-1]) for form in forms):
            yield f"other placeholders than the original: {ids[0]!r}"


def placeholders(text):
    return sorted(found.group(1) or found.group(2) or found.group(0) for found in PLACEHOLDER.finditer(text))


def check(locale):
    """What is wrong, line by line."""
    kept = read(locale)
    for message in strings():
        if message.id and not kept.get(
            message.id if not message.pluralizable else message.id[0], message.context
        ):
            yield f"not in the catalogue: {message.id!r} ({message.locations[0][0]})"
    yield from faults(kept)
    mo = po_path(locale).with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(kept):
        yield f"{mo.relative_to(ROOT)} is not what its .po compiles to"


def main(arguments):
    if arguments == ["update"]:
        for locale in LOCALES:
            update(locale)
        return 0
    if arguments != ["check"]:
        sys.exit(__doc__)
    found = [f"{locale}: {fault}" for locale in LOCALES for fault in check(locale)]
    print(
        "\n".join(
            [*found, f"{len(found)} faults; make messages brings the catalogues up to date"]
            if found
            else ["Translations are complete."]
        )
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
