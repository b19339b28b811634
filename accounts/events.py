"""What happened to an account, in the words of its page and of the Django admin's history: who did what, and when."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Event(models.TextChoices):
    """Values are what the log keeps, before a colon and a detail where there is one."""

    INVITED = "invited", _("Invited")
    INVITED_AGAIN = "invited again", _("Invited again")
    REVOKED = "invitation taken back", _("Invitation taken back")
    JOINED = "joined", _("Accepted the invitation")
    ROLE = "role", _("Role changed")
    TEAM = "team", _("Team changed")
    SWITCHED_OFF = "switched off", _("Switched off, and signed out everywhere")
    SWITCHED_ON = "switched on", _("Switched on again")
    PASSWORD_LINK = "link for a new password", _("Given a link for a new password")
    PASSWORD = "new password", _("New password")
    SIGNED_OUT = "signed out everywhere", _("Signed out everywhere")
    TWO_FACTOR_ON = "two-factor on", _("Two-factor sign-in switched on")
    TWO_FACTOR_OFF = "two-factor off", _("Two-factor sign-in switched off")
    TWO_FACTOR_RESET = "two-factor reset", _("Two-factor sign-in reset by an administrator")
    NEW_CODES = "new backup codes", _("New backup codes")
    CODE_USED = "backup code used", _("Signed in with a backup code")


@dataclass(frozen=True)
class Entry:
    at: datetime
    by: str
    what: str


def record(actor, user, event, detail=""):
    """`actor` did this to `user`, or to his own account."""
    LogEntry.objects.create(
        user=actor,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=str(user)[:200],
        action_flag=CHANGE,
        change_message=f"{event}: {detail}" if detail else event,
    )


def entries(user, limit=10):
    """The latest first."""
    kept = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    ).select_related("user")
    return [Entry(entry.action_time, str(entry.user), words(entry)) for entry in kept[:limit]]


def words(entry):
    event, _colon, detail = entry.change_message.partition(": ")
    if event not in Event.values:
        return entry.get_change_message()
    role = User.Role(detail).label if event == Event.ROLE and detail in User.Role.values else detail
    return f"{Event(event).label}: {role}" if detail else Event(event).label
