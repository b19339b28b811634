from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from crm.templatetags import figures


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-24 12:00Z"):
        yield


def both(filter_, *arguments):
    with translation.override("en"):
        english = filter_(*arguments)
    with translation.override("ko"):
        return english, filter_(*arguments)


def test_money_in_the_digits_of_its_currency():
    assert figures.money(Decimal("12345.6"), "EUR") == "EUR 12,345.60"
    assert figures.money(Decimal("12345.6"), "KRW") == "KRW 12,346"
    assert figures.money(Decimal("1.2"), "KWD") == "KWD 1.200"
    assert figures.money(None, "EUR") == "–"


def test_a_price_has_the_digits_of_its_currency_and_more_where_it_needs_them():
    assert figures.price(Decimal("2.10000"), "GBP") == "2.10"
    assert figures.price(Decimal("1234.03750"), "EUR") == "1,234.0375"
    assert figures.price(Decimal("1250.00000"), "KRW") == "1,250"
    assert figures.price(None, "EUR") == "–"


@pytest.mark.parametrize(
    ("value", "english", "korean"),
    [
        (163_900, "NOK 164\xa0k", "NOK 16.4만"), (2_134_000, "NOK 2.13\xa0m", "NOK 213만"), (5_374, "NOK 5,374", "NOK 5,374"),
        (375_000_000, "NOK 375\xa0m", "NOK 3.75억"), (0, "NOK 0", "NOK 0"), (999_600, "NOK 1\xa0m", "NOK 100만"),
        (99_996_000, "NOK 100\xa0m", "NOK 1억"), (9_999, "NOK 9,999", "NOK 9,999"),
        (12.5, "NOK 12.5", "NOK 12.5"), (1.375, "NOK 1.38", "NOK 1.38"), (99.96, "NOK 100", "NOK 100"), (-0.004, "NOK 0", "NOK 0"),
        (-163_900, "NOK -164\xa0k", "NOK -16.4만"),
    ],
)  # fmt: skip
def test_short_money_keeps_three_digits(value, english, korean):
    assert both(figures.money_short, value, "NOK") == (english, korean)


def test_a_range_of_money_has_its_unit_at_both_ends():
    """Of 2 – 16.9 k nobody could tell whether it begins at two or at two thousand. No line is broken before a unit."""
    assert both(figures.money_range, 142_300, 187_400, "NOK") == ("142\xa0k – 187\xa0k", "14만 – 19만")
    assert figures.money_range(2_000, 16_900, "NOK") == "2\xa0k – 16.9\xa0k"
    assert figures.money_range(460, 16_900, "NOK") == "0.5\xa0k – 16.9\xa0k"
    assert figures.money_range(0, 16_900, "NOK") == "0 – 16.9\xa0k"
    assert figures.money_range(49_000, 1_200_000, "NOK") == "49\xa0k – 1.2\xa0m"
    assert figures.money_range(150_000, 1_200_000, "NOK") == "150\xa0k – 1.2\xa0m"
    assert figures.money_range(460, 1_200_000, "NOK") == "460 – 1.2\xa0m"
    assert figures.money_range(999_600, 1_700_000, "NOK") == "1\xa0m – 1.7\xa0m"
    assert figures.currency_range(2_000, 16_900, "NOK") == "NOK 2\xa0k – 16.9\xa0k"
    assert both(figures.money_range, 3_655, 7_902, "GBP") == ("3,700 – 7,900", "3,700 – 7,900")
    assert figures.money_range(0, 87, "GBP") == "0 – 87"
    assert figures.money_range(262, 2_272, "GBP") == "260 – 2,300"
    assert figures.money_range(None, 5, "GBP") == "–"


def test_a_korean_range_begins_in_its_own_unit():
    with translation.override("ko"):
        assert figures.money_range(5_040, 24_000, "KRW") == "5,000 – 2.4만"
        assert figures.money_range(460, 16_900, "KRW") == "460 – 1.7만"
        assert figures.money_range(9_990, 24_000, "KRW") == "1만 – 2.4만"
        assert figures.money_range(0, 24_000, "KRW") == "0 – 2.4만"
        assert figures.money_range(90_400_000, 230_000_000, "KRW") == "9,000만 – 2.3억"
        assert figures.money_range(4_400, 230_000_000, "KRW") == "4,400 – 2.3억"
        assert figures.money_range(14_900, 230_000_000, "KRW") == "1.5만 – 2.3억"
        assert figures.money_range(95_000, 230_000_000, "KRW") == "9.5만 – 2.3억"


