"""Which field each column is likely to be: by what this user said last time, by the header, by the look of the values."""

from dataclasses import dataclass

from crm.importing.currencies import only_currency
from crm.importing.looks import is_number
from crm.importing.mapping import normal


@dataclass(frozen=True)
class Guess:
    """`sure`: "last" (as the user mapped it last time), "header", "part" (of the header), "look" or "" (no guess)."""

    field: str = ""
    sure: str = ""


def suggest(kind, header, values, remembered, known=frozenset()) -> list[Guess]:
    """A guess for each column of a file of this kind; no field twice. `remembered`: normalised header -> field, "" where
    it is left out; `known`: headers that are items."""
    guesses = [Guess()] * len(header)
    taken = set()
    settled = {index for index, name in enumerate(header) if remembered.get(normal(name)) == ""}

    def give(sure, field_of):
        for index in range(len(header)):
            if guesses[index].field or index in settled:
                continue
            field = field_of(index)
            if field and kind.is_field(field) and field not in taken:
                guesses[index] = Guess(field, sure)
                taken.add(field)

    said = kind.further(header, known)
    give("last", lambda index: _again(kind, remembered.get(normal(header[index])), index))
    give("header", said.get)
    give("header", lambda index: kind.field_of(header[index]))
    # What the items of a row say, no other column says.
    taken |= kind.said_by(taken)
    give("part", lambda index: kind.part_of(header[index]))
    give("look", lambda index: _look(kind, values[index], taken))
    return guesses


def _again(kind, field, index):
    return kind.field_at(field, index) if field else field


def _look(kind, values, taken):
    for field, fits in kind.looks if values else ():
        if field not in taken and sum(map(fits, values)) * 10 >= len(values) * 9:
            return field
    return None


def currency_of(values) -> str:
    """The currency of the signs beside numbers; the name of a product may hold any sign."""
    return only_currency(text for texts in values for text in texts if is_number(text))
