"""Since when each entry says what it says: so that an event is a new one to calendar programs only when it is."""

import hashlib
from datetime import UTC, datetime

# SEQUENCE counts from here: it grows with every change, and also for an entry that was away and came back.
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def revised(known, entries, now) -> dict:
    """{key: [digest, second]} of `entries`; those that `known` has with the same digest keep their second."""
    second = max(int((now - EPOCH).total_seconds()), 0)
    found = {}
    for entry in entries:
        digest, before = _digest(entry), known.get(entry.key)
        found[entry.key] = before if before and before[0] == digest else [digest, second]
    return found


def moment(revision):
    return datetime.fromtimestamp(EPOCH.timestamp() + revision[1], UTC)


def etag(revisions, *more) -> str:
    """Of the whole feed."""
    said = repr((sorted(revisions.items()), more))
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _digest(entry):
    return hashlib.sha256(repr(entry).encode()).hexdigest()[:16]
