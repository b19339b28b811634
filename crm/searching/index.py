"""Keeps the search index: a document for each customer, person, note and product, as documents.py makes it.

Whoever writes such rows past their save() calls `refresh`: in the same transaction, or where there are thousands of
them when it is over. `rebuild` mends what somebody forgot.
"""

from functools import partial

from django.apps import apps as installed
from django.db import transaction

from crm.searching.documents import SOURCES, Document

CHUNK = 500
COLUMNS = Document._fields


def refresh(kind, pks, apps=installed):
    """Write the documents of these rows anew where they differ; returns how many did.

    In short transactions, unless the caller has one in which all of it belongs.
    """
    pks = sorted(set(pks))
    changed = []
    for start in range(0, len(pks), CHUNK):
        with transaction.atomic():
            changed += _write(kind, pks[start : start + CHUNK], apps)
    if kind == "customer":
        refresh("person", people_of(changed, apps), apps)
    return len(changed)


def refresh_on_commit(kind, pks):
    """When the transaction is over, and not while it holds the write lock: a renamed customer's people follow him."""
    transaction.on_commit(partial(refresh, kind, pks), robust=True)


def people_of(customers, apps=installed):
    """Whose documents tell of these customers."""
    jobs = apps.get_model("crm", "Employment")._base_manager.filter(customer__in=customers, to_on=None)
    return list(jobs.values_list("person", flat=True))


def rebuild(apps=installed):
    """Compare all documents with their rows, and write those that differ; returns how many did.

    In short transactions: nobody waits for it. Documents of rows that are gone went with them.
    """
    changed = 0
    for kind in SOURCES:
        rows = apps.get_model("crm", kind)._base_manager.order_by("pk")
        last = 0
        while pks := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
            with transaction.atomic():
                changed += len(_write(kind, pks, apps))
            last = pks[-1]
    return changed


def _write(kind, pks, apps):
    """The rows whose documents were not as they should be."""
    source = SOURCES[kind]
    documents = apps.get_model("crm", "SearchDocument")._base_manager
    rows = apps.get_model("crm", kind)._base_manager.filter(pk__in=pks).order_by("pk")
    # Locked: of two who change a person's e-mail addresses at once, the second must read what the first wrote.
    rows = rows.select_for_update(no_key=True).prefetch_related(*source.related)
    made = {row.pk: source.document(row) for row in rows}
    kept = {
        pk: tuple(values)
        for pk, *values in documents.filter(**{f"{kind}__in": pks}).values_list(kind, *COLUMNS)
    }
    changed = [pk for pk, document in made.items() if kept.get(pk) != document]
    documents.bulk_create(
        [documents.model(**{f"{kind}_id": pk}, **made[pk]._asdict()) for pk in changed],
        update_conflicts=True,
        unique_fields=[kind],
        update_fields=COLUMNS,
    )
    return changed
