"""Where in a text the words stand that were looked for, and the part of it around them. Pure.

Folding changes lengths (ß is ss, a combined é is e), so that each folded character remembers the place it came from.
"""

import re
import unicodedata
from typing import NamedTuple

from crm.searching.text import fold, initial, is_initials, stands_alone

# A character with the marks on it; jamo that make up syllables, and a syllable that one of them may complete.
CLUSTER = re.compile(
    "[\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\ud7b0-\ud7fb\uac00-\ud7a3\uffa0-\uffdc]+|.", re.DOTALL
)
LENGTH = 170
BEFORE = 60


class Piece(NamedTuple):
    text: str
    hit: bool = False


def marked(text, words):
    """The text in pieces, those that hold one of the words marked as hits."""
    return _cut(text, 0, len(text), spans(text, words))


def excerpt(texts, words, length=LENGTH):
    """About `length` characters around the first of the words, out of the text that has most of them."""
    texts = [" ".join(text.split()) for text in texts if text and not text.isspace()]
    if not texts:
        return []
    found = [spans(text, words) for text in texts]
    best = max(range(len(texts)), key=lambda place: len({*_words_in(texts[place], words)}))
    text, hits = texts[best], found[best]
    # The longest one says most: what stands beside “the” is chance.
    first = max(hits, key=lambda span: span[1] - span[0])[0] if hits else 0
    start = _word_start(text, max(0, min(first - BEFORE, len(text) - length)))
    end = _word_end(text, min(len(text), start + length))
    pieces = _cut(text, start, end, hits)
    if start:
        pieces.insert(0, Piece("… "))
    if end < len(text):
        pieces.append(Piece(" …"))
    return pieces


def spans(text, words):
    """[(start, end)] of the places to mark, in order, none within another."""
    folded, places = unfolded(text)
    # An initial for each syllable: as long as the folded text.
    consonants = "".join(map(initial, folded)) if any(map(is_initials, words)) else ""
    found = []
    for word in words:
        for place in _places(word, consonants if is_initials(word) else folded):
            found.append((places[place][0], places[place + len(word) - 1][1]))
    merged = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def unfolded(text):
    """The folded text, and for each of its characters the (start, end) of what it came from."""
    folded, places = [], []
    for start, end in _clusters(text):
        part = fold(text[start:end])
        alike = len(part) == end - start
        folded.append(part)
        places += [(start + n, start + n + 1) if alike else (start, end) for n in range(len(part))]
    return "".join(folded), places


def _clusters(text):
    clusters = []
    for match in CLUSTER.finditer(text):
        start, end = match.span()
        if clusters and unicodedata.category(text[start])[0] == "M":
            clusters[-1] = clusters[-1][0], end
        else:
            clusters.append((start, end))
    return clusters


def _places(word, folded):
    # A single letter was looked for at the beginning of words alone.
    begins = len(word) == 1 and not stands_alone(word)
    place = folded.find(word)
    while place >= 0:
        if not begins or not place or folded[place - 1] == " ":
            yield place
        place = folded.find(word, place + len(word))


def _words_in(text, words):
    folded = fold(text)
    return [word for word in words if word in folded]


def _cut(text, start, end, hits):
    pieces, last = [], start
    for first, after in hits:
        if first < end and after > start:
            pieces += [
                Piece(text[last : max(first, start)]),
                Piece(text[max(first, start) : min(after, end)], hit=True),
            ]
            last = min(after, end)
    pieces.append(Piece(text[last:end]))
    return [piece for piece in pieces if piece.text]


def _word_start(text, place, reach=20):
    """A blank near by, so that no word is cut; in scripts without blanks the place itself."""
    if not place:
        return 0
    blank = text.find(" ", place, place + reach)
    return blank + 1 if blank >= 0 else place


def _word_end(text, place, reach=20):
    if place == len(text):
        return place
    blank = text.rfind(" ", place - reach, place)
    return blank if blank >= 0 else place
