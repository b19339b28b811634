"""What the worker does for reminders, and cron where there is no worker; both at once double nothing."""

from django.utils import timezone

from crm.models import Digest, GreetingMail
from crm.reminders import delivery, greeting_mails, health, mail
from crm.reminders.planning import plan_due


def send_due():
    """Plans what has come due and sends what waits. To be called as often as one likes."""
    # What a dead process left in doubt is repeated by the digest that is planned now.
    for model in (Digest, GreetingMail):
        delivery.settle_dead(model, timezone.now())
    greeting_mails.propose(timezone.now())
    plan_due(timezone.now())
    _send(Digest, mail.digest_message)
    _send(GreetingMail, greeting_mails.message)
    greeting_mails.note_sent(timezone.now())
    # Last: what fails every time is no sign of life.
    health.beat(timezone.now())


def _send(model, compose):
    tried = set()
    while row := delivery.claim(model, timezone.now(), tried):
        tried.add(row.pk)
        if not delivery.deliver(row, compose):
            # Nobody answers: each further mail would only wait for it again.
            delivery.postpone(model, timezone.now())
            return
        health.beat(timezone.now())
