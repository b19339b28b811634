"""One mail to one mail server, with a mark set at the moment from which on nobody can know whether it has left."""

import contextlib
import secrets
import smtplib
import ssl
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import sanitize_address
from django.core.mail.utils import DNS_NAME

SMTP = "django.core.mail.backends.smtp.EmailBackend"
READY, TAKEN = 354, 250
# So many times as long as for any other answer one waits for the last.
PATIENCE = 6
# What may go wrong as long as nothing has left; odd signs in an address or a password among it.
BEFORE = (OSError, smtplib.SMTPException, ValueError)


class Refused(Exception):
    """The mail has certainly not left: it can be sent again."""


class Unreachable(Refused):
    """No mail server answers, or it lets nobody in: no other mail would leave either."""


class NotConfirmed(Exception):
    """The server had the mail in its hands and did not say what became of it."""


def send(message, before_data):
    """Sends a django.core.mail message. `before_data` is called when the server has agreed to take it.

    Raises Refused or NotConfirmed; what `before_data` raises passes through, and then nothing has left.
    """
    if settings.EMAIL_BACKEND == SMTP:
        _by_smtp(message, before_data)
        return
    _bytes(message)
    before_data()
    try:
        get_connection().send_messages([message])
    except (OSError, smtplib.SMTPException) as error:
        raise NotConfirmed(_words(error)) from error


def _by_smtp(message, before_data):
    content = _bytes(message)
    try:
        server = _connect()
    except BEFORE as error:
        raise Unreachable(_words(error)) from error
    try:
        _offer(server, message)
        before_data()
        _hand_over(server, content)
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        server.close()


def _bytes(message):
    """A mail that can't be written down, for an address or a header of odd signs, has not left."""
    try:
        return message.message().as_bytes(linesep="\r\n")
    except (ValueError, UnicodeError) as error:
        raise Refused(_words(error)) from error


def _connect():
    options = {"timeout": settings.EMAIL_TIMEOUT, "local_hostname": DNS_NAME.get_fqdn()}
    context = ssl.create_default_context()
    if settings.EMAIL_USE_SSL:
        server = smtplib.SMTP_SSL(settings.EMAIL_HOST, settings.EMAIL_PORT, context=context, **options)
    else:
        server = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, **options)
    try:
        if settings.EMAIL_USE_TLS:
            server.starttls(context=context)
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BEFORE:
        server.close()
        raise
    return server


def _offer(server, message):
    """All before DATA: whatever goes wrong here, nothing has left."""
    try:
        server.ehlo_or_helo_if_needed()
        _expect(server.mail(_address(message.from_email)), TAKEN)
        for recipient in message.recipients():
            _expect(server.rcpt(_address(recipient)), TAKEN, 251)
    except BEFORE as error:
        raise Refused(_words(error)) from error


def _hand_over(server, content):
    try:
        server.putcmd("data")
        _expect(server.getreply(), READY)
    except (OSError, smtplib.SMTPException) as error:
        raise Refused(_words(error)) from error
    try:
        server.send(_dotted(content))
        # Filters take their time, and a mail that arrived must not count as doubtful (RFC 5321, 4.5.3.2.6).
        server.sock.settimeout(settings.EMAIL_TIMEOUT * PATIENCE)
        answer = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise NotConfirmed(_words(error)) from error
    # Only a refusal says that it has not been taken; what is no answer at all says nothing.
    if answer[0] // 100 not in (2, 4, 5):
        raise NotConfirmed(_said(answer))
    if answer[0] // 100 != 2:
        raise Refused(_said(answer))


def _address(text):
    """As it goes over the wire: a domain of other than Latin letters in its own writing."""
    return sanitize_address(parseaddr(text)[1], "utf-8")


def new_message_id():
    """Of the sender's own domain, and never another for the same mail."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{secrets.token_hex(16)}@{domain}>"


def _dotted(content):
    """As it goes over the wire: a line of one full stop would end the mail too early (RFC 5321, 4.5.2)."""
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def _expect(answer, *codes):
    if answer[0] not in codes:
        raise Refused(_said(answer))


def _said(answer):
    code, words = answer
    words = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {words}"[:500]


def _words(error):
    if isinstance(error, smtplib.SMTPResponseException):
        return _said((error.smtp_code, error.smtp_error))
    return (str(error) or type(error).__name__)[:500]
