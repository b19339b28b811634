import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.importing.errors import ImportRefused
from crm.importing.values import Unreadable, date_reader, day_of, looks_like_thousands, number_reader

days = st.dates(dt.date(1990, 1, 1), dt.date(2069, 12, 31))
WRITINGS = {
    "2026-03-01": "%Y-%m-%d",
    "2026.03.01": "%Y.%m.%d",
    "2026/3/1": "%Y/%m/%d",
    "20260301": "%Y%m%d",
    "01.03.2026": "%d.%m.%Y",
    "1-Mar-26": "%d-%b-%y",
    "1 March 2026": "%d %B %Y",
    "Mar 1, 2026": "%b %d, %Y",
    "2026-03-01 14:30:00": "%Y-%m-%d 14:30:00",
    "2026-03-01T14:30": "%Y-%m-%dT14:30",
    "2026년 3월 1일": "%Y년 %m월 %d일",
}


@pytest.mark.parametrize("writing", WRITINGS.values(), ids=WRITINGS)
@given(day=days)
def test_every_usual_writing_of_a_date_is_read(writing, day):
    text = day.strftime(writing)
    assert date_reader([text])(text) == day


@given(st.lists(days, min_size=1), st.booleans())
def test_slashes_are_decided_from_the_whole_column(column, day_first):
    texts = [day.strftime("%d/%m/%Y" if day_first else "%m/%d/%Y") for day in column]
    if any(day.day > 12 for day in column):
        assert [date_reader(texts)(text) for text in texts] == column
    elif any(day.day != day.month for day in column):
        with pytest.raises(ImportRefused, match="--date-order"):
            date_reader(texts)
        read = date_reader(texts, "dmy" if day_first else "mdy")
        assert [read(text) for text in texts] == column


@given(st.lists(st.dates(dt.date(2001, 1, 1), dt.date(2069, 12, 31)), min_size=1))
def test_two_digits_of_a_year_come_first_where_a_person_or_the_column_says_so(column):
    texts = [day.strftime("%y/%m/%d") for day in column]
    read = date_reader(texts, "ymd")
    assert [read(text) for text in texts] == column
    read = date_reader([*texts, "2026/11/10"])
    assert [read(text) for text in texts] == column


@pytest.mark.parametrize("separator", "/.-")
def test_days_that_would_all_be_long_ago_are_asked(separator):
    texts = [separator.join(parts) for parts in (("26", "11", "10"), ("26", "11", "12"), ("25", "12", "09"))]
    with pytest.raises(ImportRefused, match="ymd"):
        date_reader(texts)
    # Of these the usual reading is as good.
    usual = [separator.join(parts) for parts in (("24", "04", "26"), ("25", "11", "25"))]
    assert date_reader(usual)(usual[0]) == dt.date(2026, 4, 24)


def test_a_year_of_orders_is_asked_with_the_year_first_and_read_with_the_day_first():
    column = [dt.date(2019, 1, 3) + dt.timedelta(days=9 * n) for n in range(40)]
    with pytest.raises(ImportRefused, match="ymd"):
        date_reader([day.strftime("%y/%m/%d") for day in column])
    texts = [day.strftime("%d/%m/%y") for day in column]
    read = date_reader(texts)
    assert [read(text) for text in texts] == column


def test_what_can_only_be_read_with_the_year_first_is():
    assert date_reader(["32/03/12", "33/11/30"])("32/03/12") == dt.date(2032, 3, 12)


def test_a_column_that_speaks_for_both_orders_is_refused():
    with pytest.raises(ImportRefused, match=r"13/01/2026.*01/13/2026"):
        date_reader(["13/01/2026", "01/13/2026"])


def test_spaces_hide_no_doubt():
    with pytest.raises(ImportRefused, match="--date-order"):
        date_reader(["01 / 02 / 2026"])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1/13/2010 8:26", "1/13/2010"), ("2026-03-01T14:30:00Z", "2026-03-01"), ("2026. 3. 1.", "2026. 3. 1."),
        ("00000000", ""), ("0000-00-00", ""), ("", ""), ("20100101", "20100101"),
    ],
)  # fmt: skip
def test_the_time_of_day_is_cut_off(text, day):
    assert day_of(text) == day


def test_an_excel_serial_is_a_day():
    assert date_reader([])("46082") == dt.date(2026, 3, 1)
    assert date_reader([])("46082.5") == dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "31.02.2026", "99", "2026-3", "1-Foo-2026", "0001-01-01", "9999-12-31"]
)
def test_what_is_no_date_is_said_to_be_none(text):
    with pytest.raises(Unreadable):
        date_reader([])(text)


decimals = st.decimals(-999_999, 999_999, places=2)


@given(decimals)
def test_numbers_in_english_german_french_and_swiss_writing(value):
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for text in (english, german, english.replace(",", " ").replace(".", ","), english.replace(",", "'")):
        assert number_reader([text])(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234원", "1234"), ("$12.50", "12.50"), ("12.50 EUR", "12.50"), ("(5.00)", "-5"), ("5.00-", "-5"),
        ("1,234", "1234"), ("0.125", "0.125"), ("0,125", "0.125"), ("-0,500", "-0.5"), ("−3", "-3"), ("1 234", "1234"),
        ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("US$ 5.00", "5"), ("($5.00)", "-5"), ("₩1,234", "1234"),
        ("10 EA", "10"), ("10개", "10"), ("EUR 7", "7"), ("(5.00) USD", "-5"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text, value):
    assert number_reader([text])(text) == Decimal(value)


def test_a_decimal_comma_anywhere_decides_the_column():
    read = number_reader(["1.234", "12,5"])
    assert (read("1.234"), read("12,5")) == (Decimal(1234), Decimal("12.5"))


def test_mixed_decimal_signs_are_refused():
    with pytest.raises(ImportRefused, match=r"12,5.*12\.5"):
        number_reader(["12,5", "12.5"])


@pytest.mark.parametrize("text", ["", "twelve", "1.2.3", "nan", "inf", "--5", "A5", "ABC5D", "EUR"])
def test_what_is_no_number_is_said_to_be_none(text):
    with pytest.raises(Unreadable):
        number_reader([])(text)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["1,5", "1,500"], ("1,500", "1,5")),
        (["12.50", "(1.500)", "3"], ("(1.500)", "12.50")),
        (["€ 2,375", "10,25 €"], ("€ 2,375", "10,25 €")),
        # Three decimals throughout, as SAP writes quantities; none that a spreadsheet has cut off; no decimals at all.
        (["1,500", "10,000"], None),
        (["1.375", "12.5"], None),
        (["0,500", "1,5"], None),
        (["1,500", "12", "1,234,567"], None),
        (["1,500.25", "12.50"], None),
        (["(1,500", "12,5"], None),
        (["1,500)", "12,5"], None),
    ],
)
def test_what_may_be_thousands_beside_decimals_is_found(texts, said):
    assert looks_like_thousands(texts) == said
