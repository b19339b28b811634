"""Public holidays as their reader calls them."""

from datetime import date

import pytest
from django.utils import translation

from crm.calendars import public_holidays
from crm.holiday_names import BY_ENGLISH_NAME, name_of, on_working_days


@pytest.mark.parametrize(
    ("language", "country", "day", "name"),
    [
        ("ko", "KR", date(2026, 9, 25), "추석"),
        ("en", "KR", date(2026, 9, 25), "Chuseok"),
        # Of other countries the package has no Korean: what many of them keep is in the catalogue.
        ("ko", "NO", date(2026, 12, 25), "크리스마스"),
        ("ko", "GB", date(2026, 12, 28), "박싱데이 (대체 휴일)"),
        ("en", "GB", date(2026, 12, 28), "Boxing Day (observed)"),
        ("ko", "DE", date(2029, 10, 3), "German Unity Day"),
    ],
)
def test_a_holiday_is_named_in_the_readers_language_where_that_is_known(language, country, day, name):
    with translation.override(language):
        assert [holiday.name for holiday in on_working_days(country, day, day)] == [name]


@pytest.mark.parametrize(
    ("language", "country", "first", "last", "name"),
    [
        # China's Golden Week: a holiday of three days, one made up for, two for which Sundays are worked.
        ("en", "CN", date(2026, 10, 1), date(2026, 10, 10), "National Day"),
        ("ko", "CN", date(2026, 10, 1), date(2026, 10, 10), "국경일"),
        ("en", "KR", date(2025, 10, 3), date(2025, 10, 9), "National Foundation Day, Chuseok, Hangul Day"),
        ("ko", "KR", date(2025, 10, 3), date(2025, 10, 9), "개천절, 추석, 한글날"),
        ("ko", "KR", date(2026, 8, 15), date(2026, 8, 17), "광복절"),
        # One day that is two of them.
        ("ko", "KR", date(2028, 10, 2), date(2028, 10, 5), "개천절, 추석"),
        # Alone it says that it is made up for, and which day is worked instead.
        ("ko", "KR", date(2026, 8, 17), date(2026, 8, 17), "광복절 대체 휴일"),
        ("ko", "GB", date(2026, 12, 28), date(2026, 12, 28), "박싱데이 (대체 휴일)"),
        ("en", "CN", date(2026, 10, 6), date(2026, 10, 6), "Day off (substituted from 09/20/2026)"),
        # Reckoned by the moon, with days before and after it.
        ("en", "AE", date(2028, 2, 20), date(2028, 3, 5), "Eid al-Fitr (estimated)"),
        ("en", "JP", date(2026, 5, 3), date(2026, 5, 6), "Constitution Day, Greenery Day, Children's Day"),
    ],
)
def test_a_run_of_holidays_is_named_once(language, country, first, last, name):
    with translation.override(language):
        assert name_of(country, first, last) == name


def test_every_name_of_the_list_is_one_of_the_package():
    countries = (
        "NO", "DE", "ES", "GB", "IE", "IT", "PL", "GR", "AT", "BE", "US", "TR", "AE", "IN", "SG", "TW", "HK", "VN", "FI", "MY",
        "ZA", "ID", "PH",
    )  # fmt: skip
    found = {
        name.split(" (")[0]
        for country in countries
        for holiday in public_holidays.between(country, date(2020, 1, 1), date(2027, 12, 31))
        for name in holiday.name.split("; ")
    }
    assert set(BY_ENGLISH_NAME) <= found
