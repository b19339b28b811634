"""Civil days as int32 epoch days (days since 1970-01-01), months as months since 1970-01."""

import datetime as dt

import numpy as np

EPOCH = dt.date(1970, 1, 1).toordinal()
YEAR = 365


def epoch_day(day: dt.date) -> int:
    return day.toordinal() - EPOCH


def from_epoch_day(number: int) -> dt.date:
    return dt.date.fromordinal(int(number) + EPOCH)


def iso(number: int) -> str:
    return from_epoch_day(number).isoformat()


def weekday(days):
    """Monday is 0. Works on a number and on an array."""
    return (days + 3) % 7


def month_of(days: np.ndarray) -> np.ndarray:
    """Months since 1970-01 of an array of epoch days."""
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def month_index(day: int) -> int:
    civil = from_epoch_day(day)
    return (civil.year - 1970) * 12 + civil.month - 1


def month_start(index: int) -> int:
    return epoch_day(dt.date(1970 + index // 12, index % 12 + 1, 1))


def month_label(index: int) -> str:
    return f"{1970 + index // 12}-{index % 12 + 1:02d}"
