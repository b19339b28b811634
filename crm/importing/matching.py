"""Which line of the file is which line of a known order: decided before the write lock is taken, a few orders at a time.

Equal ones match first, as a multiset, so that the order in which a file lists its lines never matters; then what is
left of the same ERP line number, or of the same item. The outcome lies in temporary tables of the connection:
import_update (line, new values), import_seen (line, hash) and import_new (row of the file, order, key).
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from decimal import Decimal

from crm.importing import bulk, masters
from crm.importing.errors import OrdersMoved
from crm.importing.orders import line_hash
from crm.importing.typed import OF_SOURCE
from crm.models import Customer, OrderLine

FIELDS = ("kind", "unit", "quantity", "unit_price", "amount", "unit_cost", "promised_on")
FIGURES = ("kind", "quantity", "unit_price", "amount")
NUMBERS = {"quantity", "unit_price", "amount", "unit_cost"}
ORDERS_AT_ONCE = 1000
TEMPORARY = (
    "import_known",
    "import_same",
    "import_left",
    "import_update",
    "import_seen",
    "import_new",
    "import_change",
)


@dataclass(frozen=True)
class Plan:
    """same, seen: numbers of lines without news, or whose news a person's change outweighs; revisions: of the customers
    whose orders were read."""

    orders: int
    same: int
    seen: int
    updated: int
    revisions: dict

    def check(self, cursor, run):
        """To be called first in the transaction. Raises OrdersMoved."""
        if self.orders != _known_orders(cursor, run):
            raise OrdersMoved
        if self.revisions != _revisions(list(self.revisions), lock=True):
            raise OrdersMoved


@dataclass
class Fates:
    updates: list = field(default_factory=list)
    seen: list = field(default_factory=list)
    new: list = field(default_factory=list)
    changes: list = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """A line of the file (id: its row; number: of the ERP) or a stored one (number: its key); `values`: see FIELDS."""

    id: int
    sku: str
    number: str
    hash: int | None
    values: tuple
    product: int | None = None


def plan(cursor, run, journal) -> Plan:
    cursor.execute(
        f"""CREATE TEMP TABLE import_known AS
        SELECT s."row", o.id AS order_id, s.line_hash,
               ROW_NUMBER() OVER (PARTITION BY o.id, s.line_hash ORDER BY s."row") AS twin
        FROM staged_item s JOIN crm_order o ON {OF_SOURCE} AND o.number = s.order_number""",
        [run.source],
    )
    # Without it SQLite would go through all rows for each known line.
    cursor.execute("CREATE INDEX import_known_line ON import_known (order_id, line_hash, twin)")
    bulk.analyze(cursor, "import_known")
    cursor.execute(
        """CREATE TEMP TABLE import_same AS
        SELECT k."row", l.id FROM import_known k JOIN (
            SELECT id, order_id, imported_hash,
                   ROW_NUMBER() OVER (PARTITION BY order_id, imported_hash ORDER BY id) AS twin
            FROM crm_orderline WHERE order_id IN (SELECT order_id FROM import_known)
        ) l ON l.order_id = k.order_id AND l.imported_hash = k.line_hash AND l.twin = k.twin"""
    )
    cursor.execute('CREATE UNIQUE INDEX import_same_row ON import_same ("row")')
    cursor.execute("CREATE UNIQUE INDEX import_same_line ON import_same (id)")
    bulk.analyze(cursor, "import_same")
    _make_tables(cursor)
    customers = _customers_of_known_orders(cursor)
    revisions = _revisions(customers)
    counts = _plan_left(cursor, run, journal)
    cursor.execute("SELECT COUNT(*) FROM import_same")
    (same,) = cursor.fetchone()
    return Plan(_known_orders(cursor, run), same, counts["seen"], counts["updated"], revisions)


def _make_tables(cursor):
    values = ", ".join(f"CAST(s.{name} AS TEXT) AS {name}" for name in FIELDS)
    cursor.execute(
        f"""CREATE TEMP TABLE import_left AS
        SELECT k.order_id, k."row" AS id, s.sku, s.line_number, s.line_hash, {values}
        FROM import_known k JOIN staged_item s ON s."row" = k."row" LEFT JOIN import_same m ON m."row" = k."row"
        WHERE m."row" IS NULL"""
    )
    cursor.execute("CREATE INDEX import_left_order ON import_left (order_id)")
    bulk.like(cursor, "import_update", "crm_orderline", ["id", *FIELDS, "imported_hash"])
    cursor.execute("ALTER TABLE import_update ADD COLUMN sku VARCHAR(80)")
    bulk.like(cursor, "import_seen", "crm_orderline", ["id", "imported_hash"])
    cursor.execute(
        'CREATE TEMP TABLE import_new ("row" BIGINT PRIMARY KEY, order_id BIGINT, key VARCHAR(100))'
    )
    bulk.like(cursor, "import_change", "crm_importchange", ["run_id", "model", "row", "before", "after"])


def _known_orders(cursor, run):
    cursor.execute(
        f"SELECT COUNT(*) FROM staged_order s JOIN crm_order o ON {OF_SOURCE} AND o.number = s.number",
        [run.source],
    )
    return cursor.fetchone()[0]


def _customers_of_known_orders(cursor):
    cursor.execute(
        "SELECT DISTINCT customer_id FROM crm_order WHERE id IN (SELECT order_id FROM import_known)"
    )
    return [pk for (pk,) in cursor.fetchall()]


def _revisions(customers, lock=False):
    found = {}
    for start in range(0, len(customers), 5000):
        rows = Customer.objects.filter(pk__in=customers[start : start + 5000]).order_by("pk")
        rows = rows.select_for_update() if lock else rows
        found |= dict(rows.values_list("pk", "orders_rev"))
    return found


def _plan_left(cursor, run, journal):
    """Pairs what is left, ORDERS_AT_ONCE at a time, so that memory does not grow with the file."""
    counts = {"seen": 0, "updated": 0}
    cursor.execute("SELECT DISTINCT order_id FROM import_left ORDER BY order_id")
    orders = [pk for (pk,) in cursor.fetchall()]
    skus = masters.renamed_products() if orders else {}
    for start in range(0, len(orders), ORDERS_AT_ONCE):
        part = orders[start : start + ORDERS_AT_ONCE]
        fates = Fates()
        rows, lines, keys = _rows(cursor, part), *_lines(cursor, part, skus)
        for order in part:
            pairs, new = pair(rows[order], lines[order], set(keys[order]))
            fates.new += [(row.id, order, key) for row, key in new]
            for row, line in pairs:
                _decide(fates, run, journal, row, line)
        bulk.insert_into("import_update", ["id", *FIELDS, "imported_hash", "sku"], fates.updates)
        bulk.insert_into("import_seen", ["id", "imported_hash"], fates.seen)
        bulk.insert_into("import_new", ["row", "order_id", "key"], fates.new)
        bulk.insert_into("import_change", ["run_id", "model", "row", "before", "after"], fates.changes)
        counts["seen"] += len(fates.seen)
        counts["updated"] += len(fates.updates)
    for table in ("import_update", "import_seen"):
        bulk.key_of(cursor, table, "id")
    bulk.analyze(cursor, "import_update", "import_seen", "import_new", "import_change")
    return counts


def _rows(cursor, orders):
    cursor.execute("SELECT * FROM import_left WHERE order_id BETWEEN %s AND %s", [orders[0], orders[-1]])
    rows = defaultdict(list)
    for order, row, sku, number, said, *values in cursor.fetchall():
        rows[order].append(Line(row, sku, number, said, _values(values)))
    return rows


def _lines(cursor, orders, skus):
    """order -> its lines without an equal row, oldest first; and order -> all keys taken there."""
    values = ", ".join(f"CAST(l.{name} AS TEXT)" for name in FIELDS)
    cursor.execute(
        f"""SELECT l.order_id, l.id, p.id, p.sku, l.key, l.imported_hash, m.id, {values}
        FROM crm_orderline l JOIN crm_product p ON p.id = l.product_id LEFT JOIN import_same m ON m.id = l.id
        WHERE l.order_id IN (SELECT order_id FROM import_left WHERE order_id BETWEEN %s AND %s) ORDER BY l.id""",
        [orders[0], orders[-1]],
    )
    lines, keys = defaultdict(list), defaultdict(list)
    for order, line, product, sku, key, said, same, *values in cursor.fetchall():
        keys[order].append(key)
        if same is None:
            lines[order].append(Line(line, skus.get(product, sku), key, said, _values(values), product))
    return lines, keys


def _values(texts):
    return tuple(
        Decimal(text) if name in NUMBERS and text is not None else text
        for name, text in zip(FIELDS, texts, strict=True)
    )


def base_of(key):
    """The key without the occurrence that makes it unique: "10:2" -> "10"."""
    base, _, place = key.rpartition(":")
    return base if place.isdigit() else key


def _keys(line):
    return {line.number, base_of(line.number)}


def _not_numbered(line):
    """Typed by hand, or from an export without line numbers."""
    return line.hash is None or base_of(line.number) == line.sku


# (what a row looks for, what a line is found by), the surest first. An item stands for itself where one of both sides
# has no line number.
SEARCHES = (
    (lambda row: row.number and (row.number, row.sku), lambda line: {(key, line.sku) for key in _keys(line)}),
    (lambda row: row.number, _keys),
    (lambda row: not row.number and row.sku, lambda line: {line.sku}),
    (lambda row: row.number and row.sku, lambda line: {line.sku} if _not_numbered(line) else ()),
    (lambda row: not row.number and row.sku, lambda line: {base_of(line.number)}),
)


def pair(rows, lines, keys):
    """[(row, line)] that are the same line, and [(row, key)] of new ones. `keys`: all keys of the order; grows."""
    left = sorted(rows, key=lambda row: (row.number, row.sku, row.hash, row.id))
    taken, pairs = set(), []
    for wanted, found_by in SEARCHES:
        found = defaultdict(deque)
        for line in lines:
            for key in found_by(line) if line.id not in taken else ():
                found[key].append(line)
        unmatched = []
        for row in left:
            candidates = found.get(wanted(row), ())
            while candidates and candidates[0].id in taken:
                candidates.popleft()
            if candidates:
                line = candidates.popleft()
                taken.add(line.id)
                pairs.append((row, line))
            else:
                unmatched.append(row)
        left = unmatched
    new = [(row, _new_key(row, keys)) for row in left]
    return pairs, new


def _new_key(row, keys):
    place = 1
    while (key := row.number if row.number and place == 1 else f"{row.number or row.sku}:{place}") in keys:
        place += 1
    keys.add(key)
    return key


def _taken(journal, line, news):
    """What the user wants of the file's values. Quantity, price and amount belong together."""
    figures = {name: values for name, values in news.items() if name in FIGURES}
    parts = [figures, *({name: values} for name, values in news.items() if name not in FIGURES)]
    taken = {}
    for part in filter(None, parts):
        if journal.conflicts.takes(OrderLine, line.id, part):
            taken |= part
    return taken


