"""Lines of orders: equal ones match first, then what is left of the same order and item; the rest is new.

Matched as a multiset, the order in which a file lists its lines never matters.
"""

from collections import defaultdict

from crm.importing import bulk, log
from crm.importing.orders import line_hash
from crm.models import OrderLine, StagedLine

FIELDS = ("kind", "unit", "quantity", "unit_price", "amount", "unit_cost", "promised_on")
# Without an ERP line number a line is known by its SKU and its place among that order's lines of it.
NEW_KEY = """CASE WHEN s.line_number = '' THEN s.sku || ':' || s.place
    WHEN s.place = 1 THEN s.line_number ELSE s.line_number || ':' || s.place END"""


def write(cursor, run, last_old):
    """Sets the run's created, updated and unchanged; returns the ids of known orders that changed."""
    run.created = _insert(cursor, run, NEW_KEY, "", "o.id > %s", last_old)
    cursor.execute(
        """CREATE TEMP TABLE import_match AS
        SELECT s."row", s.sku, s.line_number, s.line_hash, s.twin, o.id AS order_id, p.id AS product_id
        FROM staged_item s JOIN crm_order o ON o.source = %s AND o.number = s.order_number
        JOIN import_product p ON p.key = s.sku WHERE o.id <= %s""",
        [run.source, last_old],
    )
    # Without it SQLite would go through all rows for each known line.
    cursor.execute(
        "CREATE INDEX import_match_by_line ON import_match (order_id, product_id, line_hash, twin)"
    )
    same_rows, same_lines = _match_equal(cursor)
    run.unchanged = len(same_rows)
    cursor.execute(
        'SELECT "row", order_id, product_id, sku, line_number FROM import_match ORDER BY line_hash, "row"'
    )
    left = [row for row in cursor.fetchall() if row[0] not in same_rows]
    if not left:
        return set()
    pairs, new = _pair(left, _known_lines({row[1] for row in left}), same_lines)
    changed_orders = _update(run, pairs)
    cursor.execute('CREATE TEMP TABLE import_key ("row" BIGINT PRIMARY KEY, key VARCHAR(100))')
    bulk.insert_into("import_key", ("row", "key"), [(row, key) for row, key, _ in new])
    run.created += _insert(
        cursor, run, "k.key", 'JOIN import_key k ON k."row" = s."row"', "o.id <= %s", last_old
    )
    return changed_orders | {order for _, _, order in new}


def _insert(cursor, run, key, join, condition, parameter):
    cursor.execute(
        f"""INSERT INTO crm_orderline
            (order_id, key, product_id, kind, unit, quantity, unit_price, amount, unit_cost, promised_on, learn,
             imported_hash)
        SELECT o.id, {key}, p.id, s.kind, s.unit, s.quantity, s.unit_price, s.amount, s.unit_cost, s.promised_on,
               %s, s.line_hash
        FROM staged_item s {join}
        JOIN crm_order o ON o.source = %s AND o.number = s.order_number
        JOIN import_product p ON p.key = s.sku
        WHERE {condition}""",
        [True, run.source, parameter],
    )
    return cursor.rowcount


def _match_equal(cursor):
    """Rows and line ids whose file values are exactly those last imported."""
    cursor.execute(
        """SELECT m."row", l.id FROM import_match m JOIN (
            SELECT id, order_id, product_id, imported_hash,
                   ROW_NUMBER() OVER (PARTITION BY order_id, product_id, imported_hash ORDER BY id) AS twin
            FROM crm_orderline WHERE order_id IN (SELECT order_id FROM import_match)
        ) l ON l.order_id = m.order_id AND l.product_id = m.product_id
           AND l.imported_hash = m.line_hash AND l.twin = m.twin"""
    )
    pairs = cursor.fetchall()
    return {row for row, _ in pairs}, {line for _, line in pairs}


def _known_lines(orders):
    """(order, product) -> its lines, oldest first."""
    known = defaultdict(list)
    orders = sorted(orders)
    for start in range(0, len(orders), 5000):
        lines = OrderLine.objects.filter(order__in=orders[start : start + 5000]).order_by("pk")
        for line in lines.select_related("product"):
            known[line.order_id, line.product_id].append(line)
    return known


def _pair(left, known, taken):
    """[(line, staged row)] to update and [(staged row, key, order)] to create."""
    pairs, new = [], []
    taken = set(taken)
    for row, order, product, sku, number in left:
        lines = known[order, product]
        free = [line for line in lines if line.pk not in taken]
        match = next((line for line in free if not number or line.key == number), None)
        if match:
            taken.add(match.pk)
            pairs.append((match, row))
            continue
        used = {line.key for line in lines} | {key for _, key, at in new if at == order}
        place = 1
        while (key := number if number and place == 1 else f"{number or sku}:{place}") in used:
            place += 1
        new.append((row, key, order))
    return pairs, new


def _update(run, pairs):
    """Writes the file's values over lines that no person has changed since the last import."""
    rows = [row for _, row in pairs]
    staged = {}
    for start in range(0, len(rows), 5000):
        found = StagedLine.objects.filter(run_id=run.pk, row__in=rows[start : start + 5000])
        staged |= {line.row: line for line in found}
    changed, seen, changes, orders = [], [], [], set()
    for line, row in pairs:
        new = staged[row]
        before = {field: getattr(line, field) for field in FIELDS}
        said = line_hash((line.product.sku, new.line_number, *before.values()))
        last, line.imported_hash = line.imported_hash, new.line_hash
        if said != last:
            # Typed or changed by a person: his values stay, and the same file again will have no news.
            if said != new.line_hash:
                log.say(run, "warning", [(row, "", line.product.sku, "edited_since")])
            run.unchanged += 1
            seen.append(line)
            continue
        for field in FIELDS:
            setattr(line, field, getattr(new, field))
        after = {field: _text(getattr(new, field)) for field in FIELDS} | {"imported_hash": new.line_hash}
        before = {field: _text(value) for field, value in before.items()} | {"imported_hash": last}
        changed.append(line)
        changes.append((line.pk, before, after))
        orders.add(line.order_id)
    OrderLine.objects.bulk_update(seen, ["imported_hash"], batch_size=200)
    OrderLine.objects.bulk_update(changed, [*FIELDS, "imported_hash"], batch_size=200)
    log.keep(run, "orderline", changes)
    run.updated = len(changed)
    return orders


def _text(value):
    return None if value is None else str(value)
