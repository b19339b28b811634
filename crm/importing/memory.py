"""What an import keeps in memory, and how often that is looked through."""

import contextlib
import gc

REMEMBERED = 100_000
# Allocations before a collection, and collections of a generation before one of the next.
RARELY = (100_000, 50, 100)


class Remembered(dict):
    """{what a file says: what `find` makes of it}, found once: most of a file repeats what stood there before.

    What `find` raises is raised, and not remembered.
    """

    def __init__(self, find):
        super().__init__()
        self._find = find

    def __missing__(self, said):
        found = self._find(said)
        make_room(self)
        self[said] = found
        return found


def make_room(memory):
    """Where little repeats, remembering it all would cost more than it saves."""
    if len(memory) >= REMEMBERED:
        memory.clear()


@contextlib.contextmanager
def rarely_collected():
    """Rows come by the hundred thousand and none refers to itself: looking for rings among them takes a tenth of an import.

    For the whole process: to be entered where only one import is at work, under its lock.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
