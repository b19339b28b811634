import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.searching.text import digits, fold, grams, initials, spelt_out, squeeze, stands_alone, token

WORDS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("김민준ㄱㅁㅈøæßéÅłıカか🎂-'+4567")),
    min_size=1,
    max_size=30,
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Bríd", "brid"),
        ("STRASSE", fold("Straße")),
        ("Ørsted Æble Œuvre", "orsted aeble oeuvre"),
        ("Łódź Đorđe Þór Guðrún", "lodz dorde thor gudrun"),
        ("İstanbul ısı", "istanbul isi"),
        ("김민준", "김민준"),
        (
            unicodedata.normalize("NFD", "김민준"),
            "김민준",
        ),  # the same, taken apart as some systems name files
        ("O’Brien", "o'brien"),
        ("well–known", "well-known"),
        ("ﬁne １２３", "fine 123"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("null\0tab\t", "null tab "),
        ("が", "が"),
        ("☎️", "☎"),
    ],
)
def test_case_accents_and_spellings_are_folded(written, folded):
    assert fold(written) == folded


@given(WORDS)
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(WORDS, st.data())
def test_every_part_of_a_text_is_found_by_its_grams(text, data):
    folded = fold(text)
    for word in folded.split():
        start = data.draw(st.integers(0, len(word) - 1))
        end = data.draw(st.integers(start + 1, len(word)))
        part = word[start:end]
        assert grams(part) <= grams(folded)
        assert grams(part) or (len(part) == 1 and not stands_alone(part))


@given(WORDS)
def test_databases_only_see_plain_tokens(text):
    assert all(name.isascii() and name.isalnum() and name[0] in "xyz" for name in grams(fold(text)))


@given(*[st.text(min_size=2, max_size=2)] * 2)
def test_different_grams_are_different_tokens(one, other):
    assert (token(one) == token(other)) == (one == other)


def test_initials_of_korean_names():
    assert initials("김민준") == fold("ㄱㅁㅈ")
    assert initials("한빛 상사 Ltd") == fold("ㅎㅂ ㅅㅅ ㅎㅂㅅㅅ")
    assert initials("Kim") == ""


def test_a_telephone_number_is_its_digits():
    assert digits("+49 (0)171 23-45") == "491712345"
    assert digits("１２３") == "123"


def test_other_spellings():
    assert squeeze("AUR-400") == "aur400"
    assert spelt_out("Müller Ålesund") == "Mueller Aalesund"


def test_what_can_be_a_word_alone():
    assert all(map(stands_alone, "김漢かカ🎂\u1100"))
    assert not any(map(stands_alone, "a4-é"))
