"""What an administrator does to users: invite, change, switch off, reset. Who did it stays on the account's page."""

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import events, two_factor
from accounts.events import Event
from accounts.models import SignInLink, User

INVITATION = SignInLink.Purpose.INVITATION


def listed(users, now):
    """With what the list says of each beside his own fields."""
    invitations = SignInLink.objects.filter(user=OuterRef("pk"), purpose=INVITATION)
    rows = users.select_related("team").annotate(
        # By the name that the customer's owner has on this side: accounts knows no customers.
        customers=Count("customer", distinct=True),
        two_factor=Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)),
        was_invited=Exists(invitations),
        invited=Exists(invitations & SignInLink.open(now, INVITATION)),
    )
    # Said again: a count groups the rows, and drops the order that the model has.
    return rows.order_by("name", "email")


@transaction.atomic
def invite(actor, form, now):
    """A user who can do nothing yet but follow the link; returns the link's token."""
    user = form.save(commit=False)
    user.set_unusable_password()
    user.save()
    events.record(actor, user, Event.INVITED)
    return SignInLink.issue(user, now, INVITATION)


@transaction.atomic
def invite_again(actor, user, now):
    events.record(actor, user, Event.INVITED_AGAIN)
    return SignInLink.issue(user, now, INVITATION)


def revoke_invitation(actor, user):
    """True where the user went with it; False where customers are his already, and he is only switched off."""
    try:
        with transaction.atomic():
            user.delete()
    except models.ProtectedError:
        events.record(actor, user, Event.REVOKED)
        user.is_active = False
        user.save(update_fields=["is_active"])
        user.end_sessions()
        return False
    return True


@transaction.atomic
def change(actor, form):
    """Save a valid form about a user; who is switched off is out at once."""
    user, changed = form.save(commit=False), form.changed_data
    # Not the columns that he changes himself, a new password among them.
    user.save(update_fields=changed)
    if "role" in changed:
        events.record(actor, user, Event.ROLE, user.role)
    if "team" in changed:
        events.record(actor, user, Event.TEAM, str(user.team or "–"))
    if "is_active" in changed:
        events.record(actor, user, Event.SWITCHED_ON if user.is_active else Event.SWITCHED_OFF)
    if "is_active" in changed and not user.is_active:
        user.end_sessions()
    return user


@transaction.atomic
def password_link(actor, user, now):
    events.record(actor, user, Event.PASSWORD_LINK)
    return SignInLink.issue(user, now, SignInLink.Purpose.PASSWORD)


@transaction.atomic
def reset_two_factor(actor, user):
    two_factor.switch_off(user)
    events.record(actor, user, Event.TWO_FACTOR_RESET)


def other_administrators(user):
    """Locked until the transaction ends, so that two cannot switch each other off at the same moment."""
    administrators = User.objects.administrators().select_for_update()
    return [other for other in administrators if other.pk != user.pk]
