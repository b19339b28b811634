"""The databases of the tests: migrated once a run, then copied for every process of pytest-xdist."""

import fcntl
import shutil
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def migrated():
    """A database for the one process there is."""
    name = connection.settings_dict["NAME"]
    create()
    yield
    connection.creation.destroy_test_db(name, verbosity=0)


@contextmanager
def copied(run, worker):
    """A database for one of several processes. Whoever comes first migrates and the others wait; the last one tidies up.

    run: what names this run of the tests alone; worker: what names the process within it. pytest-django's --reuse-db,
    --create-db and --no-migrations say nothing here.
    """
    # By the run: what an earlier one left behind may be of other migrations.
    users = Path(settings.VAR_DIR) / f"databases-{run}"
    creation, name = connection.creation, connection.settings_dict["NAME"]
    template = creation._get_test_db_name()
    with ExitStack() as alive:
        with alone(users):
            users.mkdir(exist_ok=True)
            if not any(map(is_held, users.iterdir())):
                create()
            connection.close()
            use(template)
            copy = creation.get_test_db_clone_settings(worker)["NAME"]
            forget_journal(copy)
            creation.clone_test_db(worker, verbosity=0, autoclobber=True)
            alive.enter_context(held(users / worker))
        use(copy)
        try:
            yield
        finally:
            creation.destroy_test_db(template, verbosity=0)
            with alone(users):
                (users / worker).unlink()
                if any(map(is_held, users.iterdir())):
                    use(name)
                else:
                    creation.destroy_test_db(name, verbosity=0)
                    shutil.rmtree(users)


def create():
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)


def use(name):
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


def forget_journal(copy):
    """Of a process that was killed: SQLite would replay it into the new file of that name."""
    if connection.vendor == "sqlite":
        for ending in ("-wal", "-shm"):
            Path(f"{copy}{ending}").unlink(missing_ok=True)


def alone(folder):
    """No other process does what is within at the same time."""
    return held(folder.with_suffix(".lock"))


@contextmanager
def held(path):
    """Waits for the file, and has it until the end, be it by a kill."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_held(path) -> bool:
    with path.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
