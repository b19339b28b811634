"""What keeps a bench from running, said where it does: its file is not there, or the database plays no part in it."""

from pathlib import Path

from django.db import connection

SHARED = Path(__file__).resolve().parents[3] / "shared"
DATA = SHARED / "data"


def is_beside(file: Path, what="") -> bool:
    """Whether `file` is beside the project; `what` is skipped otherwise: the bench, or only a part of it."""
    if not file.exists():
        print(f"{what}skipped: {file.name} is not beside the project")
    return file.exists()


def runs_once() -> bool:
    """True on the first database alone, for what does not ask it."""
    if connection.vendor != "sqlite":
        print("the same on every database; see SQLite")
    return connection.vendor == "sqlite"
