"""A run: file -> checked lines in the staging table, in short chunks -> applied in one short transaction."""

import contextlib
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from crm.changes import announce
from crm.importing import apply, bulk, log, matching, rejections
from crm.importing.errors import ImportRefused
from crm.importing.files import opened, sha256
from crm.importing.locks import only_import
from crm.importing.orders import STAGED_COLUMNS, Checker, Rejected
from crm.models import ImportRun, StagedLine
from crm.models.fields import ENGLISH

CHUNK = 20_000
ATTEMPTS = 3


@dataclass(frozen=True)
class Wish:
    """What the user asked for beside the file itself."""

    path: Path
    currency: str = ""
    owner: User | None = None
    user: User | None = None
    source: str = ""
    complete_through: date | None = None
    date_order: str | None = None
    dry_run: bool = False


def run_import(wish: Wish, progress=None, waiting=lambda: None) -> tuple[ImportRun, dict]:
    """Brings the file in, or tries it; returns the run and how many customers, products and orders it made.

    Raises ImportRefused with a message for the user; then, as after a kill at any moment, nothing has changed.
    """
    _refuse(wish)
    with opened(wish.path) as source, only_import(waiting):
        sweep()
        run = ImportRun.objects.create(
            user=wish.user,
            owner=wish.owner,
            file_name=wish.path.name[-255:],
            file_hash=sha256(wish.path),
            source=wish.source,
            currency=wish.currency,
            started_at=timezone.now(),
        )
        try:
            checker = _checker(wish, source, run)
            _stage(run, checker, source, progress)
            made = _apply(run, checker, wish)
        except ImportRefused as error:
            _fail(run, str(error))
            raise
        finally:
            StagedLine.objects.filter(run_id=run.pk)._raw_delete(DEFAULT_DB_ALIAS)
    if made["changed"]:
        announce()
    return run, made


def _refuse(wish):
    if wish.currency and wish.currency not in ENGLISH.currencies:
        raise ImportRefused(_("“%(code)s” is not an ISO 4217 currency like EUR.") % {"code": wish.currency})
    if len(wish.source) > ImportRun._meta.get_field("source").max_length:
        raise ImportRefused(_("The name of the source is too long."))
    # Taken on trust it could never be taken back: the day only moves forward.
    if wish.complete_through and wish.complete_through > _today():
        raise ImportRefused(_("Orders can't be complete up to a day that is still to come."))


def _today():
    """The civil day that has begun somewhere: an order of a rep east of here is not of the future."""
    return (timezone.now() + timedelta(hours=14)).date()


def sweep():
    """Clears up after runs whose process died; called under the lock, when no other run can be alive."""
    dead = ImportRun.objects.filter(state__in=[ImportRun.State.STAGING, ImportRun.State.STAGED])
    dead.update(state=ImportRun.State.FAILED, message="The process ended before the import was applied.")
    if StagedLine.objects.exists():
        StagedLine.objects.all()._raw_delete(DEFAULT_DB_ALIAS)


def _fail(run, message):
    run.state, run.message = ImportRun.State.FAILED, message
    run.save(update_fields=["state", "message"])


def _checker(wish, source, run):
    rows = source.rows()
    header = next(rows, (0, []))[1]
    checker = Checker(header, wish.currency, wish.date_order, rejections.refused_keys(wish.owner))
    if not wish.currency and "currency" not in checker.columns:
        raise ImportRefused(
            _("The file has no currency column. Say the currency of its amounts, for example --currency EUR.")
        )
    run.read = checker.learn(rows)
    if not run.read:
        raise ImportRefused(_("The file has a header, but no rows below it."))
    run.mapping = {field: header[index] for field, index in checker.columns.items()}
    run.save(update_fields=["read", "mapping"])
    return checker


def _stage(run, checker, source, progress):
    """Writes good rows to StagedLine and the others to ImportRow, a short transaction a chunk."""
    rows = source.rows()
    next(rows)
    done = 0
    rejected = 0
    while chunk := list(islice(rows, CHUNK)):
        good, bad = [], []
        for number, cells in chunk:
            try:
                good.append((run.pk, *checker.check(number, cells)))
            except Rejected as row:
                bad.append((number, row.column, row.value, row.reason))
        with transaction.atomic():
            bulk.insert(StagedLine, ("run_id", *STAGED_COLUMNS), good)
            log.say(run, "rejected", bad)
        rejected += len(bad)
        done += len(chunk)
        if progress:
            progress(done, run.read)
    run.read, run.rejected = done, rejected
    run.state = ImportRun.State.STAGED
    run.save(update_fields=["read", "rejected", "state"])


class _RolledBack(Exception):
    pass


def _apply(run, checker, wish):
    """Everything or nothing: one transaction, which a dry run rolls back at its very end."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        try:
            for _attempt in range(ATTEMPTS):
                journal = log.Journal(run)
                prepared = apply.prepare(cursor, run, checker, wish.owner, journal)
                with contextlib.suppress(matching.OrdersMoved):
                    return _write(cursor, run, checker, prepared, wish, journal)
        finally:
            apply.clean_up(cursor)
    raise ImportRefused(_("Orders of this file are being changed by somebody right now. Try again later."))


def _write(cursor, run, checker, prepared, wish, journal):
    """Raises matching.OrdersMoved where somebody changed the orders since they were read; then nothing is written."""
    made = {}
    try:
        with transaction.atomic():
            made = apply.write(
                cursor, run, checker, prepared, wish.owner, wish.complete_through, _today(), journal
            )
            if wish.dry_run:
                raise _RolledBack
            run.state, run.applied_at = ImportRun.State.APPLIED, timezone.now()
            run.save()
    except _RolledBack:
        made["changed"] = False
        run.state = ImportRun.State.PREVIEWED
        with transaction.atomic():
            run.save()
            journal.write_warnings()
    return made
