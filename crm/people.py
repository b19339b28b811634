"""The people one knows: when they were last talked to, and when their days come round."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import visible
from crm.models import Note, Person, PersonDate
from crm.templatetags.figures import initials

SOON_DAYS = 14
COLOURS = 4


@dataclass(frozen=True)
class Birthday:
    """The next time that a day of the year comes round."""

    on: date
    days_away: int
    turns: int | None
    # lunar 10/9, for calendars that the civil date does not show.
    calendar: str

    @property
    def soon(self):
        return self.days_away <= SOON_DAYS


@dataclass(frozen=True)
class Contact:
    """The last time that somebody was really talked to."""

    at: datetime
    kind: str

    @property
    def on(self):
        return _civil(self.at)


@dataclass(frozen=True)
class Known:
    pk: int
    url: str
    name: str
    native_name: str
    role: str
    initials: str
    colour: str
    last_contact: Contact | None = None
    birthday: date | None = None
    days_away: int | None = None
    turns: int | None = None
    calendar: str = ""

    @property
    def soon(self):
        return self.days_away is not None and self.days_away <= SOON_DAYS


def people_of(customer, user, today) -> list[Known]:
    """Who works there now, the next birthday first. Nobody who left, died or is archived. Four queries."""
    people = list(
        visible(user, Person.objects)
        .works_at(customer)
        .filter(status=Person.Status.ACTIVE)
        .prefetch_related("dates", "employments")
    )
    contacts = last_contacts(user, [person.pk for person in people])
    known = [_known(person, customer, contacts.get(person.pk), today) for person in people]
    return sorted(known, key=lambda person: (person.birthday or date.max, person.name))


def _known(person, customer, contact, today):
    jobs = [job for job in person.employments.all() if job.customer_id == customer.pk and job.to_on is None]
    fields = {
        "pk": person.pk,
        "url": person.get_absolute_url(),
        "name": str(person),
        "native_name": person.native_name if person.latin_name else "",
        "role": jobs[0].role if jobs else "",
        "initials": initials(person),
        "colour": colour(person),
        "last_contact": contact,
    }
    found = birthday_of(person, today)
    if not found:
        return Known(**fields)
    return Known(
        **fields, birthday=found.on, days_away=found.days_away, turns=found.turns, calendar=found.calendar
    )


def colour(person):
    return f"p{person.pk % COLOURS + 1}"


def birthday_of(person, today) -> Birthday | None:
    """His next birthday; None for who is not to be greeted, left, died or is archived. Reads prefetched `dates`."""
    if not person.greet or person.status != Person.Status.ACTIVE:
        return None
    day = next((day for day in person.dates.all() if day.kind == PersonDate.Kind.BIRTHDAY), None)
    return next_birthday(day, today) if day else None


def next_birthday(person_date, today) -> Birthday | None:
    """The next time of a PersonDate, in words that say its calendar; None beyond the tables of that calendar."""
    found = person_date.next(today)
    if not found:
        return None
    return Birthday(found.on, (found.on - today).days, found.turns, calendar_words(person_date))


def calendar_words(birthday):
    """lunar 10/9, for calendars that the civil date does not show."""
    day = f"{birthday.month}/{birthday.day}"
    if birthday.calendar == PersonDate.Calendar.GREGORIAN:
        return ""
    if birthday.leap_month:
        return _("lunar leap %(day)s") % {"day": day}
    return _("lunar %(day)s") % {"day": day}


def contact_notes(user):
    """Inside a query about people: the notes that say when each was really talked to, the newest first."""
    return (
        visible(user, Note.objects)
        .filter(people=OuterRef("pk"), kind__in=Note.CONTACT_KINDS)
        .order_by("-happened_at", "-pk")
    )


def with_last_contact(people, user):
    """Adds last_contact_at, which SQL can sort and filter by."""
    return people.annotate(last_contact_at=Subquery(contact_notes(user).values("happened_at")[:1]))


def last_contacts(user, pks) -> dict[int, Contact]:
    """{person: the last real contact}, of those who were ever talked to. One query."""
    newest = contact_notes(user)
    rows = Person.objects.filter(pk__in=pks).annotate(
        at=Subquery(newest.values("happened_at")[:1]), how=Subquery(newest.values("kind")[:1])
    )
    return {
        pk: Contact(at, Note.Kind(how).label) for pk, at, how in rows.values_list("pk", "at", "how") if at
    }


def not_contacted_for(people, user, days, today):
    """Those to whom nobody talked in `days` days, or ever."""
    quiet = Q(last_contact_at=None) | Q(last_contact_at__lt=_morning(today - timedelta(days=days)))
    return with_last_contact(people, user).filter(quiet)


def over_cadence(people, user, today):
    """Those whose own cadence ends today or has passed; who was never talked to is counted from when he was entered."""
    cadences = people.order_by().exclude(cadence_days=None).values_list("cadence_days", flat=True).distinct()
    over = Q(pk__in=[])
    for days in cadences:
        since = _morning(today - timedelta(days=days - 1))
        over |= Q(cadence_days=days) & (
            Q(last_contact_at__lt=since) | Q(last_contact_at=None, created_at__lt=since)
        )
    return with_last_contact(people, user).filter(over)


def days_over(person, contact, today):
    """By how many days his cadence has passed, 0 on the day it ends, below while there is time; None without one."""
    if not person.cadence_days:
        return None
    since = contact.on if contact else _civil(person.created_at)
    return (today - since).days - person.cadence_days


def born_in(people, month, today):
    """Those of `people` whose next birthday falls into a civil month."""
    mine = people.order_by().values("pk")
    births = PersonDate.objects.filter(kind=PersonDate.Kind.BIRTHDAY, person__in=mine)
    fixed = Q(calendar=PersonDate.Calendar.GREGORIAN, month=month) & ~Q(month=2, day=29)
    # Where the civil day moves from year to year it is worked out: a lunar month reaches up to three months further.
    near = Q(month__in=[(month - back - 1) % 12 + 1 for back in range(4)])
    moving = births.filter(near & ~Q(calendar=PersonDate.Calendar.GREGORIAN) | Q(month=2, day=29))
    found = [
        day.person_id for day in moving if (comes := day.next(today)) is not None and comes.on.month == month
    ]
    return people.filter(Q(pk__in=births.filter(fixed).values("person")) | Q(pk__in=found))


def _civil(moment):
    """Its day where the reader is."""
    return moment.astimezone(timezone.get_current_timezone()).date()


def _morning(day):
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
