"""Birthdays and other yearly days of people: in the feed of who keeps the person and of who has the customer where he works.

Each occurrence is an event of its own. No RRULE can say a lunar day or what 29 February becomes, and none an age.
"""

from django.utils.translation import gettext as _

from crm.feeds.entry import MORNING, Entry
from crm.models import Employment, PersonDate
from crm.people import calendar_words


def yearly_days(asked):
    jobs = {}
    for person, name in (
        Employment.objects.filter(customer__owner=asked.user, to_on=None)
        .order_by("pk")
        .values_list("person", "customer__name")
    ):
        jobs.setdefault(person, []).append(name)
    for row in PersonDate.objects.to_greet().kept_by(asked.user).select_related("person"):
        said = _said_of(row, jobs.get(row.person_id, []))
        for year, occurrence in row.between(asked.first, asked.last):
            yield Entry(
                # By the year of its own calendar: in a civil one a lunar day may come twice, or not at all.
                key=f"yearly:{row.pk}:{year}",
                from_on=occurrence.on,
                to_on=occurrence.on,
                summary=_summary(row, occurrence.turns),
                alarm=MORNING,
                **said,
            )


def _said_of(row, jobs):
    """What is the same of each occurrence."""
    is_birthday = row.kind == PersonDate.Kind.BIRTHDAY
    details = [*jobs, calendar_words(row), row.label if is_birthday else ""]
    return {
        "details": tuple(part for part in details if part),
        "url": row.person.get_absolute_url(),
        "category": _("Birthdays") if is_birthday else _("Days to remember"),
    }


def _summary(row, turns):
    words = {"name": row.person, "age": turns, "what": row.label or _("Day to remember")}
    if row.kind != PersonDate.Kind.BIRTHDAY:
        return _("%(what)s: %(name)s") % words
    return _("Birthday: %(name)s, turns %(age)s") % words if turns else _("Birthday: %(name)s") % words
