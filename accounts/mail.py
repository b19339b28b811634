"""Mails about an account."""

import logging
import smtplib
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from accounts.models import SignInLink

log = logging.getLogger(__name__)
# They show mails to who looks at the server, and send none: who reads the terminal must not find links that let him in.
NO_MAIL = {"django.core.mail.backends.console.EmailBackend", "django.core.mail.backends.dummy.EmailBackend"}


@dataclass(frozen=True)
class Delivery:
    """What became of a mail; `tried` is False where no mail server is set up."""

    tried: bool
    failure: str = ""


def is_set_up() -> bool:
    return settings.EMAIL_BACKEND not in NO_MAIL


def send_link(user, link, purpose, sender):
    if not is_set_up():
        return Delivery(False)
    subject, text = words(user, link, purpose, sender)
    try:
        send_mail(subject, text, None, [user.email])
    except (OSError, smtplib.SMTPException) as error:
        log.warning("A mail about the account of user %s could not be sent: %s", user.pk, error)
        return Delivery(True, str(error) or type(error).__name__)
    return Delivery(True)


def words(user, link, purpose, sender):
    names = {"name": user, "sender": sender, "link": link}
    if purpose == SignInLink.Purpose.INVITATION:
        return _("Your invitation to Dangol"), _(
            "Hello %(name)s,\n\n%(sender)s invites you to Dangol. Open this link to choose a password:\n\n%(link)s\n\n"
            "It works once, for seven days."
        ) % names
    return _("A new password for Dangol"), _(
        "Hello %(name)s,\n\n%(sender)s sends you this link to choose a new password:\n\n%(link)s\n\n"
        "It works once, for a day. If you did not ask for it, tell your administrator."
    ) % names
