"""One import at a time. The lock dies with its process, so that nothing has to be cleaned up after a kill."""

import contextlib
import fcntl
from pathlib import Path

from django.conf import settings
from django.db import connection

ADVISORY_KEY = 0x64616E67  # "dang"


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
    # Beside the database itself: whoever writes into it must meet the same lock.
    database = Path(connection.settings_dict["NAME"])
    folder = database.parent if database.is_file() else settings.VAR_DIR
    with (folder / "import.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