def test_a_narrow_range_has_the_digits_that_tell_its_ends_apart():
    """Of 131 between 128 and 134 two digits would make 130 – 130: what is expected would lie above it."""
    assert both(figures.money_range, 128, 134, "EUR") == ("128 – 134", "128 – 134")
    assert figures.money_range(Decimal("2.1"), Decimal("3.3"), "EUR") == "2.1 – 3.3"
    assert figures.money_range(Decimal("0.012"), Decimal("0.034"), "EUR") == "0.01 – 0.03"
    assert figures.money_range(Decimal("2.1"), Decimal("3.3"), "JPY") == "2 – 3"
    assert figures.money_range(0, Decimal("1.3"), "EUR") == "0 – 1.3"
    assert figures.money_range(131, 131, "EUR") == "131 – 131"
    assert both(figures.money_range, 10_100, 10_900, "EUR") == ("10.1\xa0k – 10.9\xa0k", "1.01만 – 1.09만")
    assert figures.money_range(-40, 87, "EUR") == "-40 – 87"
    assert [
        figures.range_places(*ends) for ends in ((0, 0.14, 1), (9, 12, 0), (9.8, 11.2, 0), (5, 5, 0))
    ] == [2, 0, 1, 0]


def test_days_say_their_year_only_where_it_is_needed():
    assert both(figures.day, date(2026, 11, 12)) == ("12 Nov", "11월 12일")
    assert both(figures.day, "2025-03-02") == ("2 Mar 2025", "2025년 3월 2일")
    assert both(figures.weekday_day, date(2026, 12, 3)) == ("Thu 3 Dec", "12월 3일 (목)")
    assert figures.day(None) == "–"


def test_ranges_of_days():
    with translation.override("en"):
        assert figures.day_range(date(2026, 12, 1), date(2026, 12, 9)) == "1 – 9 Dec"
        assert figures.day_range(date(2026, 11, 28), date(2026, 12, 3)) == "28 Nov – 3 Dec"
        assert figures.day_range(date(2026, 12, 28), date(2027, 1, 3)) == "28 Dec 2026 – 3 Jan 2027"
        assert figures.day_range(date(2026, 12, 1), date(2026, 12, 1)) == "1 Dec"
        assert figures.day_range(date(2011, 12, 11), date(2011, 12, 15)) == "11 – 15 Dec 2011"
        assert figures.day_range(date(2011, 11, 28), date(2011, 12, 3)) == "28 Nov – 3 Dec 2011"
        assert figures.day_range(None, None) == "–"
    with translation.override("ko"):
        assert "12월" in figures.day_range(date(2026, 12, 1), date(2026, 12, 9))


def test_names_of_countries_and_initials():
    assert both(figures.country, "NO") == ("Norway", "노르웨이")
    assert figures.country("") == ""
    assert [figures.initials(name) for name in ("Nordlys Distribution AS", "김민준", "& Co")] == [
        "ND",
        "김민",
        "CO",
    ]


def test_percent_and_numbers():
    assert both(figures.percent, 0.864) == ("86 %", "86 %")
    assert figures.percent(0.864, 1) == "86.4 %"
    assert figures.percent(None) == "–"
    assert figures.number(1234.56, 1) == "1,234.6"
    assert figures.quantity(Decimal("12.500")) == "12.5"


@pytest.mark.parametrize(
    ("language", "low", "high", "words"),
    [
        ("en", date(2026, 8, 1), date(2026, 10, 31), "Aug – Oct 2026"),
        ("en", date(2026, 11, 1), date(2027, 1, 31), "Nov 2026 – Jan 2027"),
        ("en", date(2026, 8, 1), date(2026, 8, 31), "Aug 2026"),
        ("en", date(2026, 1, 1), date(2026, 12, 31), "2026"),
        ("ko", date(2026, 1, 1), date(2026, 12, 31), "2026년"),
        ("ko", date(2026, 8, 1), date(2026, 10, 31), "2026년 8월~10월"),
        ("en", None, None, "–"),
    ],
)
def test_a_range_of_months(language, low, high, words):
    with translation.override(language):
        assert figures.month_range(low, high) == words
