"""Promises as they are written into a note: a line that starts with an arrow, an exclamation mark or an empty box. Pure.

-> send the price list by Friday
! they: name the quantities until 5 Dec
[ ] 상대: 금요일까지 회신
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from crm import duedays

MARK = re.compile(r"\s*(?:[-*+]\s+)?(?:->|→|⇒|!(?!\[)|\[ ?\])\s*(?P<rest>.+)")
SIDE = re.compile(r"(?:(?P<them>they|them|상대)|us|we|우리)\s*[:：]\s*", re.IGNORECASE)
WORD = re.compile(r"\w")
US, THEM = "us", "them"
LONGEST = 300


@dataclass(frozen=True)
class Spoken:
    """A promise understood: who made it, what it is, by when."""

    by: str
    text: str
    due_on: date | None


def in_text(text, today, language="en") -> list[Spoken]:
    """The promises that a note's text holds, in its order."""
    marked = (MARK.fullmatch(line.rstrip()) for line in text.splitlines())
    found = (understand(match["rest"], today, language) for match in marked if match)
    return [promise for promise in found if promise]


def in_note(text, words, picked, today, language="en", by=US) -> list[Spoken]:
    """Those of the text's lines, and the one said in `words` of its own; a day that was picked goes before a written one.

    A day picked without words is that of the line which names none, of the first one, of the text.
    """
    found = in_text(text, today, language)
    if picked and not words and found:
        which = next((index for index, one in enumerate(found) if not one.due_on), 0)
        found[which] = replace(found[which], due_on=picked)
    else:
        first_line = text.splitlines()[0] if picked and text else ""
        said = understand(words or first_line, today, language, by)
        found += [replace(said, due_on=picked or said.due_on)] if said else []
    return list(dict.fromkeys(found))


def understand(words, today, language="en", by=US) -> Spoken | None:
    """One promise out of its words; `by` where they do not say who made it. None where nothing is said."""
    side = SIDE.match(words)
    if side:
        by = THEM if side["them"] else US
        words = words[side.end() :]
    text, due_on = duedays.parse(words.strip(), today, language)
    # Whoever writes a day alone means the day; it is all there is to say.
    text = text if WORD.search(text) else words.strip()
    return Spoken(by, text[:LONGEST], due_on) if WORD.search(text) else None
