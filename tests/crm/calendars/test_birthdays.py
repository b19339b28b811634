from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from korean_lunar_calendar import KoreanLunarCalendar
from lunar_python import Solar

from crm.calendars.birthdays import Occurrence, TablesEnd, YearlyDay, next_occurrence, occurrences


def days(of, first, last):
    return [occurrence.on for occurrence in occurrences(of, date(first, 1, 1), date(last, 12, 31))]


LEAP_DAY = {
    "before": [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)],
    "after": [date(2025, 3, 1), date(2026, 3, 1), date(2027, 3, 1), date(2028, 2, 29)],
    "skip": [date(2028, 2, 29)],
}


@pytest.mark.parametrize(("missing", "expected"), LEAP_DAY.items(), ids=LEAP_DAY)
def test_29_february_follows_the_persons_own_rule(missing, expected):
    assert days(YearlyDay("gregorian", 2, 29, missing=missing), 2025, 2028) == expected


def test_turning_an_age_needs_a_year():
    today = date(2026, 11, 20)
    assert next_occurrence(YearlyDay("gregorian", 11, 28, year=1985), today) == Occurrence(
        date(2026, 11, 28), 41
    )
    assert next_occurrence(YearlyDay("gregorian", 11, 28), today).turns is None
    assert next_occurrence(YearlyDay("gregorian", 11, 20, year=2026), today).turns is None


def test_today_counts_and_yesterday_is_next_year():
    assert next_occurrence(YearlyDay("gregorian", 11, 20), date(2026, 11, 20)).on == date(2026, 11, 20)
    assert next_occurrence(YearlyDay("gregorian", 11, 19), date(2026, 11, 20)).on == date(2027, 11, 19)


def test_korean_thanksgiving():
    """Chuseok, lunar 8/15."""
    expected = [date(2025, 10, 6), date(2026, 9, 25), date(2027, 9, 15), date(2028, 10, 3)]
    assert days(YearlyDay("korean_lunar", 8, 15), 2025, 2028) == expected


def test_a_lunar_day_falls_twice_in_one_civil_year_and_not_at_all_in_the_next():
    found = days(YearlyDay("korean_lunar", 12, 1), 2027, 2028)
    assert [day.year for day in found] == [2027, 2027]


def test_a_lunar_30th_that_is_missing_follows_the_rule():
    short = next(
        year for year in range(2025, 2040) if not KoreanLunarCalendar().setLunarDate(year, 1, 30, False)
    )
    exact = KoreanLunarCalendar()
    exact.setLunarDate(short, 1, 29, False)
    last = date(exact.solarYear, exact.solarMonth, exact.solarDay)

    def in_that_year(missing):
        of = YearlyDay("korean_lunar", 1, 30, missing=missing)
        return [o.on for o in occurrences(of, last - timedelta(days=3), last + timedelta(days=3))]

    assert in_that_year("before") == [last]
    assert in_that_year("after") == [last + timedelta(days=1)]
    assert in_that_year("skip") == []


def test_a_leap_month_comes_where_there_is_one_and_by_rule_elsewhere():
    """2025 had a leap sixth month (25 July to 22 August); 2026 has none."""
    leap = {missing: days(YearlyDay("korean_lunar", 6, 15, leap_month=True, missing=missing), 2025, 2026)
            for missing in ("before", "after", "skip")}  # fmt: skip
    assert leap["skip"] == [date(2025, 8, 8)]
    ordinary = days(YearlyDay("korean_lunar", 6, 15), 2026, 2026)
    month_after = days(YearlyDay("korean_lunar", 7, 15), 2026, 2026)
    assert leap["before"] == [date(2025, 8, 8), *ordinary]
    assert leap["after"] == [date(2025, 8, 8), *month_after]


@pytest.mark.parametrize("calendar", ["korean_lunar", "chinese_lunar"])
def test_the_30th_of_a_short_leap_month_stays_at_the_end_of_that_month(calendar):
    """The leap sixth month of 2025 had 29 days, 25 July to 22 August."""
    falls = {missing: days(YearlyDay(calendar, 6, 30, leap_month=True, missing=missing), 2025, 2025)
             for missing in ("before", "after", "skip")}  # fmt: skip
    assert falls == {"before": [date(2025, 8, 22)], "after": [date(2025, 8, 23)], "skip": []}


