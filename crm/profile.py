"""Everything about one person, as his page shows it."""

from calendar import isleap
from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date
from django.utils.translation import gettext as _

from accounts.access import visible
from crm import greeted
from crm.calendars.birthdays import YEARS_AHEAD
from crm.calendars.lunar import KNOWN_THROUGH
from crm.contacting import Way, way
from crm.models import ContactPoint, Customer, Employment, Person, PersonDate
from crm.people import Birthday, Contact, calendar_words, colour, days_over, last_contacts, next_birthday
from crm.templatetags.figures import day_year, locale

# Any leap year: only day and month of it are shown.
A_YEAR = 2000


@dataclass(frozen=True)
class Day:
    """`comes` is None where the day is not looked for, or does not come: then `never` says why. `greetings`: the last
    ones; `greet_on`: the occurrence for which one may greet him now."""

    label: str
    written: str
    is_birthday: bool
    comes: Birthday | None = None
    never: str = ""
    pk: int | None = None
    greetings: list = field(default_factory=list)
    greet_on: date | None = None


@dataclass(frozen=True)
class Profile:
    colour: str
    language: str
    customer: Customer | None
    jobs: list[Employment]
    earlier_jobs: list[Employment]
    ways: list[Way]
    days: list[Day]
    time_zone: str
    last_contact: Contact | None
    days_over: int | None
    previous: Person | None
    following: Person | None

    @property
    def days_left(self):
        return -self.days_over if self.days_over is not None else None


def profile_of(person, user, today) -> Profile:
    """A constant number of queries. Jobs at customers that are not the user's to see are left out."""
    jobs = list(
        visible(user, Employment.objects).filter(person=person).select_related("customer").order_by("-pk")
    )
    now = [job for job in jobs if job.to_on is None]
    before = sorted(
        (job for job in jobs if job not in now), key=lambda job: (job.to_on, job.pk), reverse=True
    )
    known = [job.customer for job in (*now, *before)]
    contact = last_contacts(user, [person.pk]).get(person.pk)
    days = sorted(person.dates.all(), key=_birthday_first)
    remembered = greeted.remembered(user, person, days, today)
    previous, following = _neighbours(person, known[0], user) if now else (None, None)
    return Profile(
        colour=colour(person),
        language=locale().languages.get(person.language, person.language),
        customer=known[0] if now else None,
        jobs=now,
        earlier_jobs=before,
        ways=ways_of(person, known[0].country if known else ""),
        days=[_day(row, person, today, remembered[row.pk]) for row in days],
        time_zone=person.time_zone or (known[0].time_zone if now else ""),
        last_contact=contact,
        days_over=days_over(person, contact, today),
        previous=previous,
        following=following,
    )


def ways_of(person, region):
    order = list(ContactPoint.Kind)
    points = sorted(person.contact_points.all(), key=lambda point: (order.index(point.kind), point.pk))
    return [way(point, region) for point in points]


def written(row):
    """A day of the year as its own calendar writes it: 28 Nov 1985; lunar 10/9, 1985."""
    lunar = calendar_words(row)
    if lunar:
        return f"{lunar}, {row.year}" if row.year else lunar
    if not row.year:
        return format_date(date(A_YEAR, row.month, row.day), _("d MMM"), locale=locale())
    if (row.month, row.day) == (2, 29) and not isleap(row.year):
        return f"{format_date(date(A_YEAR, 2, 29), _('d MMM'), locale=locale())} ({row.year})"
    return day_year(date(row.year, row.month, row.day))


def _day(row, person, today, remembered):
    is_birthday = row.kind == PersonDate.Kind.BIRTHDAY
    shown = {
        "label": row.label or row.get_kind_display(),
        "written": written(row),
        "is_birthday": is_birthday,
        "pk": row.pk,
        "greetings": remembered.greetings,
    }
    if person.status != Person.Status.ACTIVE:
        # Nobody congratulates the dead, or remembers who left.
        return Day(**shown)
    comes = next_birthday(row, today)
    greet_on = remembered.open_on if is_birthday and person.greet else None
    return Day(**shown, comes=comes, never="" if comes else _never(row, today), greet_on=greet_on)


def _never(row, today):
    end = KNOWN_THROUGH.get(row.calendar, date.max)
    if today.year + YEARS_AHEAD > end.year:
        return _(
            "The tables of the Korean lunar calendar end with %(year)s: the day is not known any more."
        ) % {"year": end.year}
    return _("This day does not come in the next %(n)s years.") % {"n": YEARS_AHEAD}


def _birthday_first(row):
    return row.kind != PersonDate.Kind.BIRTHDAY, row.month, row.day, row.pk


def _neighbours(person, customer, user):
    """Who comes before and after him in the list of the people who work there."""
    people = list(
        visible(user, Person.objects).works_at(customer).exclude(status=Person.Status.ARCHIVED).by_name()
    )
    place = next((place for place, other in enumerate(people) if other.pk == person.pk), None)
    if place is None:
        return None, None
    return people[place - 1] if place else None, people[place + 1] if place + 1 < len(people) else None
