"""What the worker does for imports: what people asked for, one run after another, and the forgetting of old ones.

What is due is data (ImportRun.wanted), so it does not matter who calls, how often, or what died on the way.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from crm.changes import announce
from crm.importing import mended, undo, uploads, wizard
from crm.importing.errors import Cancelled, ImportRefused
from crm.importing.locks import only_import, only_worker
from crm.importing.runs import give_up, run_import
from crm.importing.values import AmbiguousDates
from crm.importing.wanted import still_wanted
from crm.models import ImportChange, ImportRow, ImportRun, Order

ATTEMPTS = 3
KEPT_DAYS = 90
FORGOTTEN_AT_ONCE = 50_000
State, Wanted = ImportRun.State, ImportRun.Wanted
logger = logging.getLogger(__name__)


def run_due():
    """Does all that is asked. A fault in one run leaves it due and is the job's: the next call comes back to it."""
    # Asked again after the lock is let go: what came in meanwhile was turned away by it.
    while ImportRun.objects.due().exists():
        changed = []
        try:
            with only_worker() as mine:
                if not mine:
                    return
                _carry_out_due(changed)
        finally:
            # Only now: handing work to the queue may close the connection, and on PostgreSQL the lock with it.
            if changed:
                announce()


def _carry_out_due(changed):
    """Notes in `changed` what changed orders: it is to be told even where a later run fails."""
    while run := ImportRun.objects.due().select_related("user", "owner").first():
        with translation.override(_language(run)):
            if _carry_out(run):
                changed.append(run.pk)


def _language(run):
    """Messages are written in the language of who reads them; a run of the command line has no user."""
    return (run.user and run.user.language) or settings.LANGUAGE_CODE


def _carry_out(run):
    """Whether it changed orders."""
    still_wanted(run).update(attempts=F("attempts") + 1)
    try:
        if run.attempts >= ATTEMPTS:
            raise ImportRefused(
                _("The worker stopped three times in the middle of it. Tell your administrator.")
            )
        return WORK[run.wanted](run)
    except AmbiguousDates as error:
        run.refresh_from_db(fields=["options"])
        options = run.options | {"ask_dates": error.example}
        ImportRun.objects.filter(pk=run.pk, asked_at=run.asked_at).update(
            state=State.UPLOADED, options=options, message="", wanted=""
        )
    except ImportRefused as error:
        if run.wanted == Wanted.UNDO:
            still_wanted(run).update(wanted="", message="" if isinstance(error, Cancelled) else str(error))
        else:
            give_up(run, error)
    return False


def _read(run):
    wizard.recognise(run, timezone.now())


def _import(run):
    wish = wizard.wish_of(run)
    _run, made = run_import(wish, _Progress(run), run=run)
    _keep_rejected(run, wish)
    return made["changed"]


def _keep_rejected(run, wish):
    """The import stands by now: a full disk takes nothing from it, and the rows are written when they are asked for."""
    try:
        mended.write(run, wish.reading, _language(run))
    except (ImportRefused, OSError):
        logger.exception("The rejected rows of import %s could not be kept", run.pk)
        uploads.rejected_path(run.stored).unlink(missing_ok=True)


class _Progress:
    """Writes how far it is; notices where nobody wants it any more."""

    def __init__(self, run):
        self.wanted = still_wanted(run)

    def __call__(self, done, total):
        if not self.wanted.update(done=done, read=total):
            raise Cancelled


def _undo(run):
    # Who takes it back may see less than who brought it in, and more.
    asker = User.objects.filter(pk=run.options.get("undo_by")).first() or run.user
    return undo.undo(run, asker, timezone.now())


WORK = {Wanted.READ: _read, Wanted.PREVIEW: _import, Wanted.APPLY: _import, Wanted.UNDO: _undo}


def forget_old():
    """Files, runs and what it would take to undo them go after KEPT_DAYS. What was imported stays."""
    for run in _let_go(timezone.now() - timedelta(days=KEPT_DAYS)):
        if run.stored:
            uploads.remove(run.stored)
        for model in (ImportChange, ImportRow):
            while keys := list(
                model.objects.filter(run=run).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
            ):
                model.objects.filter(run=run, pk__lte=max(keys), pk__gte=min(keys))._raw_delete(
                    DEFAULT_DB_ALIAS
                )
        Order.objects.filter(run=run).update(run=None)
        run.delete()


def _let_go(until):
    """Runs of before `until`, of which nobody can ask anything any more: what it takes goes in parts, and may be cut off."""
    old = ImportRun.objects.alias(aged=Coalesce("applied_at", "started_at")).filter(aged__lt=until, wanted="")
    done = [State.APPLIED, State.UNDONE]
    # Without the day that it was applied, an import can't be taken back.
    closed = {
        "applied_at": None,
        "state": Case(When(state__in=done, then=F("state")), default=Value(State.FAILED)),
    }
    with only_import():
        return [run for run in old if ImportRun.objects.filter(pk=run.pk, wanted="").update(**closed)]
