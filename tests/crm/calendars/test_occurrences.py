"""The occurrences of a span are those that are found by walking from one to the next."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from crm.calendars.birthdays import YearlyDay, occurrences
from tests.crm.calendars import walking

FIRST, LAST = date(2026, 3, 1), date(2028, 3, 1)


@given(
    calendar=st.sampled_from(["gregorian", "korean_lunar", "chinese_lunar"]),
    month=st.integers(1, 12),
    day=st.integers(1, 30),
    leap_month=st.booleans(),
    missing=st.sampled_from(["before", "after", "skip"]),
)
def test_none_is_missed_and_none_told_twice(calendar, month, day, leap_month, missing):
    leap_month = leap_month and calendar != "gregorian"
    of = YearlyDay(calendar, month, day, leap_month, 1980, missing)
    found = occurrences(of, FIRST, LAST)
    assert [occurrence for _year, occurrence in found] == list(walking.occurrences(of, FIRST, LAST))
    years = [year for year, _occurrence in found]
    assert len(set(years)) == len(years)


def test_they_end_where_the_tables_end():
    assert len(occurrences(YearlyDay("korean_lunar", 10, 9), date(2049, 1, 1), date(2060, 1, 1))) == 2
