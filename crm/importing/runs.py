"""A run: file -> checked lines in a temporary table, chunk by chunk -> applied in one short transaction."""

import contextlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from crm.importing import apply, doubts, known_prices, log, rejections, staging, summary
from crm.importing.choices import AS_IT_IS, Choices
from crm.importing.errors import Cancelled, ImportRefused, OrdersMoved
from crm.importing.files import AS_FOUND, Reading, opened, sha256
from crm.importing.kinds.registry import kind_of
from crm.importing.locks import only_import
from crm.importing.memory import rarely_collected
from crm.importing.orders import Checker
from crm.importing.records import engine
from crm.importing.records.kind import RecordKind
from crm.importing.wanted import applying, latest_today, still_wanted
from crm.models import Customer, ImportRow, ImportRun
from crm.models.fields import is_currency
from crm.models.order import EARLIEST

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
    reading: Reading = AS_FOUND
    kind: str = "orders"
    # {field: index of its column}; None: recognised by the headers.
    columns: dict | None = None
    choices: Choices = AS_IT_IS
    # Of a report that does not say whose it is, and of when.
    customer: Customer | None = None
    day: date | None = None

    @property
    def importer(self):
        """Whose customers the file may touch; None: everybody's."""
        return self.user or self.owner


def run_import(wish: Wish, progress=None, waiting=lambda: None, run=None) -> tuple[ImportRun, dict]:
    """Brings the file in, or tries it; returns the run and how many customers, products and orders it made.

    Where made["changed"], the caller announces it, once it holds no lock any more.
    `run`: one that a user started in the browser and that waits for this. Raises ImportRefused with a message for the
    user; then, as after a kill at any moment, nothing has changed.
    """
    _refuse(wish)
    with opened(wish.path, wish.reading) as source, only_import(waiting), rarely_collected():
        sweep()
        run = _again(run) if run else _new_run(wish)
        try:
            made = _bring_in(run, wish, source, progress)
        except ImportRefused as error:
            give_up(run, error)
            raise
    return run, made


def _bring_in(run, wish, source, progress):
    kind = kind_of(wish.kind)
    if isinstance(kind, RecordKind):
        return engine.bring_in(kind, run, wish, source, progress)
    checker = _checker(wish, source, run)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        try:
            staging.stage(cursor, run, checker, source, progress)
            return _apply(cursor, run, checker, wish)
        finally:
            staging.clear(cursor)


def _refuse(wish):
    if wish.currency and not is_currency(wish.currency):
        raise ImportRefused(_("“%(code)s” is not an ISO 4217 currency like EUR.") % {"code": wish.currency})
    if len(wish.source) > ImportRun._meta.get_field("source").max_length:
        raise ImportRefused(_("The name of the source is too long."))
    # Taken on trust it could never be taken back: the day only moves forward.
    if wish.complete_through and wish.complete_through > latest_today():
        raise ImportRefused(_("Orders can't be complete up to a day that is still to come."))
    if wish.complete_through and wish.complete_through < EARLIEST:
        raise ImportRefused(_("So long ago? Check the year."))


def _new_run(wish):
    return ImportRun.objects.create(
        kind=wish.kind,
        user=wish.user,
        owner=wish.owner,
        file_name=wish.path.name[-255:],
        file_hash=sha256(wish.path),
        source=wish.source,
        currency=wish.currency,
        started_at=timezone.now(),
    )


def _again(run):
    """A run that is to be tried or applied: without what an earlier try said."""
    if not still_wanted(run).update(state=ImportRun.State.STAGING, message="", done=0):
        raise Cancelled
    ImportRow.objects.filter(run=run)._raw_delete(DEFAULT_DB_ALIAS)
    run.refresh_from_db()
    return run


def sweep():
    """Clears up after runs whose process died; called under the lock, when no other run can be alive."""
    # What is still wanted is started again by itself.
    dead = ImportRun.objects.filter(state__in=[ImportRun.State.STAGING, ImportRun.State.STAGED], wanted="")
    dead.update(state=ImportRun.State.FAILED, message="The process ended before the import was applied.")


def give_up(run, error):
    """Nothing has changed. A run that was cancelled waits for its user; another says why it failed.

    What is applied or taken back is done: no later fault says otherwise.
    """
    cancelled = isinstance(error, Cancelled)
    state = ImportRun.State.UPLOADED if cancelled else ImportRun.State.FAILED
    done = [ImportRun.State.APPLIED, ImportRun.State.UNDONE]
    message = "" if cancelled else str(error)
    still_wanted(run).exclude(state__in=done).update(state=state, message=message, wanted="")


def _checker(wish, source, run):
    rows = source.rows()
    header = next(rows, (0, []))[1]
    refused = rejections.refused_keys(wish.importer)
    checker = Checker(header, wish.currency, wish.date_order, refused, wish.columns)
    if not wish.currency and "currency" not in checker.columns:
        raise ImportRefused(
            _("The file has no currency column. Say the currency of its amounts, for example --currency EUR.")
        )
    if checker.layout and checker.layout.names:
        checker.layout.names[:] = known_prices.skus(checker.layout.names)
        checker.price_of = known_prices.KnownPrices(checker.layout.names, wish.source, wish.importer)
    run.read = checker.learn(checker.lines(rows))
    if not run.read:
        raise ImportRefused(_("The file has a header, but no rows below it."))
    run.mapping = {field: checker.header[index] for field, index in checker.said.items()}
    run.save(update_fields=["read", "mapping"])
    return checker


def _apply(cursor, run, checker, wish):
    """Everything or nothing: one transaction, which a dry run rolls back at its very end."""
    try:
        for _attempt in range(ATTEMPTS):
            journal = log.Journal(run, wish.choices, checker.row_of)
            prepared = apply.prepare(cursor, run, checker, wish, journal)
            doubts.look(cursor, latest_today(), journal)
            with contextlib.suppress(OrdersMoved):
                return _write(cursor, run, checker, prepared, wish, journal)
    finally:
        apply.clean_up(cursor)
    raise ImportRefused(_("Orders of this file are being changed by somebody right now. Try again later."))


def _write(cursor, run, checker, prepared, wish, journal):
    """Raises OrdersMoved where somebody changed the orders since they were read; then nothing is written."""
    with applying(run, wish.dry_run, journal.write_warnings):
        made = apply.write(cursor, run, checker, prepared, wish, latest_today(), journal)
        said = summary.summarise(cursor, run, prepared, made, journal)
        run.summary = said | {"file_rows": checker.rows}
    return made | ({"changed": False} if wish.dry_run else {})
