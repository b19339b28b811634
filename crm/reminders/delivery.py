"""Mails to mail servers, each once: claimed, marked just before it is handed over, and then sent or not known.

What is due is data in the database, so it does not matter who calls, how often, from how many machines, or what died on
the way. Killed before the mark a mail is sent by the next call; killed after it, it stands as not confirmed and is never
sent again by itself; of a digest the next one repeats it under that heading.
"""

import logging
import secrets
from datetime import timedelta

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import is_set_up as mail_is_set_up
from crm.models.digest import Digest, Outgoing
from crm.reminders import transport

State = Outgoing.State
# A claim older than this is of a process that died: no mail server may take so long.
LEASE = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
logger = logging.getLogger(__name__)


class NotToBeSent(Exception):
    """Composing found out why it can't be sent, in words for its user."""


class ClaimLost(Exception):
    """Somebody else has it in work, or gave it up."""


def settle_dead(model, now):
    """A process that died with the mail in its hands: nobody knows, and it is said so."""
    dead = model.objects.filter(state=State.HANDED_OVER, claimed_at__lt=now - LEASE)
    dead.update(state=State.UNCONFIRMED, next_attempt_at=None)


def abandoned(now):
    """Claims of processes that died, or of a clock that was ahead."""
    return Q(state=State.CLAIMED) & (Q(claimed_at__lt=now - LEASE) | Q(claimed_at__gt=now + LEASE))


def postpone(model, now):
    """All that waits, where the mail server can't be reached at all."""
    waiting = model.objects.filter(state=State.PLANNED, next_attempt_at__lte=now)
    waiting.update(next_attempt_at=now + FIRST_PAUSE, first_refused_at=_refused_since(now))


def claim(model, now, tried=()):
    """A mail to be sent, for this process alone; None where there is none."""
    waiting = Q(state=State.PLANNED, next_attempt_at__lte=now)
    left = abandoned(now)
    due = model.objects.filter(waiting | left).exclude(pk__in=list(tried))
    if model is Digest:
        # An older one goes into the next that is planned: never two on one morning.
        newer = Digest.objects.filter(user=OuterRef("user"), day__gt=OuterRef("day"))
        due = due.exclude(Exists(newer))
    for row in due.order_by("next_attempt_at", "pk")[:50]:
        token = secrets.token_hex(16)
        same = model.objects.filter(waiting | left, pk=row.pk, token=row.token)
        if same.update(state=State.CLAIMED, token=token, claimed_at=now, attempts=F("attempts") + 1):
            return model.objects.select_related("user").get(pk=row.pk)
    return None


def deliver(row, compose):
    """Sends a claimed mail, and writes down what became of it; False where the mail server can't be reached at all.

    `compose(row)`: the message, or None where it is needless; it may raise NotToBeSent.
    """
    mine = type(row).objects.filter(pk=row.pk, token=row.token)
    if not mail_is_set_up():
        _later(mine, row, _("No mail server is set up."))
        return False
    try:
        message = compose(row)
    except NotToBeSent as reason:
        mine.filter(state=State.CLAIMED).update(state=State.GIVEN_UP, next_attempt_at=None, error=str(reason))
        return True
    except Exception:
        # One mail that can't be written must not keep all others back; it is tried again, and the log says why.
        logger.exception("%s could not be composed", row)
        _later(mine, row, _("The mail could not be written. Tell your administrator."))
        return True
    if message is None:
        mine.filter(state=State.CLAIMED).update(state=State.EMPTY, next_attempt_at=None, error="")
        return True

    def mark():
        # The lease counts anew: a slow answer is no death.
        claimed = mine.filter(state=State.CLAIMED)
        if not claimed.update(state=State.HANDED_OVER, claimed_at=timezone.now()):
            raise ClaimLost

    try:
        transport.send(message, mark)
    except transport.Unreachable as error:
        _later(mine, row, str(error))
        return False
    except transport.Refused as refusal:
        _later(mine, row, str(refusal))
    except transport.NotConfirmed as error:
        mine.update(state=State.UNCONFIRMED, error=str(error), next_attempt_at=None)
    except ClaimLost:
        logger.warning("%s was taken by another process, or stopped", row)
    else:
        mine.update(
            state=State.SENT, sent_at=timezone.now(), error="", first_refused_at=None, next_attempt_at=None
        )
    return True


def _later(mine, row, error):
    """Nothing has left: it is tried again, less and less often, and nothing is lost."""
    now = timezone.now()
    pause = min(FIRST_PAUSE * 2 ** min(row.attempts - 1, 10), LONGEST_PAUSE)
    mine.filter(state__in=[State.CLAIMED, State.HANDED_OVER]).update(
        state=State.PLANNED,
        error=error,
        next_attempt_at=now + pause,
        first_refused_at=_refused_since(now),
    )


def _refused_since(now):
    return Coalesce("first_refused_at", Value(now, DateTimeField()))


def retry(row) -> bool:
    """An administrator's word: send it at once."""
    again = type(row).objects.filter(pk=row.pk, state__in=[State.PLANNED, State.GIVEN_UP, State.UNCONFIRMED])
    return bool(again.update(state=State.PLANNED, next_attempt_at=timezone.now()))


def give_up(row) -> bool:
    """An administrator's word: this one is not to be sent any more."""
    waiting = type(row).objects.filter(abandoned(timezone.now()) | Q(state=State.PLANNED), pk=row.pk)
    return bool(waiting.update(state=State.GIVEN_UP, next_attempt_at=None))
