"""The databases of the tests: migrated once a run, then copied for every process of pytest-xdist."""

import fcntl
from contextlib import contextmanager
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

    run: what names this run of the tests alone; worker: what names the process within it.
    """
    # By the run: what an earlier one left behind may be of other migrations.
    users = Path(settings.VAR_DIR) / f"databases-{run}"
    users.mkdir(exist_ok=True)
    creation, name = connection.creation, connection.settings_dict["NAME"]
    template = creation._get_test_db_name()
    with alone(users):
        if not any(users.iterdir()):
            create()
        connection.close()
        use(template)
        creation.clone_test_db(worker, verbosity=0, autoclobber=True)
        (users / worker).touch()
    use(creation.get_test_db_clone_settings(worker)["NAME"])
    yield
    creation.destroy_test_db(template, verbosity=0)
    with alone(users):
        (users / worker).unlink()
        if any(users.iterdir()):
            use(name)
        else:
            creation.destroy_test_db(name, verbosity=0)


def create():
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)


def use(name):
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


@contextmanager
def alone(folder):
    """No other process does what is within at the same time."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
