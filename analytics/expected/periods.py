"""The days, weeks and months that the page of expected orders shows: its state, in its address."""

from dataclasses import dataclass
from datetime import date, timedelta

from accounts import formats

MONTH, WEEK, DAY = "month", "week", "day"
VIEWS = (MONTH, WEEK, DAY)
# As far as orders are added up; those who are known up to five weeks ago are still in it wholly.
AHEAD = timedelta(days=91)
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Civil days `since` to `until`, both included."""

    view: str
    since: date
    until: date

    @classmethod
    def around(cls, view, day):
        if view == DAY:
            return cls(DAY, day, day)
        if view == WEEK:
            first = day - timedelta(days=(day.weekday() - formats.current().week_start) % 7)
            return cls(WEEK, first, first + timedelta(days=6))
        first = day.replace(day=1)
        return cls(MONTH, first, _first_of_next(first) - ONE)

    @classmethod
    def asked(cls, view, on, today):
        """The period of an address (each may be left out): never over, never further ahead than orders are added up."""
        return cls.around(view or MONTH, min(max(on or today, today), today + AHEAD))

    @property
    def days(self):
        return [self.since + timedelta(days=n) for n in range((self.until - self.since).days + 1)]

    @property
    def query(self):
        return f"view={self.view}&on={self.since}"

    def before(self, today):
        """The one before, or None where that is over."""
        return Period.around(self.view, self.since - ONE) if self.since > today else None

    def after(self, today):
        following = Period.around(self.view, self.until + ONE)
        return following if following.since <= today + AHEAD else None


def weeks(period) -> list[Period]:
    """Whole weeks that hold the period; they begin on the day on which the reader's begin."""
    found = [Period.around(WEEK, period.since)]
    while found[-1].until < period.until:
        found.append(Period.around(WEEK, found[-1].until + ONE))
    return found


def coming(view, today) -> list[Period]:
    """All periods from the running one on, as far ahead as orders are added up and as their days are all in it."""
    found = [Period.around(view, today)]
    while found[-1].until + ONE <= today + AHEAD:
        following = Period.around(view, found[-1].until + ONE)
        if following.until > today + AHEAD and view != MONTH:
            break
        found.append(following)
    return found


def _first_of_next(first):
    return (first + timedelta(days=32)).replace(day=1)
