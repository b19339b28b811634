"""Ranges of customers that any number of workers share: each is claimed by a conditional UPDATE, for one worker alone.

A claim is renewed while its worker lives and ends with its LEASE: what a killed worker held is taken by another, at once
where that one sees that the process is gone. Answers are stored in the transaction that gives the claim back, so that a worker
who lost it meanwhile stores nothing.
"""

import hashlib
import os
import secrets
import socket
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.db.models import Q
from django.db.models.functions import Now

from analytics.models import RefreshRange

# Customers that are judged and stored together: the bound of memory, and of how long a transaction lasts.
SPAN = 100
LEASE = timedelta(seconds=60)
# Of a claim that is renewed seldom: what takes the whole book takes minutes.
LONG_LEASE = timedelta(minutes=15)
# Stands where a range's first key would, for work that one process does on all customers.
WHOLE_BOOK = -1


@dataclass(frozen=True)
class Claim:
    first: int
    token: str

    @property
    def keys(self):
        """First and last key of its customers."""
        return self.first, self.first + SPAN - 1

    def renew(self) -> bool:
        """Whether it is still ours."""
        return bool(self._mine().update(claimed_at=Now()))

    def release(self) -> bool:
        """Whether it was ours until now."""
        return bool(self._mine().update(token="", claimed_at=None))

    def _mine(self):
        return RefreshRange.objects.filter(first=self.first, token=self.token)


def ranges(keys) -> Counter:
    """{first key of a range: how many of `keys` are in it}."""
    return Counter(key - key % SPAN for key in keys)


def prepare(firsts):
    """Makes the rows that are missing: a range is claimed by its row."""
    there = set(RefreshRange.objects.values_list("first", flat=True))
    missing = [RefreshRange(first=first) for first in firsts if first not in there]
    RefreshRange.objects.bulk_create(missing, ignore_conflicts=True)


def claim(first, lease=LEASE) -> Claim | None:
    """None where another worker has it and renewed it within `lease`."""
    mine = Claim(first, f"{_here()}.{os.getpid()}.{secrets.token_hex(4)}")
    free = Q(token="") | Q(claimed_at__lt=Now() - lease)
    return mine if _take(mine, free) or _take_from_the_dead(mine) else None


def _take(mine, free):
    rows = RefreshRange.objects.filter(free, first=mine.first)
    return rows.update(token=mine.token, claimed_at=Now())


def _take_from_the_dead(mine):
    held = RefreshRange.objects.filter(first=mine.first).values_list("token", flat=True).first()
    here, _, rest = (held or "").partition(".")
    return here == _here() and not _is_running(int(rest.partition(".")[0])) and _take(mine, Q(token=held))


@cache
def _here():
    """Names this machine, and of a container its own table of processes."""
    table = Path("/proc/self/ns/pid")
    where = f"{socket.gethostname()} {table.readlink() if table.is_symlink() else ''}"
    return hashlib.sha256(where.encode()).hexdigest()[:12]


def _is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
