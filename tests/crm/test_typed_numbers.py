"""Numbers in fields: as their writer writes them, asked back where they can be read in two ways, shown back without loss."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import formats
from accounts.models import User
from crm.importing.values import Unreadable
from crm.templatetags.figures import typed
from crm.typed_numbers import Ambiguous, read_number

WAYS = ["", *formats.NumberFormat.values]


def written(way):
    return formats.use(User(number_format=way))


@given(
    way=st.sampled_from(WAYS),
    number=st.decimals(-(10**9), 10**9, places=5),
    places=st.integers(min_value=0, max_value=5),
)
def test_what_a_field_shows_is_read_back_without_loss(way, number, places):
    number = round(number, places)
    with written(way):
        assert read_number(typed(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,5", "12.5"), ("12.5", "12.5"), ("１２，５", "12.5"), ("−3", "-3"), ("4.8만", "48000"),
        ("1.5천만", "15000000"), ("3백만", "3000000"), ("1500만원", "15000000"), ("5000 원", "5000"), ("1,50,000", "150000"),
        ("1\u202f234,5", "1234.5"), (" 1 234.50 ", "1234.5"), ("1,234,567.8", "1234567.8"), ("0.375", "0.375"),
        ("1 500,375", "1500.375"), ("1'500.375", "1500.375"), ("1’500,375", "1500.375"), ("12 345,678", "12345.678"),
        ("1 500,000", "1500"), ("1 500.000", "1500"), ("1500,375", "1500.375"), ("1.2345k", "1234.5"), ("0.12345만", "1234.5"),
    ],
)  # fmt: skip
def test_whatever_the_format_these_mean_one_number(text, number):
    for way in WAYS:
        with written(way):
            assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("way", "text", "number"),
    [
        ("1,234.5", "1,500", "1500"), ("1,234.5", "1.375", "1.375"), ("1.234,5", "1.500", "1500"),
        ("1.234,5", "1,375", "1.375"), ("1 234,5", "1 500", "1500"),
    ],
)  # fmt: skip
def test_three_digits_behind_a_mark_are_what_its_writers_format_says(way, text, number):
    with written(way):
        assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("way", "text", "fraction", "thousands"),
    [
        ("1,234.5", "1.500", "1.5", "1500"), ("1.234,5", "48,000", "48", "48000"),
        ("1 234,5", "1.375", "1,375", "1375"), ("1,234.5", "1.500k", "1500", "1500000"),
    ],
)  # fmt: skip
def test_what_the_format_does_not_tell_is_asked_back(way, text, fraction, thousands):
    with written(way):
        with pytest.raises(Ambiguous) as asked:
            read_number(text)
        assert (typed(asked.value.fraction), typed(asked.value.thousands)) == (fraction, thousands)


@pytest.mark.parametrize(
    "text", ["", "k", "a lot", "1.20.30", "1,2,3", "1,500,00", "1.234,5.6", "$5", "NaN", "1e5"]
)
def test_anything_else_is_no_number(text):
    with pytest.raises(Unreadable):
        read_number(text)
