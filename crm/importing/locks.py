"""One import at a time. The lock dies with its process, so that nothing has to be cleaned up after a kill."""

import contextlib
import fcntl
from pathlib import Path

from django.conf import settings
from django.db import connection

ADVISORY_KEY = 0x64616E67  # "dang"
WORKER_KEY = ADVISORY_KEY + 1


@contextlib.contextmanager
def only_import(waiting=lambda: None):
    """Holds the lock; calls `waiting` once where another import has it, and then waits for it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_KEY])
            if not cursor.fetchone()[0]:
                waiting()
                cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_KEY])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_KEY])
        return
    with _lock_file("import").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def only_worker():
    """Whether this process is the one that carries imports out; another need not wait for it, nor count as an attempt."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [WORKER_KEY])
            (mine,) = cursor.fetchone()
            try:
                yield mine
            finally:
                if mine:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [WORKER_KEY])
        return
    with _lock_file("import-worker").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _lock_file(job):
    """Beside the database itself and of its name: whoever writes into it must meet the same lock, and nobody else."""
    database = Path(connection.settings_dict["NAME"])
    folder = database.parent if database.is_file() else settings.VAR_DIR
    return folder / f"{database.name}.{job}.lock"
