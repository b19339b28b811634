"""What was asked of a run, and the transaction that does it: all or nothing, or tried and rolled back."""

import contextlib
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from crm.importing.errors import Cancelled
from crm.models import ImportRun


def still_wanted(run):
    """The run's row, as long as what was asked of it has not been taken back or asked anew."""
    return ImportRun.objects.filter(pk=run.pk, wanted=run.wanted, asked_at=run.asked_at)


def latest_today():
    """The civil day that has begun somewhere: an order of a rep east of here is not of the future."""
    return (timezone.now() + timedelta(hours=14)).date()


@contextlib.contextmanager
def applying(run, dry_run, say):
    """A transaction that ends with the run applied; a dry run is rolled back at its very end and counts as a preview.

    `say` writes what the run has to say of rows, which stays in both cases. Raises Cancelled.
    """
    with transaction.atomic():
        yield
        if dry_run:
            transaction.set_rollback(True)
        else:
            _finish(run, ImportRun.State.APPLIED, say)
    if dry_run:
        with transaction.atomic():
            _finish(run, ImportRun.State.PREVIEWED, say)


def _finish(run, state, say):
    if not still_wanted(run).select_for_update().exists():
        raise Cancelled
    run.state, run.wanted = state, ""
    run.applied_at = timezone.now() if state == ImportRun.State.APPLIED else None
    run.save()
    say()
