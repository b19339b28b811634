from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from korean_lunar_calendar import KoreanLunarCalendar
from lunar_python import Solar

from crm.calendars.birthdays import Occurrence, YearlyDay, is_to_come, next_occurrence
from crm.calendars.lunar import KNOWN_THROUGH
from tests.crm.calendars.test_new_moons import in_china, in_korea
from tests.crm.calendars.walking import occurrences


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


@pytest.mark.parametrize(
    ("calendar", "month", "day", "year", "said"),
    [
        ("gregorian", 11, 21, 2026, True),
        ("gregorian", 11, 20, 2026, False),
        ("gregorian", 1, 1, 2027, True),
        ("gregorian", 12, 24, 1985, False),
        ("gregorian", 12, 24, None, False),
        # The eleventh month of the moon begins on 9 December 2026.
        ("korean_lunar", 11, 1, 2026, True),
        ("korean_lunar", 10, 1, 2026, False),
        # Beyond the tables the year alone says it.
        ("korean_lunar", 1, 1, 2090, True),
    ],
)
def test_a_birth_is_to_come_by_its_day_in_whatever_calendar(calendar, month, day, year, said):
    assert is_to_come(YearlyDay(calendar, month, day, year=year), date(2026, 11, 20)) is said


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


def test_born_in_a_leap_month_a_year_that_has_it_again_goes_by_it():
    """The leap fifth month of 2009 comes again in 2028: the 10th is then 2 July, and not also 2 June."""
    of = {missing: YearlyDay("korean_lunar", 5, 10, leap_month=True, year=2009, missing=missing)
          for missing in ("before", "after", "skip")}  # fmt: skip
    assert days(of["before"], 2027, 2029) == [date(2027, 6, 14), date(2028, 7, 2), date(2029, 6, 21)]
    assert days(of["after"], 2027, 2029) == [date(2027, 7, 13), date(2028, 7, 2), date(2029, 7, 21)]
    assert days(of["skip"], 2025, 2050) == [date(2028, 7, 2), date(2039, 7, 1), date(2047, 7, 2)]
    assert next_occurrence(of["skip"], date(2028, 7, 3)) == Occurrence(date(2039, 7, 1), 30)


def test_an_ordinary_month_beside_its_leap_month_keeps_its_own_day():
    """Lunar 6/15 in 2025, when a leap sixth month followed: in the ordinary one, once."""
    assert days(YearlyDay("korean_lunar", 6, 15), 2025, 2025) == [date(2025, 7, 9)]


def test_a_leap_month_that_waits_for_itself_alone_is_waited_for():
    """The leap second month of 2023 comes again in 2042; a leap twelfth month not in anybody's life."""
    alone = YearlyDay("chinese_lunar", 2, 10, leap_month=True, year=2023, missing="skip")
    assert next_occurrence(alone, date(2026, 1, 1)) == Occurrence(date(2042, 3, 31), 19)
    assert next_occurrence(YearlyDay("chinese_lunar", 12, 1, True, missing="skip"), date(2026, 1, 1)) is None


def test_an_age_is_counted_in_the_years_of_the_birthdays_own_calendar():
    """Lunar 12/20 of lunar 1985 was in January 1986; forty are full on lunar 12/20 of lunar 2025, in February 2026."""
    of = YearlyDay("korean_lunar", 12, 20, year=1985)
    assert next_occurrence(of, date(2026, 1, 1)) == Occurrence(date(2026, 2, 7), 40)
    # A leap twelfth month's 1st kept on the first month's: still the year that ended.
    later = YearlyDay("korean_lunar", 12, 1, leap_month=True, year=1985, missing="after")
    assert next_occurrence(later, date(2026, 1, 1)) == Occurrence(date(2026, 2, 17), 40)


def test_around_new_year_nothing_is_lost_and_nothing_doubled():
    new_years_eve = YearlyDay("gregorian", 12, 31, year=1980)
    assert next_occurrence(new_years_eve, date(2026, 12, 31)) == Occurrence(date(2026, 12, 31), 46)
    assert next_occurrence(new_years_eve, date(2027, 1, 1)) == Occurrence(date(2027, 12, 31), 47)
    new_year = YearlyDay("gregorian", 1, 1, year=1980)
    assert occurrences(new_year, date(2026, 12, 31), date(2027, 1, 1)) == [Occurrence(date(2027, 1, 1), 47)]
    # Lunar 11/23 of 2026 is the last day of that civil year, lunar 11/24 the first of the next.
    assert days(YearlyDay("korean_lunar", 11, 23), 2026, 2026) == [date(2026, 1, 11), date(2026, 12, 31)]
    assert days(YearlyDay("korean_lunar", 11, 24), 2026, 2026) == [date(2026, 1, 12)]
    assert next_occurrence(YearlyDay("korean_lunar", 11, 24), date(2026, 12, 31)).on == date(2027, 1, 1)


def test_a_day_that_no_calendar_has_never_comes():
    for of in (
        YearlyDay("gregorian", 4, 31),
        YearlyDay("gregorian", 2, 30),
        YearlyDay("korean_lunar", 5, 31),
        YearlyDay("chinese_lunar", 5, 31, leap_month=True),
    ):
        assert next_occurrence(of, date(2026, 1, 1)) is None
        assert not occurrences(of, date(2025, 1, 1), date(2030, 12, 31))


