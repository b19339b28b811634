"""What every source of a calendar feed has in common. A source is one function, one line in settings.FEED_SOURCES, one test."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User

DAYS_BACK, DAYS_AHEAD = 31, 731
# The hour at which one is reminded of a day.
MORNING = 9


@dataclass(frozen=True)
class Asked:
    """Whose feed, on which day of his it is read, and from when to when."""

    user: User
    today: date
    first: date
    last: date

    @classmethod
    def on(cls, user, today):
        return cls(user, today, today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD))


@dataclass(frozen=True)
class Entry:
    """Civil days from `from_on` to `to_on`, both included.

    `key` names the same thing after whatever it says was corrected. What an entry says holds on any day on which it is
    read: no "tomorrow", no "in 7 days". `alarm`: hours after midnight of the first day.
    """

    key: str
    from_on: date
    to_on: date
    summary: str
    details: tuple = ()
    url: str = ""
    category: str = ""
    alarm: int | None = None


def entries(asked) -> list[Entry]:
    """In the language and formats that are active; a fixed number of queries a source. Nothing for who was switched off."""
    if not asked.user.is_active:
        return []
    found = [entry for source in _sources() for entry in source(asked)]
    return sorted(found, key=lambda entry: (entry.from_on, entry.key))


@cache
def _sources():
    return [import_string(path) for path in settings.FEED_SOURCES]
