"""What every kind of file has in common: its fields, the words by which headers name them, and who may bring it.

A kind is one module, one line in settings.IMPORT_KINDS and one test.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from crm.importing.errors import ImportRefused
from crm.importing.mapping import WHOLE_WORDS, normal

# Part of a longer header, a word this short would be found anywhere.
SHORTEST = 4
KOREAN = re.compile(r"[가-힣]{2,}")
EVERYBODY = frozenset(User.Role.values)
ADMINS = frozenset([User.Role.ADMIN.value])


@dataclass(frozen=True)
class Field:
    """`label`: as a person calls it; `synonyms`: normalised headers that mean it; `reader`: how its cells are read."""

    label: str
    synonyms: str = ""
    reader: str = "text"
    length: int = 200


class Kind:
    """`asks`: what the columns page asks for beside the columns; `roles`: of users who may bring such files."""

    name = ""
    label = ""
    # One row of the file, in words: "one order line a row".
    says = ""
    fields: dict[str, Field] = {}
    # (what is missing, in words; fields of which one must be there)
    needed: tuple = ()
    # Tables whose list in the admin offers such a file.
    fills: tuple = ()
    asks = frozenset()
    # What may be chosen for several columns.
    repeated = frozenset()
    # (field, what most values of its column look like), the surest first: crm.importing.looks
    looks: tuple = ()
    roles = EVERYBODY
    # Where to see what was imported: the name of an address, and the words that lead there.
    page = ""
    page_label = ""

    def __init__(self):
        self.by_header = {
            word: name for name, field in self.fields.items() for word in field.synonyms.split()
        }

    def check_role(self, user):
        """Asked again when the work is done: roles change. Raises ImportRefused."""
        if user and user.role not in self.roles:
            raise ImportRefused(_("Files of this kind are for administrators."))

    def field_of(self, header) -> str | None:
        return self.by_header.get(normal(header))

    def part_of(self, header) -> str | None:
        """The field of the longest synonym that the header contains."""
        name = normal(header)
        words = [
            word
            for word in self.by_header
            if word in name and word not in WHOLE_WORDS and (len(word) >= SHORTEST or KOREAN.fullmatch(word))
        ]
        return self.by_header[max(words, key=len)] if words else None

    def is_field(self, field) -> bool:
        return field in self.fields

    def is_number(self, field) -> bool:
        return self.fields[field].reader == "number"

    def label_of(self, field) -> str:
        return self.fields[field].label

    def choices(self, header, chosen) -> list:
        """[(what can be chosen for a column of this file, in words)]; `chosen`: what is by now."""
        return [(name, field.label) for name, field in self.fields.items()]

    def choice_of(self, field) -> str:
        """What is chosen for a column whose field this is."""
        return field

    def field_at(self, choice, index) -> str:
        """The field of a column for which this is chosen."""
        return choice

    def contradictions(self, chosen) -> list[str]:
        """What can't be chosen together, in words."""
        return []

    def further(self, header, known) -> dict[int, str]:
        """{column: field} of what several columns together say; `known`: headers that are SKUs."""
        return {}

    def said_by(self, fields) -> set[str]:
        """Fields that no further column is to be guessed for, where these are there."""
        return set()

    def missing(self, columns) -> list[str]:
        """What is needed and no column is mapped to."""
        return [str(words) for words, names in self.needed if not set(names) & set(columns)]

    def lacks(self, columns) -> list[str]:
        """What is missing of what headers can say: how little a file looks like one of this kind."""
        return self.missing(columns)

    def lacks_currency(self, columns, currency) -> bool:
        """Whether amounts would stand there without a currency."""
        return "currency" in self.asks and not currency and "currency" not in columns

    def open_questions(self, columns) -> set[str]:
        """Answers (of `asks`) without which these columns say too little: whose report it is, of when."""
        return set()
