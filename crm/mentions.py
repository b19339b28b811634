"""@names in a note: "@Ingrid promised", "@김민수에게 전화". Pure: who is known is told.

The longest name that fits is meant. A given name alone is enough where only one of those known bears it.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from crm.searching.text import fold

# What Korean attaches to a name: titles, then a particle.
ATTACHED = re.compile(
    r"(?:님|씨|사원|주임|대리|과장|차장|부장|팀장|실장|이사|상무|전무|부사장|사장|대표|회장|님)*"
    r"(?:(?:이랑|랑|하고|에게서|에게|께서|께|한테서|한테|으로|로|까지|부터|처럼|보다|과|와)?(?:은|는|도|만|의)?|이|가|을|를)(?![가-힣])"
)
HANGUL = re.compile(r"[가-힣]")
# After a given name: the family name of somebody else.
ANOTHER_NAME = re.compile(r"\s+[A-ZÀ-ÖØ-Þ][\w'’-]")


@dataclass(frozen=True)
class Named:
    """Somebody who can be mentioned: his whole names in every writing, and the given one."""

    pk: int
    names: tuple[str, ...]
    given: str = ""


@dataclass(frozen=True)
class Mention:
    """text[start:end] is "@" and a name of the person `pk`."""

    start: int
    end: int
    pk: int


def find(text, people) -> list[Mention]:
    """Every mention of one of `people` (Named) in `text`."""
    if not any(at in text for at in "@＠"):
        return []
    names = _names(people)
    folded, origin = _folded(text)
    found = []
    for at in (index for index, letter in enumerate(folded) if letter == "@"):
        if at and folded[at - 1].isalnum():
            continue  # an e-mail address
        if found and origin[at] < found[-1].end:
            continue  # within a name
        for name, (pk, is_given) in names:
            end = at + 1 + len(name)
            if folded.startswith(name, at + 1) and _ends(folded, end):
                if not (is_given and ANOTHER_NAME.match(text[origin[end] :])):
                    found.append(Mention(origin[at], origin[end], pk))
                break
    return found


def _names(people):
    """[(folded name, (pk, whether it is a given name alone))], the longest first, without those that several bear."""
    whole, given = defaultdict(set), defaultdict(set)
    for person in people:
        for name in filter(None, person.names):
            whole[fold(name)].add(person.pk)
        if person.given:
            given[fold(person.given)].add(person.pk)
    clear = {name: (min(pks), True) for name, pks in given.items() if len(pks) == 1}
    clear |= {name: (min(pks), False) for name, pks in whole.items() if len(pks) == 1}
    return sorted(
        ((name, whose) for name, whose in clear.items() if name.strip()), key=lambda item: -len(item[0])
    )


def _folded(text):
    """The text folded letter by letter, and for each place in it the place in `text` (one more for the end)."""
    folded, origin = [], []
    for index, letter in enumerate(text):
        for part in fold(letter):
            folded.append(part)
            origin.append(index)
    return "".join(folded), [*origin, len(text)]


def _ends(folded, end):
    """Whether a name may end here: not within a longer word, unless Korean attaches something."""
    following = folded[end : end + 1]
    if HANGUL.match(following):
        return bool(ATTACHED.match(folded, end))
    return not following.isalnum()
