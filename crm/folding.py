"""Names as a reader compares them: neither case nor accents matter, in Python and in SQL of either database."""

import re
import unicodedata

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Concat, NullIf, StrIndex, Substr

from crm.searching.text import fold

ACCENTED = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
# So many letters are compared without accents when SQL sorts; whoever agrees in them is few.
SORTED_LETTERS = 3


BASES = {letter: fold(letter) for letter in ACCENTED}
BASES = {letter: base[:1] for letter, base in BASES.items() if base[:1].isascii() and base[:1].isalpha()}
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
CLASSES = {
    plain: "[" + plain + "".join(letter for letter, base in BASES.items() if base == plain) + "]"
    for plain in ALPHABET
}
# What SQL reads letter by letter: the frequent ones first.
WRITTEN = ALPHABET + ALPHABET.upper() + "".join(BASES)
READ = ALPHABET + ALPHABET + "".join(BASES.values())


def pattern(word):
    """A regular expression, for iregex, that finds `word` whatever the accents on either side."""
    letters = unicodedata.normalize("NFC", word).lower()
    return "".join(CLASSES.get(BASES.get(letter, letter)) or re.escape(letter) for letter in letters)


def digits_pattern(digits, at_end=False):
    """Finds these digits however they are grouped: 9123 in +47 91 23 45 67."""
    return "[^0-9]*".join(digits) + ("[^0-9]*$" if at_end else "")


def sort_key(column):
    """An expression by which SQL sorts Åkerblom between Ahl and Alm; other scripts come after the Latin one."""
    letters = [_letter(Substr(F(column), place, 1)) for place in range(1, SORTED_LETTERS + 1)]
    return Concat(*letters, Substr(F(column), SORTED_LETTERS + 1))


def _letter(letter):
    place = StrIndex(Value(WRITTEN), letter)
    # Place 0, for what is no Latin letter, has nothing in it: then the letter stands for itself.
    return Coalesce(NullIf(Substr(Value(READ), place, 1), Value("")), letter)