def _decide(fates, run, journal, row, line):
    """The file's values go over the line's, unless a person typed or changed them since the last import and they are not
    asked for all the same."""
    numbers = {row.number, "", base_of(line.number)}
    untouched = line.hash in {line_hash((line.sku, number, *line.values)) for number in numbers}
    news = {
        name: (old, new)
        for name, old, new in zip(
            ("sku", *FIELDS), (line.sku, *line.values), (row.sku, *row.values), strict=True
        )
        if old != new
    }
    taken = news if untouched else _taken(journal, line, news)
    if len(taken) < len(news):
        # A person's values stay, and the same file again will have no news.
        journal.warn(row.id, "", row.sku, "edited_since")
    news = taken
    if news:
        values = [
            news[name][1] if name in news else old for name, old in zip(FIELDS, line.values, strict=True)
        ]
        fates.updates.append((line.id, *values, row.hash, row.sku if "sku" in news else line.sku))
    else:
        fates.seen.append((line.id, row.hash))
    before = {name: old for name, (old, _) in news.items()} | {"imported_hash": line.hash}
    after = {name: new for name, (_, new) in news.items()} | {"imported_hash": row.hash}
    if "sku" in before:
        before["product_id"] = line.product
    fates.changes.append(journal.entry(OrderLine, line.id, before, after))
