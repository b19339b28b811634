"""The kinds of files that settings.IMPORT_KINDS names, and which of them a file is likely to be."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from crm.importing.kinds.base import Kind


@cache
def kinds() -> dict[str, Kind]:
    found = [import_string(path)() for path in settings.IMPORT_KINDS]
    return {kind.name: kind for kind in found}


def kind_of(name) -> Kind:
    """A run of a kind that is gone is read as the first."""
    return kinds().get(name) or next(iter(kinds().values()))


def allowed(user) -> list[Kind]:
    return [kind for kind in kinds().values() if user.role in kind.roles]


# Of headers that say nothing to any kind, and so to all alike.
UNKNOWN = -100


def likely(header, user) -> Kind:
    """The kind of which these headers name the most fields and leave the least open; of two alike the one they name outright."""

    def fit(kind):
        outright = {kind.field_of(name) for name in header} - {None}
        found = outright | {kind.part_of(name) for name in header if not kind.field_of(name)} - {None}
        found |= {kind.further(header, ()).get(index) for index in range(len(header))} - {None}
        unsaid = len(kind.lacks(found)) + bool(kind.open_questions(found))
        return (len(found) - unsaid if found else UNKNOWN), len(outright)

    return max(allowed(user), key=fit)


def fields_named(cells) -> int:
    """How many fields of one kind these cells name, if they are headers."""
    return max(len({kind.field_of(cell) for cell in cells} - {None}) for kind in kinds().values())
