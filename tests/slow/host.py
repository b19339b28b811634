"""The installation in which imports are killed: see tests.slow.workers."""

from pathlib import Path

from django.core.files import File
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from crm.importing import jobs, wizard
from crm.importing.digest import digest
from crm.importing.locks import only_import
from crm.importing.runs import Wish, run_import
from crm.models import Assignment, Customer, ImportChange, ImportRun, Order, OrderLine, Product
from tests.slow import workers

TABLES = (Customer, Product, Order, OrderLine, Assignment)


def serve():
    workers.serve(COMMANDS)


def start(known, path):
    """`known` is in already; `path` is uploaded and read."""
    user = User.objects.create_user("rep@example.com", name="Rep")
    run_import(Wish(Path(known), "EUR", user))
    with Path(path).open("rb") as file:
        wizard.start(user, File(file, name="orders.csv"), timezone.now())
    jobs.run_due()
    _run().update(currency="EUR")


def ask(wanted):
    if wanted == "apply":
        ImportChange.objects.filter(run__in=_run()).delete()
        _run().update(state="previewed", read=0, created=0, updated=0, unchanged=0, rejected=0)
    _run().update(wanted=wanted, asked_at=timezone.now(), attempts=0)


def work(kill_after=None):
    """A worker's turn."""
    return workers.forked(jobs.run_due, kill_after)


def state():
    """(digest, what is there whatever its keys, state of the run, what is due, rows in staging).

    Under the lock: a server may be ending the last statement of a client that is dead, and commit it between two questions.
    """
    with only_import():
        run = _run().get()
        counts = [model.objects.count() for model in TABLES]
        lines = OrderLine.objects.aggregate(Sum("amount"), Sum("unit_price"))
        learned = OrderLine.objects.filter(learn=True, reverses=None).count()
        there = [*counts, *(f"{total:.2f}" for total in lines.values()), learned]
        return digest(), there, run.state, run.wanted


def _run():
    """The one that was uploaded."""
    return ImportRun.objects.exclude(stored="")


COMMANDS = {"start": start, "ask": ask, "work": work, "state": state}
