"""One figure for all facts: equal before an import and after its undo. Not of it: runs, history, stored answers."""

import hashlib
import json
from decimal import Decimal

from crm.importing.tables import TABLES

# Counts changes, and so only ever grows.
NOT_FACTS = {"orders_rev"}


def digest() -> str:
    """The same on SQLite and PostgreSQL, whatever the number of decimals they give back."""
    total = hashlib.sha256()
    for model in TABLES:
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in NOT_FACTS]
        total.update(f"{model._meta.label}:{names}\n".encode())
        for row in model.objects.order_by("pk").values_list(*names).iterator(chunk_size=5000):
            total.update("|".join(map(_plain, row)).encode())
            total.update(b"\n")
    return total.hexdigest()


def _plain(value):
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return repr(value) if isinstance(value, str) else str(value)
