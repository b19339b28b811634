"""Next steps that have a day and are not done: in the feed of who wrote them down and of who has the customer."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import visible
from crm.customers_seen import customers_seen
from crm.feeds.entry import MORNING, Entry
from crm.models import Promise


def promises(asked):
    own = Q(note__author=asked.user) | Q(note__private=False, note__customer__owner=asked.user)
    rows = visible(asked.user, Promise.objects).filter(
        own, done_at=None, due_on__range=(asked.first, asked.last)
    )
    rows = list(rows.select_related("note"))
    customers = customers_seen(asked.user, [row.note for row in rows])
    for row in rows:
        customer = customers.get(row.note.customer_id)
        yield Entry(
            key=f"promise:{row.pk}",
            from_on=row.due_on,
            to_on=row.due_on,
            summary=f"{row.text} · {customer}" if customer else row.text,
            details=(_("they promised") if row.by == Promise.By.THEM else _("we promised"),),
            url=row.note.get_absolute_url(),
            category=_("Promises due"),
            alarm=MORNING,
        )
