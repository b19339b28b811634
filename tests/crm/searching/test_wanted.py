import re

import pytest

from crm.searching.text import fold
from crm.searching.wanted import half_typed, read


@pytest.mark.parametrize("typed", ["", "   ", "-", "% _", "\0", "'"])
def test_nothing_to_look_for(typed):
    assert not read(typed)


def test_words_are_folded_and_looked_for_once():
    assert read("  Price  LIST price ").words == ("price", "list")


def test_a_consonant_whose_vowel_is_still_to_come_is_left_out():
    assert read("김ㅁ").words == ("김",)
    assert read("김민ㅅ").words == ("김민",)
    assert read("ㄱㅁㅅ").words == (fold("ㄱㅁㅅ"),)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("91 23 45", "912345"),
        ("+47 912", "47912"),
        ("0047 912", "47912"),
        ("(0171) 23-45", "1712345"),
        ("4567", "4567"),
        ("45", ""),
        ("2026 march", ""),
        ("AUR-400", ""),
    ],
)
def test_digits_in_groups_are_a_telephone_number(typed, number):
    assert read(typed).phone == number


def test_a_telephone_number_is_looked_for_in_one_piece_where_it_is_kept_so():
    assert read("91 23 45").words_for("person") == ("912345",)
    assert read("91 23 45").words_for("note") == ("91", "23", "45")


def test_a_letter_alone_begins_a_name_and_beside_words_a_word():
    assert read("f").letter == "f"
    assert read("김").letter == ""
    assert read("ingrid s").pieces_for("person") == ("ingrid", " s")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("기", "김"),
        ("김미", "김민준"),
        ("김밎", "김미지"),
        ("간", "가나"),
        ("값", "갑시"),
        ("갂", "가까"),
        ("많", "만호"),
        ("닭", "달고"),
    ],
)
def test_what_the_syllable_being_typed_may_still_become(typed, name):
    half = half_typed(read(typed))
    assert re.search(half.pattern, fold(name))
    assert not re.search(half.pattern, fold("이순신"))


def test_nothing_is_half_typed_in_latin():
    assert half_typed(read("ingri")) is None
    assert half_typed(read("")) is None
