"""The libraries' lunar calendars beside the sky: every day from 2025 to 2050, Korea's at UTC+9 and China's at UTC+8."""

from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from unittest.mock import patch

import pytest
from korean_lunar_calendar import KoreanLunarCalendar
from lunar_python import LunarYear, Solar

from crm.calendars.lunar import CHINESE, KOREAN, months
from tests.crm.calendars.new_moons import (
    CHINA,
    KOREA,
    lunar_year,
    new_moon,
    new_moon_dynamical,
    solar_term,
    sun_longitude,
    to_midnight,
)

FIRST, LAST = date(2025, 1, 1), date(2050, 12, 31)
LUNATIONS = range(309, 632)  # the new moons of 2025 to 2050
MINUTE = timedelta(minutes=1)


tables = KoreanLunarCalendar()


@cache
def in_korea(day):
    assert tables.setSolarDate(day.year, day.month, day.day)
    return tables.lunarYear, tables.lunarMonth, tables.lunarDay, tables.isIntercalation


@cache
def year_in_china(year):
    return LunarYear(year)


@cache
def in_china(day):
    # The library keeps one year only, and for a day before its new year reckons two.
    with patch.object(LunarYear, "fromYear", year_in_china):
        lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return lunar.getYear(), abs(lunar.getMonth()), lunar.getDay(), lunar.getMonth() < 0


def test_the_sky_is_where_meeus_says():
    """Example 49.a, and the instants that almanacs print (to the minute)."""
    assert new_moon_dynamical(-283) + 2451545 == pytest.approx(2443192.65118, abs=1e-5)
    # Example 25.b has 199.906061 by the full theory.
    assert sun_longitude(2448908.5 - 2451545) == pytest.approx(199.906061, abs=0.0005)
    printed = [
        (solar_term(2024, 0), datetime(2024, 3, 20, 3, 6)),
        (solar_term(2025, 90), datetime(2025, 6, 21, 2, 42)),
        (solar_term(2025, 270), datetime(2025, 12, 21, 15, 3)),
        (new_moon(310), datetime(2025, 1, 29, 12, 36)),
        (new_moon(323), datetime(2026, 2, 17, 12, 1)),
    ]
    for computed, almanac in printed:
        assert abs(computed - almanac) <= MINUTE, almanac


@pytest.mark.parametrize(("library", "zone"), [(in_korea, KOREA), (in_china, CHINA)])
def test_every_day_of_the_libraries_is_the_one_of_the_sky(library, zone):
    sky = [month for year in range(2024, 2051) for month in lunar_year(year, zone)]
    ends = [month.first for month in sky[1:]] + [date.max]
    begun = 0
    for offset in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=offset)
        while ends[begun] <= day:
            begun += 1
        month = sky[begun]
        computed = month.year, month.number, (day - month.first).days + 1, month.leap
        assert library(day) == computed, f"new moon at {month.new_moon + zone} there"


def test_new_moons_so_near_midnight_that_a_small_error_moves_a_day_are_known_by_name():
    """A minute off, Korea's November 2044 would still begin on the 19th; no other new moon comes as near."""
    near = {
        (zone.seconds // 3600, (new_moon(k) + zone).replace(microsecond=0))
        for k in LUNATIONS
        for zone in (KOREA, CHINA)
        if to_midnight(new_moon(k), zone) < 3 * MINUTE
    }
    assert near == {(9, datetime(2044, 11, 19, 23, 57, 46))}
    assert in_korea(date(2044, 11, 19))[2] == 1


def test_no_solar_term_so_near_midnight_decides_about_a_leap_month():
    """Two come within three minutes in Korea; the month that each is in is the same on either side of midnight."""
    near = [
        (degrees, (solar_term(year, degrees) + zone).replace(microsecond=0), zone)
        for year in range(2025, 2051)
        for degrees in range(0, 360, 30)
        for zone in (KOREA, CHINA)
        if to_midnight(solar_term(year, degrees), zone) < 3 * MINUTE
    ]
    assert [(degrees, moment) for degrees, moment, _ in near] == [
        (270, datetime(2025, 12, 22, 0, 2, 43)),
        (330, datetime(2030, 2, 18, 23, 59, 40)),
    ]
    for _, moment, zone in near:
        sides = {in_korea((moment + side).date())[:2] for side in (-3 * MINUTE, 3 * MINUTE)}
        assert zone == KOREA
        assert len(sides) == 1, moment


# Years in which our tables of the Chinese calendar begin a month on another day than the sky does.
CHINESE_DIFFERENCES = {
    # 8 August 2097, 00:01:22 in Beijing with our guess of how the earth will turn, a minute of which is uncertain by
    # then; the library begins the seventh month on the 7th.
    2097: datetime(2097, 8, 8, 0, 1, 22),
}


@pytest.mark.parametrize(
    ("calendar", "zone", "years"),
    [(KOREAN, KOREA, range(1950, 2051)), (CHINESE, CHINA, range(1950, 2101))],
)
def test_our_months_are_those_of_the_sky_as_far_as_people_live(calendar, zone, years):
    for year in years:
        sky = lunar_year(year, zone)
        ours = months(calendar, year)
        begins = [(month.number, month.leap, month.first) for month in ours]
        computed = [(month.number, month.leap, month.first) for month in sky]
        # The Korean tables end within the eleventh month of 2050.
        if (calendar, year) == (KOREAN, 2050):
            computed = computed[: len(begins)]
        if calendar == CHINESE and year in CHINESE_DIFFERENCES:
            moments = [m.new_moon for m, a, b in zip(sky, begins, computed, strict=True) if a != b]
            assert [(m + zone).replace(microsecond=0) for m in moments] == [CHINESE_DIFFERENCES[year]]
            assert to_midnight(moments[0], zone) < 2 * MINUTE
        else:
            assert begins == computed, year
        lengths = [month.days for month in ours[:-1]]
        assert lengths == [(b.first - a.first).days for a, b in pairwise(ours)]


def test_leap_months_of_our_years():
    """The same in both calendars; the one of 2033 is after the eleventh month, where older tables had it wrong."""
    for calendar in (KOREAN, CHINESE):
        leaps = {year: [m.number for m in months(calendar, year) if m.leap] for year in range(2025, 2051)}
        assert {year: found[0] for year, found in leaps.items() if found} == {
            2025: 6, 2028: 5, 2031: 3, 2033: 11, 2036: 6, 2039: 5, 2042: 2, 2044: 7, 2047: 5, 2050: 3,
        }  # fmt: skip


def test_where_korea_and_china_differ_the_new_moon_falls_between_their_midnights():
    differing = 0
    for year in range(2025, 2050):
        for korean, chinese in zip(lunar_year(year, KOREA), lunar_year(year, CHINA), strict=True):
            if korean.first != chinese.first:
                differing += 1
                assert (chinese.new_moon + CHINA).hour == 23, chinese
    assert differing == 11
