"""Who was greeted: written down once for a user and an occurrence, taken back, and remembered the next year."""

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.access import visible
from crm.models import Dismissal, Greeting, PersonDate

# So long before its day one may have greeted already, so long after it one may still do.
AHEAD, BEHIND = timedelta(days=14), timedelta(days=7)
REMEMBERED = 3


@dataclass(frozen=True)
class Remembered:
    """What a person's page says of one day of his: `open_on` is the occurrence that can be greeted now."""

    greetings: list
    open_on: date | None


def write_down(user, person, occurs_on, now):
    """That he was greeted, whatever was said. What is written down already stays."""
    birthday = PersonDate.objects.filter(person=person, kind=PersonDate.Kind.BIRTHDAY).first()
    Greeting.objects.get_or_create(
        person=person, occurs_on=occurs_on, by=user, defaults={"date": birthday, "greeted_at": now}
    )


def take_back(user, person, occurs_on):
    """Where no more is written down than that he was greeted: words and gifts stay."""
    rows = Greeting.objects.filter(person=person, occurs_on=occurs_on, by=user, how=Greeting.How.SELF)
    rows.filter(text="", gift="").delete()


def answer_on_today(greeting):
    """Who was greeted is no longer to be: his birthday is done in the list of the user who did it."""
    if greeting.date and greeting.date.kind == PersonDate.Kind.BIRTHDAY:
        Dismissal.objects.update_or_create(
            user=greeting.by,
            kind=Dismissal.Kind.BIRTHDAY,
            subject=greeting.person_id,
            defaults={
                "occurrence": greeting.occurs_on.isoformat(),
                "answer": Dismissal.Answer.DONE,
                "until_on": None,
                "reason": "",
                "remark": "",
            },
        )


def earlier(user, day, before):
    """The last greetings for a PersonDate, of which an occurrence is to be greeted now."""
    rows = visible(user, Greeting.objects).filter(date=day, occurs_on__lt=before)
    return list(rows.select_related("by").order_by("-occurs_on", "-pk")[:REMEMBERED])


def remembered(user, person, days, today) -> dict[int, Remembered]:
    """{key of a PersonDate: Remembered}. One query."""
    rows = visible(user, Greeting.objects).filter(person=person).select_related("by")
    of = {}
    for row in rows.order_by("-occurs_on", "-pk"):
        of.setdefault(row.date_id, []).append(row)
    return {
        day.pk: Remembered(of.get(day.pk, [])[:REMEMBERED], _open_on(user, day, of.get(day.pk, []), today))
        for day in days
    }


def _open_on(user, day, greetings, today):
    found = day.next(today - BEHIND)
    if not found or found.on > today + AHEAD:
        return None
    return None if any(row.by_id == user.pk and row.occurs_on == found.on for row in greetings) else found.on
