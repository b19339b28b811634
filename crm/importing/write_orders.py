from dataclasses import dataclass

from crm.importing import log
from crm.models import Order


@dataclass(frozen=True)
class Written:
    """created: number of orders made; last_old: the greatest id before them; touched: ids of customers concerned."""

    created: int
    last_old: int
    touched: set


def write(cursor, run) -> Written:
    """New orders are inserted; one whose file values differ from the last import's is changed, unless a person did."""
    cursor.execute(
        """CREATE TEMP TABLE import_order AS
        SELECT s.number, c.id AS customer_id, s.ordered_on, s.kind, s.currency,
               CAST(c.id AS TEXT) || '|' || CAST(s.ordered_on AS TEXT) || '|' || s.kind || '|' || s.currency AS said
        FROM staged_order s JOIN import_customer c ON c.key = s.customer_key"""
    )
    touched = _change(cursor, run)
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


def _change(cursor, run):
    """Applies what the file says differently of known orders; returns the customers before and after."""
    cursor.execute(
        """SELECT o.id, i.customer_id, i.ordered_on, i.kind, i.currency, i.said
        FROM import_order i JOIN crm_order o ON o.source = %s AND o.number = i.number WHERE o.imported <> i.said""",
        [run.source],
    )
    wanted = {pk: new for pk, *new in cursor.fetchall()}
    touched, changes, said_now = set(), [], []
    for order in Order.objects.filter(pk__in=wanted):
        *new, said = wanted[order.pk]
        said_now.append((said, order.pk))
        current = f"{order.customer_id}|{order.ordered_on}|{order.kind}|{order.currency}"
        if current == said:
            continue
        if order.imported != current:
            # Typed or changed by a person: his values stay, and the same file again will have no news.
            log.say(run, "warning", [(0, "", str(order), "edited_since")])
            continue
        before = {"values": current.split("|"), "imported": order.imported}
        changes.append((order.pk, before, {"values": [str(value) for value in new], "imported": said}))
        touched |= {order.customer_id, new[0]}
        cursor.execute(
            "UPDATE crm_order SET customer_id = %s, ordered_on = %s, kind = %s, currency = %s WHERE id = %s",
            [*new, order.pk],
        )
    cursor.executemany("UPDATE crm_order SET imported = %s WHERE id = %s", said_now)
    log.keep(run, "order", changes)
    return touched
