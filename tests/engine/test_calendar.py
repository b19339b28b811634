import datetime as dt

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
