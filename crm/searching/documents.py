"""What of each row is searched.

Knows the rows by their attributes alone and imports no model: the models themselves keep their documents fresh, and the
migration that makes the index reads rows as they were then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import phonenumbers
from babel import Locale

from crm.searching.text import beginnings, digits, fold, grams, initials, spelt_out, squeeze

LANGUAGES = ("en", "ko")


class Document(NamedTuple):
    """`key` is a code in letters and digits alone; `title` has each form of the name on a line of its own, after a
    line break; in `text` every word stands after a space. All are folded."""

    key: str
    title: str
    text: str
    grams: str


@dataclass(frozen=True)
class Source:
    """A kind of row: how its document is made, of which fields, with which other tables."""

    document: Callable
    fields: tuple
    related: tuple = ()


def customer(row):
    countries = [Locale(language).territories.get(row.country, "") for language in LANGUAGES]
    return _document(
        "customer", [row.name], [spelt_out(row.city), row.city, row.country, *countries], row.code
    )


def person(row, jobs=None):
    """`jobs`: only these of the present ones are told of."""
    jobs = current_jobs(row) if jobs is None else jobs
    regions = {job.customer.country for job in jobs}
    words = [row.facts, *(job.customer.name for job in jobs)]
    for contact in row.contact_points.all():
        if contact.kind == "phone":
            words += phone_digits(contact.value, frozenset(regions))
        elif contact.kind != "address":
            words.append(contact.value)
    return _document("person", names_of(row), words)


def person_by_name(row):
    """Of his names alone."""
    return _document("person", names_of(row), [])


def names_of(row):
    given, family = row.given_name, row.family_name
    # 김 + 민준: Korean names are written without a space.
    forms = [f"{given} {family}", f"{family} {given}", row.native_name, family + given]
    return list(dict.fromkeys(" ".join(form.split()) for form in forms if form.strip()))


def current_jobs(row):
    return [job for job in row.employments.all() if job.to_on is None]


def note(row):
    return _document("note", [], note_parts(row))


def note_parts(row):
    """Its texts, each of which may hold the words looked for."""
    promises = [promise.text for promise in row.promises.all()]
    return [row.text, row.wants, row.why, row.can_we, row.decision, *promises]


def product(row):
    return _document("product", [row.name], [row.category], row.sku)


SOURCES = {
    "customer": Source(customer, ("code", "name", "city", "country")),
    "person": Source(
        person,
        ("given_name", "family_name", "native_name", "facts"),
        ("contact_points", "employments__customer"),
    ),
    "note": Source(note, ("text", "wants", "why", "can_we", "decision"), ("promises",)),
    "product": Source(product, ("sku", "name", "category")),
}


def phone_digits(value, regions):
    """As it is written, and as it is dialled from abroad: 0171 23 45 67 of a German is also 49171234567."""
    written = digits(value)
    return [written, *(number for region in regions if (number := _from_abroad(value, region)) != written)]


@cache
def _metadata(region):
    return phonenumbers.country_code_for_region(region)


def _from_abroad(value, region):
    if not _metadata(region):
        return digits(value)
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return digits(value)
    return f"{number.country_code}{phonenumbers.national_significant_number(number)}"


def _document(kind, names, words, code=""):
    title = "".join(f"\n{fold(name)}" for name in names if name)
    spellings = [*(spelt_out(name) for name in names), *map(initials, names)]
    # Also without what stands between the letters: AUR-400 is found by aur400, O'Brien by obrien, 한빛 상사 by 한빛상사.
    squeezed = [squeeze(part) for name in (*names, code) for part in (name, *name.split())]
    folded = fold("\n".join([code, *names, *spellings, *squeezed, *words]))
    once = dict.fromkeys(folded.split()) if kind != "note" else folded.split()
    text = "".join(f" {word}" for word in once)
    marks = {kind} | grams(text) | beginnings(f"{fold(code)} {title}")
    return Document(squeeze(code), title[:1000], text, " ".join(sorted(marks)))
