"""The steps of an import in the browser, each a change of its run: what is asked of the worker is data in a column.

A person asks (`ask`), the worker does (crm.importing.jobs), the page shows the run's state. Nothing lives in a session:
a reload, another browser and a closed laptop find the run where it stands.
"""

from dataclasses import asdict
from datetime import date
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.models import User
from crm.importing import choices, mappings, recognition, uploads
from crm.importing.files import Reading, sha256
from crm.importing.kinds.registry import kind_of, likely
from crm.importing.owners import owners
from crm.importing.runs import Wish
from crm.importing.sources import known_source
from crm.importing.suggest import currency_of, suggest
from crm.importing.wanted import still_wanted
from crm.models import Customer, ImportRun, Product

State, Wanted = ImportRun.State, ImportRun.Wanted


def start(user, file, now, kind="") -> ImportRun:
    """Keeps an uploaded file and asks for it to be read, as `kind` or as what it seems to be. Raises ImportRefused."""
    uploads.check(file)
    stored = uploads.store(file)
    run = ImportRun.objects.create(
        user=user,
        # Customers of nobody's would be seen by administrators alone.
        owner=None if user.role == User.Role.ADMIN else user,
        file_name=file.name[-255:],
        file_hash=sha256(uploads.path(stored)),
        stored=stored,
        state=State.UPLOADED,
        started_at=now,
        options={"kind": kind} if kind else {},
    )
    ask(run, Wanted.READ, now)
    return run


def ask(run, wanted, now) -> bool:
    """Asks the worker for `wanted`, where nothing else is asked of it; says whether it was."""
    asked = ImportRun.objects.filter(pk=run.pk, wanted="", state=run.state)
    if not asked.update(wanted=wanted, asked_at=now, attempts=0, done=0):
        return False
    call_worker()
    return True


def call_worker():
    for path in settings.RUN_IMPORTS:
        import_string(path)()


def cancel(run) -> bool:
    """Takes back what was asked. The worker notices with the next rows; what is done already stays done."""
    back = State.APPLIED if run.wanted == Wanted.UNDO else State.UPLOADED
    return bool(run.wanted and still_wanted(run).update(wanted="", state=back))


def discard(run) -> bool:
    """Forgets a file that was not imported, where nothing is asked of it by now; says whether it did."""
    with transaction.atomic():
        waiting = ImportRun.objects.select_for_update().filter(
            pk=run.pk, wanted="", state__in=ImportRun.OPEN_STATES
        )
        if not (run.stored and waiting.exists()):
            return False
        waiting.delete()
        transaction.on_commit(partial(uploads.remove, run.stored))
    return True


def read_again(run, reading, now) -> bool:
    """Reads the file in the way that its user says."""
    run.options = run.options | {"reading": asdict(reading)}
    run.options.pop("columns", None)
    ImportRun.objects.filter(pk=run.pk, wanted="").update(options=run.options)
    return ask(run, Wanted.READ, now)


def is_now(run, kind, now) -> bool:
    """Reads the file as another kind, as its user says."""
    run.options = {"reading": run.options.get("reading", {}), "kind": kind.name, "seen": True}
    ImportRun.objects.filter(pk=run.pk, wanted="").update(options=run.options)
    return ask(run, Wanted.READ, now)


def recognise(run, now):
    """What the worker does for READ: looks at the file, guesses the columns, and goes on where they are known."""
    found = recognition.look(uploads.path(run.stored), Reading(**run.options.get("reading", {})))
    header, values = found["header"], found.pop("values")
    saved = mappings.find(run.user, header)
    kind = _kind(run, saved, header)
    saved = saved if saved and saved.kind == kind.name else None
    guesses = suggest(kind, header, values, mappings.remembered(run.user, kind), _known_items(header))
    found["guesses"] = [[guess.field, guess.sure] for guess in guesses]
    found["examples"] = [texts[:3] for texts in values]
    columns = {guess.field: index for index, guess in enumerate(guesses) if guess.field}
    options = {name: run.options[name] for name in ("reading", "kind", "seen") if run.options.get(name)}
    currency, source = currency_of(values), ""
    owner = run.owner_id
    if saved:
        guessed, columns = columns, mappings.places(saved, header, kind)
        taken = set(columns.values())
        columns |= {
            field: guessed[field]
            for field in mappings.later(saved, kind) & set(guessed)
            if guessed[field] not in taken
        }
        options |= {"mapping": saved.name, "date_order": saved.options.get("date_order", "")}
        currency, source = saved.options.get("currency", ""), saved.options.get("source", "")
        owner = _owner_again(run, saved)
    elif "source" in kind.asks and "order_number" in columns:
        source = known_source(run.user, values[columns["order_number"]])
    options["columns"] = columns
    goes_on = saved and not kind.missing(columns) and not kind.lacks_currency(columns, currency)
    goes_on = goes_on and not kind.open_questions(columns)
    still_wanted(run).update(
        state=State.UPLOADED,
        kind=kind.name,
        message="",
        found=found,
        options=options,
        currency=currency,
        source=source,
        owner=owner,
        wanted=Wanted.PREVIEW if goes_on else "",
        # Another piece of work, with attempts of its own.
        attempts=0,
        done=0,
    )


def _known_items(header):
    """Headers that are SKUs; one alone may be a word."""
    names = [name.strip() for name in header if name.strip()]
    known = set(Product.objects.filter(sku__in=names).values_list("sku", flat=True))
    return known if len(known) > 1 else frozenset()


def _kind(run, saved, header):
    """As its user said, this time or last time; else what its headers speak for."""
    said = run.options.get("kind") or (saved and saved.kind)
    if said and run.user.role in kind_of(said).roles:
        return kind_of(said)
    return likely(header, run.user)


def _owner_again(run, saved):
    """The rep of last time, as long as the run's user may still choose him."""
    wanted = saved.options.get("owner")
    return wanted if wanted and owners(run.user).filter(pk=wanted).exists() else run.owner_id


def wish_of(run) -> Wish:
    """What the run's user asked for."""
    said = run.options
    return Wish(
        path=uploads.path(run.stored),
        kind=run.kind,
        currency=run.currency,
        owner=run.owner,
        user=run.user,
        source=run.source,
        complete_through=_day(said.get("complete_through")),
        date_order=said.get("date_order") or None,
        dry_run=run.wanted == Wanted.PREVIEW,
        reading=_reading(run),
        columns=said["columns"],
        choices=choices.of(said),
        customer=Customer.objects.filter(pk=said["customer"]).first() if said.get("customer") else None,
        day=_day(said.get("day")),
    )


def _day(text):
    return date.fromisoformat(text) if text else None


def _reading(run):
    """The file as it was shown: what was found then is not looked for again."""
    found = run.found
    text = not found["sheets"]
    return Reading(
        encoding=found["encoding"] if text else "",
        delimiter=found["delimiter"] if text else "",
        sheet=found["sheet"],
        header_row=found["header_row"],
    )
