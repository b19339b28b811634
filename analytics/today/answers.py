"""What the user says to an entry: done, not before a day, or not at all and why; and taking that back."""

from datetime import timedelta

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import get_visible, visible
from analytics.today.page import SECTIONS, described
from crm import greeted
from crm.baseline import keep_baseline
from crm.models import Customer, Dismissal, Order, Person, Promise
from crm.templatetags.figures import weekday_day

MODELS = {
    Dismissal.Kind.OVERDUE: Customer,
    Dismissal.Kind.EXPECTED: Customer,
    Dismissal.Kind.BIRTHDAY: Person,
    Dismissal.Kind.PROMISE: Promise,
    Dismissal.Kind.CONTACT: Person,
}


def find(user, kind, subject, occurrence, today):
    """The entry as it stands today, put away or not; None where it no longer does."""
    for entry in SECTIONS[kind](user, today):
        if entry.key == (subject, occurrence):
            return described(kind, [entry], user)[0]
    return None


def put_away(user, entry, answer, today, now, until_on=None, reason="", remark=""):
    """Writes the answer down, once per subject; says in words what becomes of the entry."""
    if entry.kind == Dismissal.Kind.PROMISE and answer == Dismissal.Answer.DONE:
        set_done(Promise.objects.get(pk=entry.subject), now)
        # Whatever was said before of a promise that is kept now says nothing any more.
        Dismissal.objects.filter(user=user, kind=entry.kind, subject=entry.subject).delete()
        return _("Done: %(what)s") % {"what": entry.name}
    if entry.kind == Dismissal.Kind.BIRTHDAY and answer == Dismissal.Answer.DONE:
        greeted.write_down(user, entry.person, entry.on, now)
    if answer == Dismissal.Answer.DONE and entry.again_in:
        until_on = today + timedelta(days=entry.again_in)
    elif answer != Dismissal.Answer.SNOOZED:
        until_on = None
    elif entry.latest_on:
        until_on = min(until_on, entry.latest_on)
    dismissed = answer == Dismissal.Answer.DISMISSED
    Dismissal.objects.update_or_create(
        user=user,
        kind=entry.kind,
        subject=entry.subject,
        defaults={
            "occurrence": entry.occurrence,
            "answer": answer,
            "until_on": until_on,
            "reason": reason if dismissed else "",
            "remark": remark if dismissed else "",
        },
    )
    return _words(entry, answer, until_on)


def _words(entry, answer, until_on):
    words = {"name": entry.name, "day": weekday_day(until_on) if until_on else ""}
    if until_on:
        return _("%(name)s comes back on %(day)s.") % words
    if entry.kind == Dismissal.Kind.BIRTHDAY and answer == Dismissal.Answer.DONE:
        return _("Written down: %(name)s was greeted.") % words
    if answer == Dismissal.Answer.DONE:
        return _("Done: %(what)s") % {"what": entry.name}
    if entry.kind in (Dismissal.Kind.OVERDUE, Dismissal.Kind.EXPECTED):
        return _("%(name)s is out of your list until the next order.") % words
    return _("%(name)s is out of your list.") % words


def bring_back(user, kind, subject):
    """Forgets what was said; a promise that was done is open again, who was greeted is to be greeted."""
    said = Dismissal.objects.filter(user=user, kind=kind, subject=subject)
    if kind == Dismissal.Kind.BIRTHDAY:
        for row in said.filter(answer=Dismissal.Answer.DONE):
            greeted.take_back(user, subject, row.occurrence)
    if said.delete()[0] or kind != Dismissal.Kind.PROMISE:
        return
    set_done(get_visible(user, Promise.objects, pk=subject), None)


def set_done(promise, moment):
    keep_baseline(Promise.objects.filter(pk=promise.pk))
    promise.done_at = moment
    promise.save(update_fields=["done_at"])


def require_visible(user, kind, subject):
    """404 unless the user may see what the entry was about."""
    if kind in MODELS:
        get_visible(user, MODELS[kind].objects, pk=subject)
    elif not visible(user, Order.objects).filter(run=subject).exists():
        raise Http404