def test_the_end_of_the_korean_tables_is_said():
    """Up to the last day of 2050, which is lunar 11/18, all is known; whatever asks beyond it is told so."""
    last = YearlyDay("korean_lunar", 11, 18, year=2000)
    assert occurrences(last, date(2050, 12, 31), date(2050, 12, 31)) == [Occurrence(date(2050, 12, 31), 50)]
    assert next_occurrence(last, date(2050, 12, 31)).on == date(2050, 12, 31)
    for month, day in [(5, 5), (11, 19), (12, 1)]:
        of = YearlyDay("korean_lunar", month, day)
        assert next_occurrence(of, date(2051, 6, 1)) is None
        assert len(occurrences(of, date(2049, 1, 1), date(2050, 12, 31))) >= 1
    assert next_occurrence(YearlyDay("korean_lunar", 11, 19), date(2050, 12, 1)) is None
    assert KNOWN_THROUGH["korean_lunar"] == date(2050, 12, 31)


def test_the_chinese_tables_do_not_end():
    assert next_occurrence(YearlyDay("chinese_lunar", 5, 5), date(2051, 1, 1)).on == date(2051, 6, 13)
    # New Year's days as China's observatory foretells them.
    expected = [date(2060, 2, 2), date(2080, 1, 22), date(2100, 2, 9)]
    for on in expected:
        assert days(YearlyDay("chinese_lunar", 1, 1), on.year, on.year) == [on]


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


# Through the libraries -------------------------------------------------------------------------------------------


def civil_days_of(library):
    """(lunar year, month, leap, day) -> civil day, by asking the library about every civil day."""
    days = (date(2024, 12, 1) + timedelta(days=offset) for offset in range(9527))
    return {library(day): day for day in days}


def by_rule(of, year, civil_days):
    """The rules once more, of what the library knows: exact, else the 30th's rule, else the leap month's."""
    exact = civil_days.get((year, of.month, of.day, of.leap_month))
    if exact or of.missing == "skip":
        return exact
    last = civil_days.get((year, of.month, 29, of.leap_month))
    if of.day == 30 and last:
        return last + timedelta(days=of.missing == "after")
    if not of.leap_month:
        return None
    if of.missing == "before":
        plain = YearlyDay(of.calendar, of.month, of.day, missing="before")
        return by_rule(plain, year, civil_days)
    later = (year, of.month + 1) if of.month < 12 else (year + 1, 1)
    return by_rule(YearlyDay(of.calendar, later[1], of.day, missing="after"), later[0], civil_days)


@pytest.mark.parametrize("last_year", [2028, pytest.param(2050, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("calendar", "library"), [("korean_lunar", in_korea), ("chinese_lunar", in_china)], ids=["Korea", "China"]
)
def test_every_lunar_day_with_every_rule_in_every_year_is_what_the_library_says(calendar, library, last_year):
    """2025 to 2050, where the Korean tables end: all occurrences, and the next one around each of them.

    The quick round sees four years, with two leap months among them.
    """
    civil_days = civil_days_of(library)
    first, last = date(2025, 1, 1), date(last_year, 12, 31)
    for month, day, leap, missing in product(
        range(1, 13), range(1, 31), (False, True), ("before", "after", "skip")
    ):
        of = YearlyDay(calendar, month, day, leap, missing=missing)
        expected = sorted({by_rule(of, year, civil_days) for year in range(2024, last_year + 1)} - {None})
        expected = [on for on in expected if first <= on <= last]
        found = [occurrence.on for occurrence in occurrences(of, first, last)]
        assert found == expected, of
        for on in expected[:12]:
            assert next_occurrence(of, on).on == on


def test_every_solar_day_with_every_rule_in_every_year():
    """Against `date` itself: it is there, or it is 29 February."""
    for month, day, missing in product(range(1, 13), range(1, 32), ("before", "after", "skip")):
        expected = []
        for year in range(2025, 2051):
            try:
                expected.append(date(year, month, day))
            except ValueError:
                if (month, day) == (2, 29) and missing != "skip":
                    expected.append(date(year, 2, 28) if missing == "before" else date(year, 3, 1))
        assert days(YearlyDay("gregorian", month, day, missing=missing), 2025, 2050) == expected


anything_with_a_rule = st.builds(
    YearlyDay,
    st.sampled_from(["gregorian", "korean_lunar", "chinese_lunar"]),
    months,
    st.integers(1, 31),
    leap_month=st.booleans(),
    year=st.integers(1900, 2023),
    missing=st.sampled_from(["before", "after"]),
)


@given(anything_with_a_rule, st.dates(date(2025, 1, 1), date(2040, 1, 1)))
def test_each_time_is_a_year_of_the_calendar_later_and_a_year_older(of, today):
    ages = [at.turns for at in occurrences(of, today, today + timedelta(days=3653))]
    assert all(later - earlier == 1 for earlier, later in pairwise(ages))


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
    gaps = [(later - earlier).days for earlier, later in pairwise(found)]
    # A leap month is up to 30 days from the month that stands in for it.
    assert all(323 <= gap <= 416 for gap in gaps)
