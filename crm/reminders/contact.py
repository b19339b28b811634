"""People with whom one meant to keep in touch and has not: once for each silence."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.models import Note, NotePerson, Person
from crm.reminders.at_work import employers
from crm.reminders.kind import Kind, Line, Occasion


class OutOfTouch(Kind):
    """Told to who keeps the person; any real contact that is written down, by whomever, moves it on."""

    name = "contact"
    label = gettext_lazy("Not in touch for too long")
    heading = gettext_lazy("Not in touch for too long")
    lasting = True

    def occasions(self, users, first, last, now):
        people = Person.objects.filter(
            status=Person.Status.ACTIVE, cadence_days__isnull=False, owner__in=list(users)
        )
        rows = people.order_by().values_list("pk", "owner", "cadence_days", "created_at", "time_zone")
        met = _last_contacts(people)
        for pk, owner, cadence, entered, zone in rows:
            since = met.get(pk, entered).astimezone(ZoneInfo(users[owner].time_zone)).date()
            day = since + timedelta(days=cadence)
            if first <= day <= last:
                yield Occasion(owner, pk, day, zone or users[owner].time_zone)

    def lines(self, user, items, clock):
        people = Person.objects.filter(
            pk__in={item.subject for item in items},
            owner=user,
            status=Person.Status.ACTIVE,
            cadence_days__isnull=False,
        )
        people = people.in_bulk()
        met, jobs = _last_contacts(list(people)), employers(user, list(people))
        lines = {}
        for item in items:
            person = people.get(item.subject)
            if person is None:
                continue
            at = met.get(person.pk, person.created_at)
            since = at.astimezone(ZoneInfo(user.time_zone)).date()
            if since + timedelta(days=person.cadence_days) != item.occurs_on:
                continue
            days = clock.late(since)
            if person.pk in met:
                ago = ngettext("last contact %(n)s day ago", "last contact %(n)s days ago", days) % {
                    "n": days
                }
            else:
                ago = _("no contact written down yet")
            lines[item] = Line(
                title=str(person),
                url=person.get_absolute_url(),
                when=item.occurs_on,
                detail=" · ".join(part for part in (jobs.get(person.pk, ""), ago) if part),
            )
        return lines


def _last_contacts(people):
    """person -> when one was really in touch, as anybody wrote it down."""
    rows = NotePerson.objects.filter(
        person__in=people, note__kind__in=Note.CONTACT_KINDS, note__deleted_at=None
    )
    return dict(rows.order_by().values_list("person").annotate(last=Max("note__happened_at")))
