"""Birthdays and other yearly days of people: told to who keeps the person and to who has the customer where he works."""

from dataclasses import replace
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import visible
from crm.contacting import way
from crm.models import ContactPoint, Employment, Greeting, GreetingMail, PersonDate
from crm.people import calendar_words
from crm.reminders import at_work, greetings
from crm.reminders.kind import Kind, Line, Occasion


class Yearly(Kind):
    """`date_kind`: of PersonDate."""

    date_kind = ""

    def occasions(self, users, first, last, now):
        rows = PersonDate.objects.to_greet().filter(kind=self.date_kind).select_related("person")
        falling = rows.falling(first, last)
        people = {row.person_id for row, _found in falling}
        zones, owners = at_work.zones(people), {}
        for person, owner in (
            Employment.objects.filter(person__in=people, to_on=None)
            .order_by("pk")
            .values_list("person", "customer__owner")
        ):
            owners.setdefault(person, []).append(owner)
        for row, found in falling:
            zone = row.person.time_zone or zones.get(row.person_id, "")
            for user in dict.fromkeys([row.person.owner_id, *owners.get(row.person_id, [])]):
                if user in users:
                    yield Occasion(user, row.pk, found.on, zone or users[user].time_zone)

    def lines(self, user, items, clock):
        days, wanted = [item.occurs_on for item in items], {item.subject for item in items}
        # Who has the customer by now: after a handover it is another.
        rows = PersonDate.objects.to_greet().kept_by(user).filter(pk__in=wanted).select_related("person")
        found = {(row.pk, o.on): (row, o) for row, o in rows.falling(min(days), max(days))} if items else {}
        people = [row.person_id for row, _o in found.values()]
        points, last = _points(people), _last_greetings(user, people, clock.today())
        jobs, zones = at_work.employers(user, people), at_work.zones(people)
        proposed = set(
            GreetingMail.objects.filter(
                user=user, state=GreetingMail.State.PROPOSED, date__in=wanted
            ).values_list("date", "occurs_on")
        )
        lines = {}
        for item in items:
            row, occurrence = found.get((item.subject, item.occurs_on), (None, None))
            # Corrected, removed, or no longer to be greeted since it was planned: then it is not so.
            if row:
                person = row.person
                line = self._line(
                    row,
                    occurrence,
                    clock,
                    person.time_zone or zones.get(person.pk, ""),
                    points.get(person.pk, []),
                    jobs.get(person.pk, ""),
                    last.get(person.pk),
                )
                if (row.pk, occurrence.on) in proposed:
                    ask = (_("Approve the greeting"), reverse("greeting_mails"))
                    line = replace(line, links=(ask, *line.links))
                lines[item] = line
        return lines

    def _line(self, row, occurrence, clock, zone, points, job, last):
        person = row.person
        late = clock.late(occurrence.on, zone)
        words = greetings.words(person, self.date_kind, late)
        parts = [
            job,
            clock.words(occurrence.on, zone),
            _("turns %(age)s") % {"age": occurrence.turns} if occurrence.turns and not late else "",
            calendar_words(row),
            row.label,
            last,
        ]
        greet = reverse("greet", args=[row.pk, occurrence.on.isoformat()])
        links = [(point.shown, point.href) for point in points if point.href]
        return Line(
            title=str(person),
            url=person.get_absolute_url(),
            when=occurrence.on,
            detail=" · ".join(part for part in parts if part),
            links=(*links, (_("Greeted"), greet)),
            copy=words,
            late=late,
        )


class Birthdays(Yearly):
    name = "birthday"
    label = gettext_lazy("Birthdays")
    heading = gettext_lazy("Birthdays")
    leads = (0, 1, 7)
    date_kind = PersonDate.Kind.BIRTHDAY


class OtherDays(Yearly):
    name = "date"
    label = gettext_lazy("Other days of people")
    heading = gettext_lazy("Days to remember")
    leads = (0, 7)
    date_kind = PersonDate.Kind.OTHER


def _points(people):
    """person -> ways to write to him: mail first, then messengers."""
    found = {}
    rows = ContactPoint.objects.filter(
        person__in=people, kind__in=[ContactPoint.Kind.EMAIL, ContactPoint.Kind.MESSENGER]
    )
    for point in rows.order_by("kind", "pk"):
        found.setdefault(point.person_id, []).append(way(point))
    return found


def _last_greetings(user, people, today):
    """person -> what was said or given last year."""
    since = today - timedelta(days=550)
    until = today - timedelta(days=180)
    rows = visible(user, Greeting.objects).filter(person__in=people, occurs_on__range=(since, until))
    return {
        row.person_id: _("last year: %(what)s") % {"what": row.gift or row.text or row.get_how_display()}
        for row in rows.order_by("occurs_on", "pk")
    }
