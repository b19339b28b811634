"""Names as files write them -> given, family and native name; and by what two writings are the same name."""

import re
from dataclasses import dataclass

from crm.folding import fold
from crm.models import Person
from crm.searching.text import squeeze

# Korean, Chinese, Japanese: written without a blank between the family's name and one's own.
OWN_SCRIPT = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
BRACKETED = re.compile(r"([^(（]+?)\s*[(（]([^()（）]+)[)）]\s*$")
TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "sir", "mme"])
AFTER_NAMES = frozenset(["jr", "sr", "ii", "iii", "phd", "md", "mba", "esq"])
# What stands between the given name and the family's belongs to the family's.
PARTICLES = frozenset([
    "al", "ap", "bin", "bint", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "la", "le",
    "ten", "ter", "van", "vom", "von", "zu", "zum", "zur",
])  # fmt: skip


LONGEST = Person._meta.get_field("given_name").max_length


@dataclass(frozen=True)
class Said:
    """The cells of a row that hold names."""

    full: str = ""
    given: str = ""
    family: str = ""
    native: str = ""


@dataclass(frozen=True)
class Name:
    given: str = ""
    family: str = ""
    native: str = ""
    family_first: bool = False

    @property
    def order(self):
        return Person.NameOrder.FAMILY_FIRST if self.family_first else Person.NameOrder.GIVEN_FIRST

    @property
    def parts(self):
        return self.given, self.family, self.native

    @property
    def keys(self):
        return keys_of(self.given, self.family, self.native)

    def __str__(self):
        words = (self.family, self.given) if self.family_first else (self.given, self.family)
        return " ".join(filter(None, words)) or self.native


def parse(said: Said, family_first: bool) -> Name:
    """`family_first`: whether that is how names are written where the person is from."""
    full, given, family, native = said.full, said.given, said.family, said.native
    if family and not given and family not in full.split(" ") and not full.startswith(family):
        # 성 and 이름: where the family's name has a column, "name" is the given one.
        full, given = "", full
    if OWN_SCRIPT.search(given + family):
        return Name(native=native or _joined(family, given), family_first=family_first)
    latin = ""
    for part in _scripts(full):
        if not OWN_SCRIPT.search(part):
            latin = latin or part
        else:
            native = native or " ".join(part.split())
    if not family and given in ("", latin):
        given, family = _split(latin, family_first)
    return Name(given, family, native, family_first)


def keys_of(given, family, native) -> frozenset[str]:
    """Whatever the order of the words: Kim Minjun is Minjun Kim."""
    keys = {" ".join(sorted(_words(f"{given} {family}"))), squeeze(native)}
    if OWN_SCRIPT.search(given + family):
        keys = {squeeze(family + given), squeeze(native)}
    return frozenset(keys - {""})


def may_be_one(one, other) -> bool:
    """Whether two sets of keys may belong to one person, who has one name by birth and another by marriage.

    A name in Latin letters and one in another script say nothing about each other.
    """
    if one & other:
        return True
    words, others = ({word for key in keys for word in key.split()} for keys in (one, other))
    scripts = ({bool(OWN_SCRIPT.search(key)) for key in keys} for keys in (one, other))
    return bool(words & others) or not set.intersection(*scripts)


def _scripts(full):
    """Minjun Kim (김민준): two names in one cell."""
    found = BRACKETED.match(full)
    if found and bool(OWN_SCRIPT.search(found[1])) != bool(OWN_SCRIPT.search(found[2])):
        return found.groups()
    return (full,)


def _joined(family, given):
    return f"{family}{given}" if OWN_SCRIPT.search(family) and OWN_SCRIPT.search(given) else given or family


def _split(full, family_first):
    """(given, family) of a name in one cell."""
    before, comma, after = full.partition(",")
    if comma and not _words(after) <= AFTER_NAMES:
        return _plain(after), _plain(before)
    words = before.split()
    while len(words) > 1 and words[0].rstrip(".").casefold() in TITLES:
        words = words[1:]
    if len(words) < 2:
        return " ".join(words), ""
    if capitals := _capitals(words):
        rest = words[capitals:] if capitals > 0 else words[:capitals]
        loud = words[:capitals] if capitals > 0 else words[capitals:]
        return " ".join(rest), " ".join(loud).title()
    if family_first:
        return " ".join(words[1:]), words[0]
    place = len(words) - 1
    while place > 1 and words[place - 1].casefold() in PARTICLES:
        place -= 1
    return " ".join(words[:place]), " ".join(words[place:])


def _capitals(words):
    """How many words at the beginning, or (negative) at the end, are the family's name in capitals: KIM Minjun."""
    loud = [len(word) > 1 and word.isupper() and "." not in word for word in words]
    if all(loud) or not any(loud):
        return 0
    if loud[0]:
        return loud.index(False)
    return -loud[::-1].index(False) if loud[-1] else 0


def _plain(text):
    return " ".join(text.split())


def _words(text):
    return frozenset(re.sub(r"[\W_]+", " ", fold(text)).split())
