"""To which digest an occurrence belongs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.reminders.moments import Schedule, deadline

WEEK = frozenset(range(5))
ZONES = [
    "Pacific/Pago_Pago",
    "Asia/Kathmandu",
    "Asia/Seoul",
    "Europe/Berlin",
    "Pacific/Kiritimati",
    "America/New_York",
]


def schedule(zone="Europe/Berlin", hour=7, weekdays=WEEK, quiet=()):
    return Schedule(zone, hour, weekdays, quiet)


@pytest.mark.parametrize(
    ("zone", "of", "day", "expected"),
    [
        # At home: the morning of the day itself.
        ("Europe/Berlin", "Europe/Berlin", date(2026, 11, 26), date(2026, 11, 26)),
        # In Seoul it is three in the afternoon then: still the day.
        ("Europe/Berlin", "Asia/Seoul", date(2026, 11, 26), date(2026, 11, 26)),
        # In Kiritimati it is eight in the evening, too late: the morning before.
        ("Europe/Berlin", "Pacific/Kiritimati", date(2026, 11, 26), date(2026, 11, 25)),
        # In Pago Pago it is still the evening before, and the next morning here is the evening of the day there.
        ("Europe/Berlin", "Pacific/Pago_Pago", date(2026, 11, 26), date(2026, 11, 26)),
        # A Sunday is told on Friday.
        ("Europe/Berlin", "Europe/Berlin", date(2026, 11, 29), date(2026, 11, 27)),
        # Friday's digest in Seoul leaves when it is still Thursday, five in the afternoon, in New York.
        ("Asia/Seoul", "America/New_York", date(2026, 11, 26), date(2026, 11, 27)),
    ],
)
def test_the_digest_of_a_day(zone, of, day, expected):
    assert schedule(zone).belongs_to(deadline(day, of)) == expected


def test_quiet_days_pull_forward():
    quiet = ((date(2026, 12, 24), date(2027, 1, 3)),)
    assert schedule(quiet=quiet).belongs_to(deadline(date(2026, 12, 31), "Europe/Berlin")) == date(
        2026, 12, 23
    )


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        # 29 March 2026: two o'clock does not come in Berlin; it is three.
        (date(2026, 3, 29), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        # 25 October 2026: two o'clock comes twice; the first.
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, tzinfo=UTC)),
    ],
)
def test_the_nights_of_summer_time(day, moment):
    assert schedule(hour=2, weekdays=frozenset(range(7))).moment(day) == moment


@given(
    zone=st.sampled_from(ZONES),
    of=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_every_day_belongs_to_exactly_one_digest(zone, of, hour, weekdays, day):
    plan, by = schedule(zone, hour, weekdays), deadline(day, of)
    home = plan.belongs_to(by)
    # Never pushed back.
    assert plan.moment(home) < by
    near = [home + timedelta(days=n) for n in range(-8, 9)]
    assert [d for d in near if plan.has(d) and plan.moment(d) < by <= plan.covers_until(d)] == [home]
