"""What we promised and what they did, overdue or due within a week."""

from dataclasses import dataclass

from accounts.access import visible
from analytics.today.entries import WEEK, Entry
from crm.customers_seen import customers_seen
from crm.models import Dismissal, Promise


@dataclass(frozen=True, kw_only=True)
class Due(Entry):
    promise: Promise
    is_overdue: bool


def promises(user, today) -> list[Due]:
    """The oldest first."""
    rows = visible(user, Promise.objects).filter(done_at=None, due_on__lte=today + WEEK)
    rows = list(rows.select_related("note").order_by("due_on", "pk"))
    customers = customers_seen(user, [promise.note for promise in rows])
    return [
        Due(
            kind=Dismissal.Kind.PROMISE,
            subject=promise.pk,
            occurrence=promise.due_on.isoformat(),
            name=promise.text,
            customer=customers.get(promise.note.customer_id),
            promise=promise,
            is_overdue=promise.due_on < today,
        )
        for promise in rows
    ]
