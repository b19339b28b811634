"""Greetings that Dangol sends for a user: only for people of whom he asked it, from his own address, and only what he
approved. Proposed the day before with his digest; stopped up to the moment at which it is handed over."""

from datetime import datetime, time, timedelta
from email.utils import formataddr
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import greeted
from crm.models import ContactPoint, Greeting, GreetingMail, PersonDate
from crm.models.digest import Outgoing
from crm.reminders import greetings, transport
from crm.reminders.at_work import zones
from crm.reminders.delivery import NotToBeSent
from crm.reminders.planning import recipients

# A weekend or a few days off must not stand between the digest that asks and the day.
AHEAD = timedelta(days=7)
# In the person's zone: when one opens one's mail.
HOUR = time(9)
State = Outgoing.State


def propose(now):
    """Writes proposals for the days to come. A fixed number of queries."""
    users = {user.pk: user for user in recipients()}
    rows = PersonDate.objects.to_greet().filter(
        kind=PersonDate.Kind.BIRTHDAY, person__greet_by_mail=True, person__owner__in=list(users)
    )
    falling = rows.select_related("person").falling(now.date() - timedelta(days=1), now.date() + AHEAD)
    zones_of = zones([row.person_id for row, _found in falling])
    fresh = []
    for row, found in falling:
        zone = row.person.time_zone or zones_of.get(row.person_id) or users[row.person.owner_id].time_zone
        send_at = datetime.combine(found.on, HOUR, ZoneInfo(zone))
        if now < send_at <= now + AHEAD:
            fresh.append(
                GreetingMail(
                    user_id=row.person.owner_id, date=row, occurs_on=found.on, state=State.PROPOSED,
                    text=greetings.words(row.person, row.kind), next_attempt_at=send_at,
                    message_id=transport.new_message_id(),
                )
            )  # fmt: skip
    GreetingMail.objects.bulk_create(fresh, ignore_conflicts=True)


def approve(row, text) -> bool:
    """His word: send this. False where it is too late, or was stopped."""
    waiting = GreetingMail.objects.filter(
        pk=row.pk, state__in=GreetingMail.OPEN, next_attempt_at__gt=timezone.now()
    )
    return bool(waiting.update(state=State.PLANNED, text=text))


def stop(row) -> bool:
    """False where it has left already. Whoever has it in work just now finds his claim lost."""
    stoppable = GreetingMail.objects.filter(pk=row.pk, state__in=[*GreetingMail.OPEN, State.CLAIMED])
    return bool(stoppable.update(state=State.STOPPED))


def addresses_of(people):
    """person -> his first e-mail address."""
    points = ContactPoint.objects.filter(person__in=people, kind=ContactPoint.Kind.EMAIL).order_by("-pk")
    return dict(points.values_list("person", "value"))


def message(row):
    """The mail as things stand now; None where it is no longer so, or no longer wanted. Raises NotToBeSent."""
    person = row.date.person
    known = PersonDate.objects.to_greet().filter(
        pk=row.date_id, person__greet_by_mail=True, person__owner=row.user
    )
    still = known.falling(row.occurs_on, row.occurs_on)
    to = addresses_of([person.pk]).get(person.pk)
    zone = person.time_zone or zones([person.pk]).get(person.pk) or row.user.time_zone
    # A greeting that comes late is his to write, in other words.
    late = timezone.now().astimezone(ZoneInfo(zone)).date() > row.occurs_on
    if not still or not row.user.is_active:
        return None
    if not to:
        raise NotToBeSent(_("There is no e-mail address."))
    if late:
        raise NotToBeSent(row.error or _("The day is over."))
    return EmailMessage(
        subject_of(row),
        row.text,
        formataddr((row.user.name, row.user.email)),
        [to],
        headers={"Message-ID": row.message_id},
    )


def subject_of(row):
    """The first line; what was typed in a browser has breaks of its own kind, and a subject has none."""
    return " ".join(row.text.strip().splitlines()[0].split())[:120]


def note_sent(now):
    """On the timeline: what was written to whom, also where the process died right after it."""
    sent = GreetingMail.objects.filter(state=State.SENT, sent_at__gt=now - timedelta(days=2)).exclude(
        Exists(Greeting.objects.filter(person=OuterRef("date__person"), occurs_on=OuterRef("occurs_on"),
                                       by=OuterRef("user")))
    )  # fmt: skip
    for row in sent.select_related("date"):
        greeting, _created = Greeting.objects.get_or_create(
            person_id=row.date.person_id, occurs_on=row.occurs_on, by_id=row.user_id,
            defaults={"date": row.date, "how": Greeting.How.MAIL, "text": row.text, "greeted_at": row.sent_at},
        )  # fmt: skip
        greeted.answer_on_today(greeting)
