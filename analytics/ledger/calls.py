"""A rep's own call of a customer's next order: who has said what of the order that is awaited."""

from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from analytics.ledger.minds import changes_of_call
from analytics.ledger.orderdays import in_time
from analytics.models import Call, Settlement
from crm.models import Customer, Order


class Kept(models.TextChoices):
    """Why a call can't be taken back."""

    SCORED = "scored", _("It can’t be withdrawn: it was scored once, and what was scored is kept.")
    OVER = "over", _("It can’t be withdrawn: its day is over. It is scored when the order comes.")
    CAME = "came", _("It can’t be withdrawn: the order has come. It is scored in a moment.")


@dataclass(frozen=True)
class OpenCalls:
    """Of the awaited order. `shown`: what the reader has called, or else the latest that a colleague did; `lead`: the call that
    stands first, whoever's it is; `may_withdraw`: whether the reader may take back his; `kept`: why not, where he has one."""

    shown: Call | None = None
    lead: Call | None = None
    may_withdraw: bool = False
    kept: Kept | None = None


def open_calls(customer, outlook, user, today) -> OpenCalls:
    """Two queries at most. Each call says whether it `may_lead`, that which is shown how many `changes` led to it."""
    if outlook is None or outlook.last_ordered_on is None:
        return OpenCalls()
    calls = customer.calls.filter(anchor_on=outlook.last_ordered_on).select_related("author")
    scored = Exists(Settlement.objects.filter(call=OuterRef("pk")))
    latest = list(calls.annotate(scored=scored).with_may_lead(today).order_by("-pk"))
    mine = [call for call in latest if call.author_id == user.pk]
    leading = [call for call in latest if call.leads and call.may_lead]
    shown = next(iter(mine or latest), None)
    if shown:
        shown.changes = changes_of_call([one for one in latest[::-1] if one.author_id == shown.author_id])
    kept = _why_kept(mine[::-1], customer, outlook.last_ordered_on, today) if mine else None
    return OpenCalls(shown, next(iter(leading), None), bool(mine) and kept is None, kept)


def _why_kept(mine, customer, anchor_on, today) -> Kept | None:
    # Also a settlement that was voided since is kept, and with it what it scored.
    if any(call.scored for call in mine):
        return Kept.SCORED
    # Whose day is over waits for the order to be scored: not where it is here.
    if _has_come(customer, anchor_on):
        return Kept.CAME
    return None if _may_still_come_true(mine, today) else Kept.OVER


def _may_still_come_true(mine, today):
    """Not once the day that would be scored is over: whoever was wrong would take it back."""
    counts = counting(mine, None)
    return counts is not None and counts.expected_on >= today


def _has_come(customer, anchor_on):
    """Also an order that forecasts have not been computed anew for yet: until then the one before it seems the last. Where
    they have, and it still is the last, what came later was taken back wholly."""
    later = customer.orders.filter(ordered_on__gt=anchor_on, kind=Order.Kind.ORDER)
    later = later.exclude(status=Order.Status.CANCELLED)
    return later.exclude(
        customer__orders_rev=F("customer__outlook__rev"), customer__outlook__last_ordered_on=anchor_on
    ).exists()


def _lock(customer):
    """His calls and orders stay as they are until the transaction is over: imports and forms lock the customer, too."""
    Customer.objects.select_for_update().filter(pk=customer).first()


@transaction.atomic
def say(call: Call) -> Call | None:
    """Writes it down as a revision of what its author said before; the same once more is nothing new. None, and nothing is
    written, where the order is in the books already.

    Raises IntegrityError where another one of his was written at the same instant.
    """
    _lock(call.customer_id)
    if _has_come(call.customer, call.anchor_on):
        return None
    last = _of_author(call.customer, call.author, call.anchor_on).order_by("-revision").first()
    if last and (last.mind, last.reason) == (call.mind, call.reason):
        return last
    call.revision = last.revision + 1 if last else 0
    call.leads = bool(last and last.leads)
    if call.leads:
        Call.objects.filter(pk=last.pk).update(leads=False)
    call.save()
    return call


def _of_author(customer, author, anchor_on):
    return Call.objects.filter(customer=customer, author=author, anchor_on=anchor_on)


@transaction.atomic
def lead(call: Call, first: bool):
    """Whether it stands first, the model's beside it. One call of a customer does: whoever's did so far gives way.

    Of a call that was changed meanwhile it is the latest revision; of one that was withdrawn nothing is done. Raises
    IntegrityError where another one was put first at the same instant.
    """
    _lock(call.customer_id)
    call = _of_author(call.customer_id, call.author_id, call.anchor_on).order_by("-revision").first()
    if call is None:
        return
    leading = Call.objects.filter(customer=call.customer_id, leads=True)
    (leading if first else leading.filter(pk=call.pk)).update(leads=False)
    if first:
        Call.objects.filter(pk=call.pk).update(leads=True)


def counting(calls, coming):
    """Of one author's calls of an order, by revision, the one that counts; None where none was said in time.

    It is the last that was said in time (`coming`: the order's day, None as long as it is awaited), and before the day that
    he had called until then: who was wrong can say so, and does not become right by it.
    """
    found = None
    for call in calls:
        if in_time(call.made_on, coming) and (found is None or call.made_on <= found.expected_on):
            found = call
    return found


@transaction.atomic
def withdraw(customer, outlook, user, today) -> bool:
    """Takes back what `user` has called of the awaited order, its revisions too, as though it had never been said.

    False, and nothing is done, once the order is in or the called day is over, or where one of them was ever scored.
    """
    _lock(customer.pk)
    may = open_calls(customer, outlook, user, today).may_withdraw
    if may:
        _of_author(customer, user, outlook.last_ordered_on).delete()
    return may
