import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine import calendar

days = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


@given(days)
def test_days_and_months_round_trip(day):
    number = calendar.epoch_day(day)
    assert calendar.from_epoch_day(number) == day
    assert calendar.weekday(number) == day.weekday()
    assert calendar.month_label(calendar.month_index(number)) == f"{day:%Y-%m}"
    assert calendar.month_start(calendar.month_index(number)) == calendar.epoch_day(day.replace(day=1))
    assert calendar.month_of([number])[0] == calendar.month_index(number)


@given(days, st.integers(1, 12))
def test_every_day_is_in_its_fiscal_year(day, start):
    first, last = calendar.fiscal_period(calendar.fiscal_year(calendar.epoch_day(day), start), start)
    assert first <= calendar.epoch_day(day) <= last
    assert calendar.from_epoch_day(first).month == start
    assert last - first in (364, 365)


def test_a_fiscal_year_is_named_by_where_it_begins():
    assert calendar.fiscal_year(calendar.epoch_day(dt.date(2026, 3, 31)), 4) == 2025
    assert calendar.fiscal_year(calendar.epoch_day(dt.date(2026, 4, 1)), 4) == 2026
    with pytest.raises(ValueError, match="1 to 12"):
        calendar.fiscal_year(0, 13)


def test_the_next_working_day_passes_over_the_weekend():
    saturday = calendar.epoch_day(dt.date(2026, 11, 28))
    assert calendar.from_epoch_day(calendar.next_working_day(saturday)) == dt.date(2026, 11, 30)
    assert calendar.next_working_day(saturday, closed_weekdays=(4,)) == saturday
    with pytest.raises(ValueError, match="working day"):
        calendar.next_working_day(saturday, closed_weekdays=range(7))
