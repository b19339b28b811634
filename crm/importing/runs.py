"""A run: file -> checked lines in the staging table, in short chunks -> applied in one short transaction."""

from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import visible_q
from accounts.models import User
from crm.changes import announce
from crm.importing import apply, bulk, log, masters
from crm.importing.errors import ImportRefused
from crm.importing.files import opened, sha256
from crm.importing.locks import only_import
from crm.importing.orders import STAGED_COLUMNS, Checker, Rejected
from crm.models import Customer, ImportRun, StagedLine
from crm.models.fields import ENGLISH

CHUNK = 20_000


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
    if wish.currency and wish.currency not in ENGLISH.currencies:
        raise ImportRefused(_("“%(code)s” is not an ISO 4217 currency like EUR.") % {"code": wish.currency})
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


def sweep():
    """Clears up after runs whose process died; called under the lock, when no other run can be alive."""
    dead = ImportRun.objects.filter(state__in=[ImportRun.State.STAGING, ImportRun.State.STAGED])
    if dead.update(state=ImportRun.State.FAILED, message="The process ended before the import was applied."):
        StagedLine.objects.all()._raw_delete(DEFAULT_DB_ALIAS)


def _fail(run, message):
    run.state, run.message = ImportRun.State.FAILED, message
    run.save(update_fields=["state", "message"])


def _checker(wish, source, run):
    rows = source.rows()
    header = next(rows, (0, []))[1]
    checker = Checker(header, wish.currency, wish.date_order, _refused_customers(wish.owner))
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


def _refused_customers(owner):
    """Keys of customers that this owner may not see: his file must not change them, nor tell him about them."""
    if owner is None:
        return frozenset()
    # Not exclude(visible_q): an administrator's rule is empty, and excluding nothing would leave everybody.
    own = Customer.objects.filter(visible_q(owner))
    others = Customer.objects.exclude(pk__in=own.values("pk")).values_list("code", "name", "country")
    keys = {masters.name_key(name, country) for _, name, country in others}
    # Of two customers of one name the own one is meant.
    keys -= {masters.name_key(name, country) for name, country in own.values_list("name", "country")}
    return frozenset(keys | {masters.code_key(code) for code, _, _ in others if code})


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
    run.rejected = rejected
    run.state = ImportRun.State.STAGED
    run.save(update_fields=["rejected", "state"])


class _RolledBack(Exception):
    pass


def _apply(run, checker, wish):
    """Everything or nothing: one transaction, which a dry run rolls back at its very end."""
    today = timezone.localdate()
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        try:
            apply.prepare(cursor, run)
            with transaction.atomic():
                made = apply.write(cursor, run, checker, wish.owner, wish.complete_through, today)
                if wish.dry_run:
                    raise _RolledBack
                run.state, run.applied_at = ImportRun.State.APPLIED, timezone.now()
                run.save()
        except _RolledBack:
            run.state = ImportRun.State.PREVIEWED
            run.save()
            made["changed"] = False
        finally:
            apply.clean_up(cursor)
    return made
