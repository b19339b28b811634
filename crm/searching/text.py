"""Text as it is searched: without case and accents, and cut into pieces that a database can index. Pure.

A piece (gram) is two neighbouring characters of a word, whatever its script: two Korean syllables in the middle of a
word are found like the end of a phone number. It is written in hexadecimal ASCII, so that no database's own idea of
words, languages or accents has a say.
"""

import re
import unicodedata
from functools import cache

# Apostrophes and dashes as keyboards, telephones and word processors write them.
PLAIN = str.maketrans({**dict.fromkeys("’‘ʼ´`′", "'"), **dict.fromkeys("‐‑‒–—−", "-")})
# Letters that Unicode does not take apart into a base and a mark.
LETTERS = {
    "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t",
}  # fmt: skip
# Two spellings of one name: Müller is also Mueller, Ålesund also Aalesund.
SPELT_OUT = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ø": "oe",
        "å": "aa",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "Ø": "Oe",
        "Å": "Aa",
    }
)
# か and が are two letters, not one with and without an accent.
VOICE_MARKS = {0x3099, 0x309A}
FIRST_SYLLABLE, LAST_SYLLABLE = "가", "힣"
FIRST_INITIAL, LAST_INITIAL = "\u1100", "\u1112"
SYLLABLES_OF_AN_INITIAL = 588
SYLLABLES_OF_A_VOWEL = 28
HANGUL_RUN = re.compile(f"[{FIRST_SYLLABLE}-{LAST_SYLLABLE}]+")


class _Table(dict):
    """What becomes of a character, decided when it is first seen: marks and invisible ones go, blanks are spaces."""

    def __missing__(self, code):
        category = unicodedata.category(chr(code))
        if category in {"Mn", "Me", "Cf", "Cs"} and code not in VOICE_MARKS:
            kept = None
        elif category in {"Cc", "Zs", "Zl", "Zp"}:
            kept = " "
        else:
            kept = LETTERS.get(chr(code), code)
        self[code] = kept
        return kept


_TABLE = _Table()
# What is left to be done of all this where every character is ASCII, as in most names of goods.
ASCII = str.maketrans({"`": "'", **dict.fromkeys(map(chr, [*range(32), 127]), " ")})


def fold(text: str) -> str:
    """Bríd -> brid, Straße -> strasse, ㄱ -> the initial consonant of 김; Korean syllables stay whole."""
    if text.isascii():
        return text.lower().translate(ASCII)
    text = unicodedata.normalize("NFKD", text.translate(PLAIN)).casefold()
    text = unicodedata.normalize("NFKD", text).translate(_TABLE)
    return unicodedata.normalize("NFC", text)


def squeeze(text: str) -> str:
    """Letters and digits alone: AUR-400 -> aur400."""
    return "".join(char for char in fold(text) if char.isalnum())


def spelt_out(text: str) -> str:
    """Müller -> Mueller."""
    return unicodedata.normalize("NFC", text).translate(SPELT_OUT)


def initials(text: str) -> str:
    """초성 of each Korean word, and of all of them in one: 한빛 상사 -> ㅎㅂ ㅅㅅ ㅎㅂㅅㅅ."""
    runs = ["".join(map(initial, run)) for run in HANGUL_RUN.findall(fold(text))]
    return " ".join([*runs, "".join(runs)] if len(runs) > 1 else runs)


def initial(char: str) -> str:
    """The initial consonant of a Korean syllable; any other character itself."""
    if not FIRST_SYLLABLE <= char <= LAST_SYLLABLE:
        return char
    return chr(ord(FIRST_INITIAL) + (ord(char) - ord(FIRST_SYLLABLE)) // SYLLABLES_OF_AN_INITIAL)


def is_initials(word: str) -> bool:
    return all(FIRST_INITIAL <= char <= LAST_INITIAL for char in word)


def digits(text: str) -> str:
    """Of a telephone number, without the zero that is not dialled from abroad: +49 (0)171 23 -> 4917123."""
    return "".join(
        char for char in unicodedata.normalize("NFKC", text).replace("(0)", "") if char in "0123456789"
    )


def grams(folded: str) -> set[str]:
    """Every two neighbours, and alone what can be a word of its own: a syllable, an ideograph, a symbol."""
    found = {char for char in set(folded) if stands_alone(char)}
    for word in folded.split():
        found.update(map(str.__add__, word, word[1:]))
    return {token(gram) for gram in found}


def beginnings(folded: str) -> set[str]:
    """The first letter of each word: what a query of a single letter is compared with."""
    return {f"b{token(word[0])}" for word in folded.split()}


@cache
def stands_alone(char: str) -> bool:
    if unicodedata.category(char) == "So":
        return True
    return unicodedata.category(char) == "Lo" and unicodedata.name(char, "").startswith(
        ("HANGUL", "CJK", "HIRAGANA", "KATAKANA")
    )


@cache
def token(gram: str) -> str:
    codes = [ord(char) for char in gram]
    kind, width = ("x", 2) if max(codes) < 0x100 else ("y", 4) if max(codes) < 0x10000 else ("z", 6)
    return kind + "".join(f"{code:0{width}x}" for code in codes)
