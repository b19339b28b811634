"""When digests leave, and to which of them an occurrence belongs. Pure: no clock, no database.

An occurrence belongs to the last digest that leaves before 18:00 of its day in its own zone. Where the user's weekdays
or quiet days leave none on that day, that is an earlier one: a reminder is pulled forward, never pushed back.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# By then who is to be greeted has not gone home yet.
LATEST = time(18)
# Longer than anybody is away; beyond it a digest stands for all that comes.
FAR_DAYS = 400


@dataclass(frozen=True)
class Schedule:
    """`weekdays`: 0 for Monday; `quiet`: (first, last) days without a digest."""

    zone: str
    hour: int
    weekdays: frozenset
    quiet: tuple = ()

    def is_quiet(self, day) -> bool:
        return any(first <= day <= last for first, last in self.quiet)

    def has(self, day) -> bool:
        return day.weekday() in self.weekdays and not self.is_quiet(day)

    def moment(self, day) -> datetime:
        """When the digest of a day leaves, in UTC. An hour that summer time skips is the one after, one twice the first."""
        return datetime.combine(day, time(self.hour), ZoneInfo(self.zone)).astimezone(UTC)

    def day_of(self, moment) -> date:
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def last(self, moment) -> date | None:
        """The day of the last digest that leaves at or before `moment`."""
        today = self.day_of(moment)
        days = (today - timedelta(days=n) for n in range(FAR_DAYS))
        return next((day for day in days if self.has(day) and self.moment(day) <= moment), None)

    def next(self, moment) -> date | None:
        """The day of the first digest that leaves after `moment`."""
        today = self.day_of(moment)
        days = (today + timedelta(days=n) for n in range(FAR_DAYS))
        return next((day for day in days if self.has(day) and self.moment(day) > moment), None)

    def belongs_to(self, deadline) -> date | None:
        """The day of the digest that tells of what must be told before `deadline`."""
        return self.last(deadline - timedelta(microseconds=1))

    def covers_until(self, day) -> datetime:
        """What must be told after the digest of `day` and up to here stands in it: the next one would be too late."""
        following = self.next(self.moment(day))
        return self.moment(following) if following else self.moment(day) + timedelta(days=FAR_DAYS)


def deadline(day: date, zone: str) -> datetime:
    """By when a reminder of `day` must have left, in UTC."""
    return datetime.combine(day, LATEST, ZoneInfo(zone)).astimezone(UTC)
