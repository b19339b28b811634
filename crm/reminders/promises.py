"""Next steps: what we promised and what they did, told to who has the customer; without one, to who wrote it down."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import visible
from crm.customers_seen import customers_seen
from crm.models import Promise
from crm.reminders.kind import Kind, Line, Occasion


class Promises(Kind):
    name = "promise"
    label = gettext_lazy("Promises due")
    heading = gettext_lazy("Promises due")
    leads = (0, 1)
    lasting = True

    def occasions(self, users, first, last, now):
        rows = Promise.objects.filter(done_at=None, due_on__range=(first, last), note__deleted_at=None)
        for pk, due_on, author, private, customer, owner in rows.values_list(
            "pk", "due_on", "note__author", "note__private", "note__customer", "note__customer__owner"
        ):
            user = owner if customer else author
            # What the one before him kept to himself stays with that one, who has the customer no more.
            if user in users and not (private and user != author):
                yield Occasion(user, pk, due_on, users[user].time_zone)

    def lines(self, user, items, clock):
        rows = visible(user, Promise.objects).filter(done_at=None, pk__in={item.subject for item in items})
        rows = rows.select_related("note").in_bulk()
        customers = customers_seen(user, [row.note for row in rows.values()])
        return {
            item: self._line(row, customers.get(row.note.customer_id), clock)
            for item in items
            if (row := rows.get(item.subject)) and row.due_on == item.occurs_on
        }

    def _line(self, row, customer, clock):
        who = _("they promised") if row.by == Promise.By.THEM else _("we promised")
        parts = [str(customer) if customer else "", who, clock.words(row.due_on)]
        return Line(
            title=row.text,
            url=row.note.get_absolute_url(),
            when=row.due_on,
            detail=" · ".join(part for part in parts if part),
            late=clock.late(row.due_on),
        )