def test_after_a_short_month_comes_its_leap_month():
    """Every year of the tables whose ordinary month lacks a 30th and is followed by a leap month of its number."""
    tables = KoreanLunarCalendar()
    found = [
        (year, month)
        for year in range(2017, 2050)
        for month in range(1, 13)
        if tables.setLunarDate(year, month, 1, True) and not tables.setLunarDate(year, month, 30, False)
    ]
    for year, month in found:
        assert tables.setLunarDate(year, month, 1, True)
        first_of_leap = date(tables.solarYear, tables.solarMonth, tables.solarDay)
        after = YearlyDay("korean_lunar", month, 30, missing="after")
        assert first_of_leap in days(after, first_of_leap.year, first_of_leap.year)
    assert found


def test_the_end_of_the_korean_tables_is_said():
    with pytest.raises(TablesEnd):
        occurrences(YearlyDay("korean_lunar", 5, 5), date(2051, 1, 1), date(2051, 12, 31))
    assert next_occurrence(YearlyDay("korean_lunar", 5, 5), date(2051, 6, 1)) is None
    assert next_occurrence(YearlyDay("chinese_lunar", 5, 5), date(2051, 1, 1)).on == date(2051, 6, 13)


def test_korean_and_chinese_calendars_differ_on_some_days():
    korean, chinese = (days(YearlyDay(name, 1, 1), 2025, 2049) for name in ("korean_lunar", "chinese_lunar"))
    assert len(korean) == len(chinese) == 25
    assert [(k, c) for k, c in zip(korean, chinese, strict=True) if k != c] == [
        (date(2027, 2, 7), date(2027, 2, 6)),
        (date(2028, 1, 27), date(2028, 1, 26)),
    ]


months, month_days = st.integers(1, 12), st.integers(1, 29)


@given(months, month_days, st.integers(2025, 2049))
def test_lunar_days_read_back_as_themselves_in_the_libraries(month, day, year):
    for found in days(YearlyDay("korean_lunar", month, day), year, year):
        tables = KoreanLunarCalendar()
        tables.setSolarDate(found.year, found.month, found.day)
        assert (tables.lunarMonth, tables.lunarDay, tables.isIntercalation) == (month, day, False)
    for found in days(YearlyDay("chinese_lunar", month, day), year, year):
        lunar = Solar.fromYmd(found.year, found.month, found.day).getLunar()
        assert (lunar.getMonth(), lunar.getDay()) == (month, day)


yearly_days = st.builds(
    YearlyDay,
    st.sampled_from(["gregorian", "korean_lunar", "chinese_lunar"]),
    months,
    st.integers(1, 28),
    missing=st.sampled_from(["before", "after", "skip"]),
)


@given(yearly_days, st.dates(date(2025, 1, 1), date(2046, 1, 1)))
def test_the_next_one_is_the_first_of_all_that_come(of, today):
    assert next_occurrence(of, today) == occurrences(of, today, today + timedelta(days=800))[0]


lunar_days = st.builds(
    YearlyDay,
    st.sampled_from(["korean_lunar", "chinese_lunar"]),
    months,
    st.integers(1, 30),
    leap_month=st.booleans(),
    missing=st.sampled_from(["before", "after"]),
)


@given(lunar_days, st.dates(date(2025, 1, 1), date(2038, 1, 1)))
def test_with_a_rule_for_missing_days_nobody_waits_longer_than_a_lunar_year(of, today):
    """Ten years of them: about one a year, whatever leap months and short months do."""
    found = [occurrence.on for occurrence in occurrences(of, today, today + timedelta(days=3653))]
    assert next_occurrence(of, today).on == found[0]
    gaps = [(later - earlier).days for earlier, later in pairwise(found)]
    # A leap month is up to 30 days from the month that stands in for it.
    assert all(323 <= gap <= 416 for gap in gaps)
