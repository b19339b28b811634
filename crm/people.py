"""The people at a customer's, with their next birthdays."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.access import visible
from crm.calendars.birthdays import YearlyDay, next_occurrence
from crm.models import Person, PersonDate
from crm.templatetags.figures import initials

SOON_DAYS = 14
COLOURS = 4


@dataclass(frozen=True)
class Known:
    pk: int
    name: str
    native_name: str
    role: str
    initials: str
    colour: str
    birthday: date | None = None
    days_away: int | None = None
    turns: int | None = None
    calendar: str = ""

    @property
    def soon(self):
        return self.days_away is not None and self.days_away <= SOON_DAYS


def people_of(customer, user, today) -> list[Known]:
    """Who works there now, the next birthday first. Nobody who left, died or is archived. Two queries."""
    here = customer.employments.filter(to_on=None).values("person")
    people = (
        visible(user, Person.objects)
        .filter(pk__in=here, status=Person.Status.ACTIVE)
        .prefetch_related("dates", "employments")
    )
    known = [_known(person, customer, today) for person in people]
    return sorted(known, key=lambda person: (person.birthday or date.max, person.name))


def _known(person, customer, today):
    role = next((job.role for job in person.employments.all() if job.customer_id == customer.pk), "")
    fields = {
        "pk": person.pk,
        "name": str(person),
        "native_name": person.native_name if person.latin_name else "",
        "role": role,
        "initials": initials(person),
        "colour": f"p{person.pk % COLOURS + 1}",
    }
    birthday = next((day for day in person.dates.all() if day.kind == PersonDate.Kind.BIRTHDAY), None)
    if not birthday or not person.greet:
        return Known(**fields)
    found = next_occurrence(
        YearlyDay(
            birthday.calendar,
            birthday.month,
            birthday.day,
            birthday.leap_month,
            birthday.year,
            birthday.missing,
        ),
        today,
    )
    if not found:
        return Known(**fields)
    days = (found.on - today).days
    return Known(
        **fields, birthday=found.on, days_away=days, turns=found.turns, calendar=calendar_words(birthday)
    )


def calendar_words(birthday):
    """lunar 10/9, for calendars that the civil date does not show."""
    day = f"{birthday.month}/{birthday.day}"
    if birthday.calendar == PersonDate.Calendar.GREGORIAN:
        return ""
    if birthday.leap_month:
        return _("lunar leap %(day)s") % {"day": day}
    return _("lunar %(day)s") % {"day": day}
