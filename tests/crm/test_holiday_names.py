"""Public holidays as their reader calls them."""

from datetime import date

import pytest
from django.utils import translation

from crm.calendars import public_holidays
from crm.holiday_names import BY_ENGLISH_NAME, on_working_days


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
