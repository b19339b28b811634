"""Deleted notes wait in the trash and then go for good, with what was once written in them."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from crm.models import Note, Promise

CHUNK = 200


def in_trash(user, now):
    """A user's own deleted notes that can still be taken back, the last deleted first."""
    notes = restorable(user, now).filter(author=user)
    return notes.select_related("customer").order_by("-deleted_at", "-pk")


def restorable(user, now):
    """All that he may take back: also where the worker is late, no longer than the page says."""
    return Note.objects.filter(Note.trash_q(user), deleted_at__gt=now - timedelta(days=Note.TRASH_DAYS))


def purge():
    """The worker's job: what has been in the trash for too long goes, in short transactions. Returns how many."""
    old = Note.objects.filter(deleted_at__lte=timezone.now() - timedelta(days=Note.TRASH_DAYS))
    gone = 0
    while pks := list(old.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            Note.objects.filter(pk__in=pks).delete()
            # After the rows themselves: their going is written into the history, too.
            Promise.history.filter(note_id__in=pks).delete()
            Note.history.filter(id__in=pks).delete()
        gone += len(pks)
    return gone
