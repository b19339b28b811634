"""Erases a person for good: his rows, what they were before, and his name in what others wrote."""

import re
from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet

from crm.models import (
    ContactPoint,
    CustomerItem,
    Dismissal,
    Employment,
    ImportChange,
    ImportRow,
    Note,
    NotePerson,
    Person,
    PersonDate,
    Promise,
)
from crm.searching import index

ERASED = "[erased]"
# What hangs on a person and goes with him.
PARTS = (ContactPoint, PersonDate, Employment)
ABOUT_PEOPLE = (Dismissal.Kind.BIRTHDAY, Dismissal.Kind.CONTACT)
# Where others may have written his name.
NOTE_TEXTS = ("text", "wants", "why", "can_we", "decision")
PROMISE_TEXTS = ("text",)
ITEM_TEXTS = ("remark", "said_by")
# A letter of a script that has spaces between words.
LETTER = r"[^\W\d_\u3040-\u30ff\u3131-\ud7a3\u4e00-\u9fff]"
NUMBER = re.compile(r"\+?[\d\s().\-/]+")
FEWEST_DIGITS = 6
# Shorter parts of a name are parts of too many words.
SHORTEST_PART = 2


@dataclass(frozen=True)
class Contents:
    """How much goes."""

    contact_points: int
    dates: int
    employments: int
    notes: int


def contents(person) -> Contents:
    return Contents(
        person.contact_points.count(), person.dates.count(), person.employments.count(), person.notes.count()
    )


@dataclass(frozen=True)
class Place:
    """Rows in which others may have written his name, in which fields, and what of it is looked for there."""

    rows: QuerySet
    fields: tuple
    pattern: re.Pattern | None


@dataclass(frozen=True)
class Traces:
    """What was linked to him, his names and ways to reach him, and where they may stand."""

    linked: set
    words: set
    places: list


def erase(person):
    """In notes that were linked to him every part of his name goes; in others about his customers the whole name.

    What others wrote is read before anything is locked, and once more when he is gone: somebody may have written meanwhile.
    """
    found = _holding(_traces(person).places)
    with transaction.atomic():
        traces = _traces(person)
        _delete_rows(person, traces.linked, traces.words)
        _rewrite(traces.places, found)
    _rewrite(traces.places, _holding(traces.places))


def _traces(person):
    known = [person, *Person.history.filter(id=person.pk)]
    values = {
        point.value
        for point in (*person.contact_points.all(), *ContactPoint.history.filter(person_id=person.pk))
    }
    customers = {
        job.customer_id
        for job in (*person.employments.all(), *Employment.history.filter(person_id=person.pk))
    }
    linked = set(NotePerson.objects.filter(person=person).values_list("note", flat=True))
    names = _whole_names(known)
    some, every = _pattern(names, values), _pattern(names, values, _parts(known))
    near = Q(customer__in=customers) | Q(customer=None, author=person.owner_id)
    items = [
        manager.filter(customer__in=customers) for manager in (CustomerItem.objects, CustomerItem.history)
    ]
    places = [
        *_note_places(Q(pk__in=linked), Q(id__in=linked), every),
        *_note_places(near, near, some),
        *(Place(rows, ITEM_TEXTS, some) for rows in items),
    ]
    return Traces(linked, {*values, *names}, places)


def _note_places(notes, histories, pattern):
    """Notes, what they were before, notes that are deleted meanwhile included, and the promises in them."""
    now, before = Note.objects.filter(notes), Note.history.filter(histories)
    inside = Q(note__in=now.values("pk")) | Q(note__in=before.values("id"))
    return [
        Place(now, NOTE_TEXTS, pattern),
        Place(before, NOTE_TEXTS, pattern),
        Place(Promise.objects.filter(inside), PROMISE_TEXTS, pattern),
        Place(Promise.history.filter(inside), PROMISE_TEXTS, pattern),
    ]


