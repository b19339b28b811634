"""What somebody typed, taken for what he means. Pure."""

import re
from dataclasses import dataclass, replace

from crm.searching.text import (
    FIRST_INITIAL,
    FIRST_SYLLABLE,
    LAST_INITIAL,
    LAST_SYLLABLE,
    SYLLABLES_OF_A_VOWEL,
    SYLLABLES_OF_AN_INITIAL,
    digits,
    fold,
    grams,
    initial,
    squeeze,
    stands_alone,
    token,
)

# Nobody types more by hand; a pasted page would only make the search slow.
LONGEST = 200
# 91 23 45, +47 912, (0171) 23-45: digits in groups.
PHONE = re.compile(r"(?=.*\d.*\d.*\d)\+?[\d(][\d\s()./-]*")
# A consonant typed after a whole syllable will be the next one's, whose vowel is still to come.
UNFINISHED = re.compile(f"(?<=[{FIRST_SYLLABLE}-{LAST_SYLLABLE}])[{FIRST_INITIAL}-{LAST_INITIAL}]$")

# The consonants at the end of a syllable: which of them stay there when a vowel follows, and which initial moves on.
# ㄱ ㄲ ㄳ ㄴ ㄵ ㄶ ㄷ ㄹ ㄺ ㄻ ㄼ ㄽ ㄾ ㄿ ㅀ ㅁ ㅂ ㅄ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ
FINALS = [
    (0, 0), (0, 0), (0, 1), (1, 9), (0, 2), (4, 12), (4, 18), (0, 3), (0, 5), (8, 0), (8, 6), (8, 7), (8, 9), (8, 16),
    (8, 17), (8, 18), (0, 6), (0, 7), (17, 9), (0, 9), (0, 10), (0, 11), (0, 12), (0, 14), (0, 15), (0, 16), (0, 17),
    (0, 18),
]  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """`text` is compared with whole names, `key` with codes; each of `words` must be found in one piece."""

    text: str
    key: str
    words: tuple[str, ...]
    phone: str = ""
    # A regular expression that the text must have beside the words, and what is in the index of what fits it.
    pattern: str = ""
    hint: str = ""

    def __bool__(self):
        return bool(self.words or self.pattern)

    @property
    def letter(self):
        """The only thing typed, where that is one letter: the beginning of a name or code."""
        only = self.words[0] if len(self.words) == 1 and not self.pattern else ""
        return only if len(only) == 1 and not stands_alone(only) else ""

    def words_for(self, kind):
        """A telephone number is written in groups, and kept in one piece."""
        return (self.phone,) if self.phone and kind == "person" else self.words

    def grams_for(self, kind):
        if self.letter:
            return {kind, f"b{token(self.letter)}"}
        return {kind}.union(*map(grams, (*self.words_for(kind), self.hint)))

    def pieces_for(self, kind):
        """What the text must hold. A single letter beside other words is the beginning of a word."""
        if self.letter:
            return ()
        return tuple(
            f" {word}" if len(word) == 1 and not stands_alone(word) else word for word in self.words_for(kind)
        )

    def fits(self, kind, text):
        """Whether a document's text holds it all: what the database is asked, for a text that it does not have."""
        pieces = all(piece in text for piece in self.pieces_for(kind))
        return pieces and (not self.pattern or bool(re.search(self.pattern, text)))


def read(typed: str) -> Wanted:
    words = [UNFINISHED.sub("", word) for word in fold(typed[:LONGEST]).split()]
    words = [word for word in words if len(word) > 1 or word.isalnum() or stands_alone(word)]
    text = " ".join(words)
    # 0171 and 0049 of a German are +49 171 and +49 from abroad, as which his number is kept too.
    phone = digits(text).lstrip("0") if PHONE.fullmatch(text) else ""
    return Wanted(text, squeeze(text), tuple(dict.fromkeys(words)), phone)


def half_typed(wanted: Wanted) -> Wanted | None:
    """What the syllable at the end may still become: 기 -> 김; 간 -> 가나. None where it ends in none."""
    last = wanted.words[-1] if wanted.words else ""
    if not wanted.text.endswith(last) or not FIRST_SYLLABLE <= last[-1:] <= LAST_SYLLABLE:
        return None
    begun, syllable = last[:-1], last[-1]
    final = (ord(syllable) - ord(FIRST_SYLLABLE)) % SYLLABLES_OF_A_VOWEL
    if not final:
        pattern = _range(syllable, SYLLABLES_OF_A_VOWEL)
    else:
        stays, moves = FINALS[final]
        pattern = chr(ord(syllable) - final + stays) + _range(
            chr(ord(FIRST_SYLLABLE) + moves * SYLLABLES_OF_AN_INITIAL), SYLLABLES_OF_AN_INITIAL
        )
    return replace(
        wanted,
        words=tuple(word for word in (*wanted.words[:-1], begun) if word),
        pattern=re.escape(begun) + pattern,
        # The index has the initials of names, and of nothing else, in one run.
        hint=initial(syllable) if not begun else "",
    )


def _range(first, count):
    return f"[{first}-{chr(ord(first) + count - 1)}]"
