"""A digest as a mail: text and HTML, in the user's language, every line a link."""

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from crm.models import ReminderSettings
from crm.reminders.clock import Clock
from crm.reminders.contents import as_read_by, contents
from crm.reminders.planning import recipients

UNSUBSCRIBE = "crm.reminders.unsubscribe"
EVERYTHING = "all"
LONGEST_SUBJECT = 90


def digest_message(digest) -> EmailMultiAlternatives | None:
    """The mail of a digest as things stand; None where there is nothing to say any more."""
    user = digest.user
    # Switched off or gone since it was planned.
    if not recipients().filter(pk=user.pk).exists():
        return None
    clock, wishes = Clock(timezone.now(), user.time_zone), ReminderSettings.of(user)
    with as_read_by(user, wishes.language):
        found = contents(digest, clock, wishes)
        return None if found.is_empty else message(user, found, digest.message_id, clock.late(digest.day))


def message(user, found, message_id, days_late=0):
    """In the language that is active."""
    context = {
        "found": found,
        "user": user,
        "site": settings.SITE_URL,
        "language": get_language(),
        "days_late": days_late,
        "stop": [(section.heading, stop_url(user, section.kind)) for section in found.sections],
        "stop_all": stop_url(user, EVERYTHING),
        "settings_url": settings.SITE_URL + reverse("reminders"),
    }
    mail = EmailMultiAlternatives(
        subject(found),
        render_to_string("reminders/mail/digest.txt", context),
        None,
        [user.email],
        headers={
            "Message-ID": message_id,
            "List-Unsubscribe": f"<{stop_url(user, EVERYTHING)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("reminders/mail/digest.html", context), "text/html")
    return mail


def subject(found):
    """Who or what comes first, and how much more there is."""
    lines = found.lines
    first = (
        lines[0].title
        if len(lines[0].title) <= LONGEST_SUBJECT
        else lines[0].title[: LONGEST_SUBJECT - 1] + "…"
    )
    section = next(section for section in (*found.sections, *found.unconfirmed))
    words = f"{section.heading}: {first}"
    more = len(lines) - 1
    if more:
        words += " " + ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return " ".join(words.split())


def test_message(user):
    """What says that mails arrive: sent at once, and no digest. In the language that is active: that of his page."""
    text = gettext(
        "This is a test of your reminders from Dangol. Mails to you arrive.\n\nYour settings: %(link)s\n"
    ) % {"link": settings.SITE_URL + reverse("reminders")}
    return EmailMultiAlternatives(gettext("Test of your reminders"), text, None, [user.email])


def stop_url(user, kind):
    token = signing.dumps([user.pk, kind], salt=UNSUBSCRIBE)
    return settings.SITE_URL + reverse("reminders_stop", args=[token])


def read_stop_token(token):
    """(key of the user, kind), or None where nobody signed it. It works as long as the mail is kept."""
    try:
        user, kind = signing.loads(token, salt=UNSUBSCRIBE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return user, kind
