"""A rep's own call of a customer's next order: who has said what of the order that is awaited."""

from django.db import transaction

from analytics.models import Call


def open_call(customer, outlook, user) -> Call | None:
    """What `user` has called of the awaited order; where he has not, the latest that a colleague did."""
    if outlook is None or outlook.last_ordered_on is None:
        return None
    calls = customer.calls.filter(anchor_on=outlook.last_ordered_on).select_related("author")
    latest = list(calls.order_by("-pk"))
    return next((call for call in latest if call.author_id == user.pk), latest[0] if latest else None)


@transaction.atomic
def say(call: Call) -> Call:
    """Writes it down as a revision of what its author said before; the same once more is nothing new.

    Raises IntegrityError where another one of his was written at the same instant.
    """
    earlier = Call.objects.filter(customer=call.customer, author=call.author, anchor_on=call.anchor_on)
    last = earlier.order_by("-revision").first()
    if last and _content(last) == _content(call):
        return last
    call.revision = last.revision + 1 if last else 0
    call.leads = bool(last and last.leads)
    call.save()
    return call


def _content(call):
    return call.expected_on, call.amount, call.currency, call.items, call.reason


def lead(call: Call, first: bool):
    """Whether it stands first on the card, the model's beside it."""
    Call.objects.filter(pk=call.pk).update(leads=first)
