"""The birthdays of a year, month by month, as one hangs them on a wall."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.access import visible
from crm.models import Employment, Person, PersonDate
from crm.people import calendar_words

FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True)
class Birthday:
    on: date
    person: Person
    turns: int | None
    # Lunar 10/9, or 29 February in a year that has none.
    calendar: str
    jobs: list

    @property
    def details(self):
        turns = _("turns %(age)s") % {"age": self.turns} if self.turns else ""
        return " · ".join(part for part in (*self.jobs, turns, self.calendar) if part)


@dataclass(frozen=True)
class Month:
    number: int
    days: list


@dataclass(frozen=True)
class Year:
    """`unknown`: people whose day nobody can tell, for the tables of their calendar end before the year does."""

    number: int
    months: list
    unknown: list

    @property
    def count(self):
        return sum(len(birthdays) for month in self.months for _day, birthdays in month.days)


def year_of(user, number) -> Year:
    """Of everybody whom the user may see, and who is there to be greeted. A fixed number of queries."""
    first, last = date(number, 1, 1), date(number, 12, 31)
    rows = visible(user, PersonDate.objects).to_greet().filter(kind=PersonDate.Kind.BIRTHDAY)
    jobs = visible(user, Employment.objects).filter(to_on=None).select_related("customer").order_by("pk")
    seen = Prefetch("person__employments", jobs, to_attr="jobs")
    unknown = [row.person for row in rows.beyond_tables(last).select_related("person")]
    days = {}
    for row in rows.select_related("person").prefetch_related(seen):
        for _year, occurrence in row.between(first, last):
            days.setdefault(occurrence.on, []).append(_birthday(row, occurrence))
    months = [
        Month(month, [(day, _by_name(days[day])) for day in sorted(days) if day.month == month])
        for month in range(1, 13)
    ]
    return Year(number, months, sorted(unknown, key=str))


def _birthday(row, occurrence):
    on = occurrence.on
    moved = row.calendar == PersonDate.Calendar.GREGORIAN and (row.month, row.day) != (on.month, on.day)
    words = _("born on 29 February") if moved else calendar_words(row)
    names = [job.customer.name for job in row.person.jobs]
    return Birthday(on, row.person, occurrence.turns, words, names)


def _by_name(birthdays):
    return sorted(birthdays, key=lambda birthday: str(birthday.person))
