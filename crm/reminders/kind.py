"""What every kind of reminder has in common. A kind is one module, one line in settings.REMINDER_KINDS and one test."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

# A reminder that was missed is still told for so long; after a longer silence of the worker, whatever it missed.
BELATED_DAYS = 7


@dataclass(frozen=True)
class Occasion:
    """Something to be reminded of. `occurs_on` tells one occurrence of the subject from the next; `due_on`, where it is
    another day, is the one that the reminder leads up to; `zone`: in which that day is meant."""

    user: int
    subject: int
    occurs_on: date
    zone: str
    due_on: date | None = None

    @property
    def day(self):
        return self.due_on or self.occurs_on


@dataclass(frozen=True)
class Line:
    """A line of a digest. `links`: (words, address) beside it; `copy`: words to be copied; `late`: days after its day."""

    title: str
    url: str
    when: date
    detail: str = ""
    links: tuple = ()
    copy: str = ""
    late: int = 0


class Kind:
    """`leads`: days ahead, where a user says nothing else; `heading`: of its lines in the digest."""

    name = ""
    label = ""
    heading = ""
    leads = (0,)
    # True: as long as it lasts and nobody was told, it is due, however long ago it began.
    lasting = False

    def occasions(self, users, first, last, now):
        """Those of `users` ({key: user}) whose day lies from `first` to `last`, as things stand `now`, which is another day
        where another user is. A fixed number of queries, whatever there is."""
        raise NotImplementedError

    def lines(self, user, items, clock):
        """{item: Line} of digest items as they stand now; what is no longer so has no line. A fixed number of queries."""
        raise NotImplementedError


@cache
def kinds() -> dict[str, Kind]:
    found = [import_string(path)() for path in settings.REMINDER_KINDS]
    return {kind.name: kind for kind in found}


def leads_of(kind, settings_of_user) -> tuple:
    """Days ahead in which this user wants this kind; none where he left it out."""
    if kind.name in settings_of_user.off:
        return ()
    return tuple(sorted(set(settings_of_user.leads.get(kind.name, kind.leads))))
