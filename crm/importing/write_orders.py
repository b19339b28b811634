from dataclasses import dataclass

from crm.importing import bulk
from crm.models import Order

COLUMNS = ("customer_id", "ordered_on", "kind", "currency")


@dataclass(frozen=True)
class Written:
    """created: number of orders made; last_old: the greatest id before them; touched: ids of customers concerned."""

    created: int
    last_old: int
    touched: set


def write(cursor, run, journal) -> Written:
    """New orders are inserted; one whose file values differ from the last import's is changed, unless a person did."""
    cursor.execute(
        """CREATE TEMP TABLE import_order AS
        SELECT s.number, c.id AS customer_id, s.ordered_on, s.kind, s.currency,
               CAST(c.id AS TEXT) || '|' || CAST(s.ordered_on AS TEXT) || '|' || s.kind || '|' || s.currency AS said
        FROM staged_order s JOIN import_customer c ON c.key = s.customer_key"""
    )
    bulk.analyze(cursor, "import_order")
    touched = _change(cursor, run, journal)
    cursor.execute("SELECT COALESCE(MAX(id), 0) FROM crm_order")
    (last_old,) = cursor.fetchone()
    cursor.execute(
        """INSERT INTO crm_order
            (customer_id, source, number, ordered_on, kind, status, currency, credited_to_id, learn, run_id, imported)
        SELECT i.customer_id, %s, i.number, i.ordered_on, i.kind, %s, i.currency, c.owner_id, %s, %s, i.said
        FROM import_order i JOIN crm_customer c ON c.id = i.customer_id
        LEFT JOIN crm_order o ON o.source = %s AND o.number = i.number
        WHERE o.id IS NULL ORDER BY i.ordered_on, i.number""",
        [run.source, Order.Status.INVOICED.value, True, run.pk, run.source],
    )
    created = cursor.rowcount
    cursor.execute("SELECT DISTINCT customer_id FROM crm_order WHERE id > %s", [last_old])
    return Written(created, last_old, touched | {pk for (pk,) in cursor.fetchall()})


def _change(cursor, run, journal):
    """Applies what the file says differently of known orders; returns the customers before and after."""
    cursor.execute(
        """SELECT o.id, o.number, o.imported, o.customer_id, CAST(o.ordered_on AS TEXT), o.kind, o.currency,
                  i.customer_id, CAST(i.ordered_on AS TEXT), i.kind, i.currency, i.said
        FROM import_order i JOIN crm_order o ON o.source = %s AND o.number = i.number
        WHERE o.imported <> i.said ORDER BY o.id""",
        [run.source],
    )
    touched, changed, said_now = set(), [], []
    for pk, number, last, *values, said in cursor.fetchall():
        old, new = values[:4], values[4:]
        current = "|".join(map(str, old))
        said_now.append((pk, said))
        before, after = {"imported": last}, {"imported": said}
        if current != said:
            taken = new if current == last else _taken(journal, pk, old, new)
            if taken != new:
                # Typed or changed by a person: his values stay, and the same file again will have no news.
                journal.warn(0, "", number, "edited_since")
            if taken != old:
                changed.append((pk, *taken))
                touched |= {old[0], taken[0]}
                before |= dict(zip(COLUMNS, old, strict=True))
                after |= dict(zip(COLUMNS, taken, strict=True))
        journal.change(Order, pk, before, after)
    bulk.update(Order, COLUMNS, changed)
    bulk.update(Order, ["imported"], said_now)
    return touched


def _taken(journal, pk, old, new):
    """A person's values, but where the user wants the file's."""
    return [
        theirs if ours != theirs and journal.conflicts.takes(Order, pk, {name: (ours, theirs)}) else ours
        for name, ours, theirs in zip(COLUMNS, old, new, strict=True)
    ]
