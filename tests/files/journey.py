"""The way of a composed file through recognition, preview, import and undo, and what must hold at each step."""

import contextlib

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm.importing import jobs, uploads, wizard
from crm.importing.digest import digest
from crm.importing.errors import ImportRefused
from crm.importing.mapping import missing_fields
from crm.models import ImportRun
from tests.files.composed import made

Wanted = ImportRun.Wanted


def travel(user, examples, same=False):
    """So many examples, each of one file or of two, the second on top of the first; `same`: as last time."""

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=same,
        # Files are small as they are; making them smaller would take longer than all examples together.
        phases=[Phase.explicit, Phase.generate],
    )
    @given(st.lists(made(), min_size=1, max_size=2))
    def each(files):
        with rolled_back():
            bring(user, files)

    each()


@contextlib.contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def bring(user, files):
    """Brings the first, then the others, and takes it back: all is as it was."""
    if not files:
        return
    before = digest()
    run = imported(user, files[0], before)
    bring(user, files[1:])
    if run:
        run.options |= {"undo_rest": False, "undo_by": user.pk}
        run.save(update_fields=["options"])
        assert work(run, Wanted.UNDO).state == "undone"
    assert digest() == before


def imported(user, file, before):
    """The applied run; None where nothing of the file can be brought in."""
    try:
        run = wizard.start(user, SimpleUploadedFile("orders.csv", file.content), timezone.now())
    except ImportRefused:
        return None
    try:
        return applied(run, file, before)
    finally:
        uploads.remove(run.stored)


def applied(run, file, before):
    if work(run).state == "failed" or missing_fields(run.options["columns"]):
        assert run.found or run.message
        return None
    run.currency = run.currency or ("" if "currency" in run.options["columns"] else file.currency)
    run.save(update_fields=["currency"])
    if work(run, Wanted.PREVIEW).options.get("ask_dates"):
        run.options = {key: said for key, said in run.options.items() if key != "ask_dates"}
        run.options["date_order"] = file.date_order
        run.save(update_fields=["options"])
        work(run, Wanted.PREVIEW)
    assert digest() == before
    if run.state == "failed":
        assert run.message
        return None
    assert run.state == "previewed"
    previewed = told(run)
    assert work(run, Wanted.APPLY).state == "applied"
    assert told(run) == previewed
    return run


def work(run, wanted=""):
    if wanted:
        assert wizard.ask(run, wanted, timezone.now())
    jobs.run_due()
    run.refresh_from_db()
    assert not run.wanted
    return run


def told(run):
    assert run.read == run.created + run.updated + run.unchanged + run.rejected
    rejected = list(run.rows.filter(level="rejected").order_by("number").values_list("number", "reason"))
    assert len(rejected) == run.rejected
    return run.read, run.created, run.updated, run.unchanged, rejected, run.summary
