import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from crm.searching.marks import excerpt, marked, spans, unfolded
from crm.searching.text import fold
from tests.crm.searching.test_text import WORDS


def shown(pieces):
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


def mark(text, *words):
    return shown(marked(text, [fold(word) for word in words]))


def test_words_are_marked_where_they_stand_whatever_folding_does_to_lengths():
    assert mark("Weiße Straße in Łódź", "strasse", "LODZ") == "Weiße [Straße] in [Łódź]"
    assert mark("Œuvre d’Ève", "oe", "eve") == "[Œ]uvre d’[Ève]"
    assert mark("다음 달에 보내기로", "내기") == "다음 달에 보[내기]로"
    assert mark(unicodedata.normalize("NFD", "Bríd"), "brid") == f"[{unicodedata.normalize('NFD', 'Bríd')}]"


def test_initials_mark_the_syllables():
    assert mark("사장 김민준", "ㄱㅁㅈ") == "사장 [김민준]"


def test_overlapping_words_are_one_mark():
    assert mark("pricelist", "price", "celi") == "[priceli]st"


def test_a_letter_marks_beginnings():
    assert mark("Grans Skog Sport", "s") == "Grans [S]kog [S]port"


def test_nothing_to_mark_leaves_the_text():
    assert mark("Oslo", "bergen") == "Oslo"
    assert marked("", ["x"]) == []


def test_an_excerpt_shows_the_word_with_what_stands_around_it():
    text = f"{'before ' * 60}the needle {'after ' * 60}"
    found = shown(excerpt([text], ["needle"]))
    assert "the [needle] after" in found
    assert found.startswith("… before")
    assert found.endswith("after …")
    assert len(found) < 200


def test_an_excerpt_is_taken_from_the_text_that_has_the_most_words():
    assert shown(
        excerpt(["They want samples.", "", "Price list and samples"], ["samples", "price"])
    ).startswith("[Price]")


def test_an_excerpt_of_a_text_without_blanks():
    assert "[바늘]" in shown(excerpt([f"{'가' * 500}바늘{'나' * 500}"], ["바늘"]))


def test_an_excerpt_of_nothing():
    assert excerpt([" ", ""], ["x"]) == []


@given(WORDS)
def test_each_folded_character_knows_its_place(text):
    folded, places = unfolded(text)
    assert len(folded) == len(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


@given(WORDS, WORDS, st.integers(10, 60))
def test_marks_and_excerpts_keep_the_text(text, word, length):
    words = fold(word).split()
    assert "".join(piece.text for piece in marked(text, words)) == text
    assert all(a < b for a, b in spans(text, words))
    cut = "".join(piece.text for piece in excerpt([text], words, length))
    assert cut.removeprefix("… ").removesuffix(" …") in " ".join(text.split())