def _delete_rows(person, linked, words):
    """The rows, then what remembers them: deleting writes a last line of history itself."""
    pk = person.pk
    keys = {Person: {pk}, Note: linked}
    for model in PARTS:
        histories = model.history.filter(person_id=pk).values_list("id", flat=True)
        keys[model] = {*model.objects.filter(person=person).values_list("pk", flat=True), *histories}
    keys[NotePerson] = set(NotePerson.objects.filter(person=person).values_list("pk", flat=True))
    person.delete()
    Person.history.filter(id=pk).delete()
    for model in PARTS:
        model.history.filter(person_id=pk).delete()
    for model, rows in keys.items():
        # The admin's log names the rows it is about; of a note, the people that were added to it.
        log = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
        log.filter(object_id__in=[str(row) for row in rows]).delete()
        if model is not Note:
            ImportChange.objects.filter(model=model._meta.model_name, row__in=rows).delete()
    ImportRow.objects.filter(value__in=words).update(value=ERASED)
    Dismissal.objects.filter(kind__in=ABOUT_PEOPLE, subject=pk).delete()


def _holding(places):
    """Of each place the primary keys of the rows in which something is found."""
    return [list(_found_in(place)) for place in places]


def _found_in(place):
    if place.pattern is None:
        return
    for pk, *texts in place.rows.order_by().values_list("pk", *place.fields).iterator():
        if any(map(place.pattern.search, texts)):
            yield pk


@transaction.atomic
def _rewrite(places, found):
    """Takes the words out without saving the rows: that would write down what stood there."""
    notes = set()
    for place, pks in zip(places, found, strict=True):
        rows = place.rows.model.objects.filter(pk__in=pks)
        for row in rows.select_for_update().order_by("pk"):
            texts = {field: getattr(row, field) for field in place.fields}
            clean = {field: place.pattern.sub(ERASED, text) for field, text in texts.items()}
            if clean == texts:
                continue  # an earlier place had it too
            rows.filter(pk=row.pk).update(**clean)
            if isinstance(row, Note | Promise):
                notes.add(row.pk if isinstance(row, Note) else row.note_id)
    index.refresh("note", notes)


def _whole_names(known):
    """As they may be written; who has a single name has none that is his alone."""
    names = set()
    for row in known:
        given, family, native = row.given_name, row.family_name, row.native_name
        if given and family:
            names |= {f"{given} {family}", f"{family} {given}", f"{family}, {given}"}
        names |= {native, native.replace(" ", "")}
    return names


def _parts(known):
    return {part for row in known for part in (row.given_name, row.family_name) if len(part) >= SHORTEST_PART}


def _pattern(names, values, parts=()):
    """Finds them, the longest first, with an @ before them; None where there is nothing to find."""
    whole = [_bounded(name) for name in _longest_first(names)] + [
        _value(value) for value in _longest_first(values)
    ]
    # Will and Rich are words too where they are not written as names.
    single = [_bounded(part) for part in _longest_first(parts)]
    groups = ["(?i:" + "|".join(whole) + ")" if whole else "", "|".join(single)]
    found = "|".join(filter(None, groups))
    return re.compile(f"@?(?:{found})") if found else None


def _longest_first(words):
    return sorted(filter(None, words), key=lambda word: (-len(word), word))


def _bounded(word):
    """Only whole words; in scripts without spaces, and before a Korean particle, there is no telling where one ends."""
    escaped = re.sub(r"(\\ )+", r"\\s+", re.escape(word))
    start, end = (
        (f"(?<!{LETTER})" if re.match(LETTER, word[0]) else ""),
        (f"(?!{LETTER})" if re.match(LETTER, word[-1]) else ""),
    )
    return start + escaped + end


def _value(value):
    """A number however its digits are grouped; anything else as it is."""
    digits = re.sub(r"\D", "", value)
    if NUMBER.fullmatch(value) and len(digits) >= FEWEST_DIGITS:
        return r"\+?(?<!\d)" + r"[\s().\-/]*".join(digits) + r"(?!\d)"
    return re.escape(value)
