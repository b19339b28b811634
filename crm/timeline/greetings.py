"""Who was greeted, by whom, and what was given."""

from django.utils.translation import gettext as _

from accounts.access import visible
from crm.models import Greeting
from crm.timeline.entries import Entry, key_of


def greetings(asked):
    rows = asked.of(visible(asked.user, Greeting.objects), person="person", user="by", words=("text", "gift"))
    rows = asked.newest(rows.select_related("person", "by"), "greeting", moment="greeted_at")
    return [_entry(row) for row in rows]


def _entry(row):
    return Entry(
        at=row.greeted_at,
        kind="greeting",
        key=key_of("greeting", row.pk),
        title=_("Greeted %(person)s · %(user)s") % {"person": row.person, "user": row.by},
        text=" · ".join(part for part in (row.text, row.gift) if part),
        has_time=True,
        people=((row.person_id, str(row.person)),),
    )
