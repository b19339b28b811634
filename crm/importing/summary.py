"""What an import makes of its file, in figures and examples: read inside the transaction that writes it.

The same for the preview, which is then rolled back, and for the import itself. Kept as JSON with its run; words follow
the reader's language.
"""

from dataclasses import asdict

from crm.importing import matching
from crm.models import Customer, ImportChange, Order, OrderLine, Product

SHOWN = 20
# What a reader may know of a changed row; the rest is the import's own memory.
FIELDS = {
    Customer: ("name", "country", "city", "time_zone"),
    Product: ("name", "unit", "kind"),
    Order: ("source", "customer_id", "ordered_on", "kind", "currency"),
    OrderLine: ("sku", *matching.FIELDS),
}


def summarise(cursor, run, prepared, made, journal) -> dict:
    """{"kinds": counts, "changes": first changed rows, "rows": first rows of the file as they will be,
    "vanished": lines that the file no longer has, "conflicts": what a person edited and the file says otherwise,
    "namesakes": new customers who are named like known ones}."""
    kinds = {
        "customer": _counts(len(prepared.customers), made["customers"], _changed(run, Customer).count()),
        "product": _counts(len(prepared.skus), made["products"], _changed(run, Product).count()),
        "order": _counts(_orders_in_file(cursor), made["orders"], _changed_orders(cursor, run, made)),
        "line": {"created": run.created, "updated": run.updated, "unchanged": run.unchanged,
                 "removed": made["removed"]},
    }  # fmt: skip
    changes = {model._meta.model_name: _examples(run, model) for model in FIELDS}
    return {
        "kinds": kinds,
        "changes": changes,
        "rows": [row | {"number": journal.row_of(row["number"])} for row in _first_rows(cursor)],
        "vanished": asdict(prepared.vanished),
        "conflicts": _conflicts(journal.conflicts),
        "namesakes": asdict(prepared.namesakes),
    }


def _counts(total, created, updated):
    return {"created": created, "updated": updated, "unchanged": total - created - updated}


def _changed(run, model):
    """Entries of the journal that change what a reader knows of the row."""
    return ImportChange.objects.filter(
        run=run, model=model._meta.model_name, before__isnull=False, after__has_any_keys=FIELDS[model]
    )


def _orders_in_file(cursor):
    cursor.execute("SELECT COUNT(*) FROM staged_order")
    return cursor.fetchone()[0]


def _changed_orders(cursor, run, made):
    """Orders with another head, with changed lines, with further or fewer ones."""
    cursor.execute(
        """SELECT order_id FROM import_new
        UNION SELECT l.order_id FROM crm_orderline l JOIN import_update u ON u.id = l.id"""
    )
    changed = {pk for (pk,) in cursor.fetchall()} | set(_changed(run, Order).values_list("row", flat=True))
    return len(changed | made["short_orders"])


def _examples(run, model):
    """[{"row": what it is called, "fields": [[name, old, new], ...]}] of the first changed rows."""
    entries = list(_changed(run, model).order_by("pk")[:SHOWN])
    names = _names(model, [entry.row for entry in entries])
    customers = _customers(entries) if model is Order else {}
    return [
        {
            "row": names.get(entry.row, str(entry.row)),
            "fields": [
                [
                    name.removesuffix("_id"),
                    _shown(entry.before, name, customers),
                    _shown(entry.after, name, customers),
                ]
                for name in FIELDS[model]
                if name in entry.after and entry.before.get(name) != entry.after[name]
            ],
        }
        for entry in entries
    ]


def _conflicts(conflicts):
    """How many, and the first ones of each kind as a reader knows them."""
    first = []
    for model in FIELDS:
        entries = [conflict for conflict in conflicts.first if conflict.model is model]
        names = _names(model, [conflict.row for conflict in entries])
        moved = [conflict.news["customer_id"] for conflict in entries if "customer_id" in conflict.news]
        customers = _customer_names({pk for pair in moved for pk in pair})
        first += [
            {
                "id": conflict.id,
                "model": model._meta.model_name,
                "row": names.get(conflict.row, str(conflict.row)),
                "fields": [
                    [name.removesuffix("_id"), *(_shown({name: value}, name, customers) for value in pair)]
                    for name, pair in conflict.news.items()
                ],
                "taken": conflict.taken,
            }
            for conflict in entries
        ]
    return {"count": conflicts.counts.total(), "first": first}


def _shown(values, name, customers):
    value = values.get(name)
    if name == "customer_id":
        return customers.get(value, "")
    return "" if value is None else str(value)


def _customers(entries):
    ids = {values.get("customer_id") for entry in entries for values in (entry.before, entry.after)}
    return _customer_names(ids - {None})


def _customer_names(ids):
    return dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name"))


def _names(model, ids):
    rows = model.objects.filter(pk__in=ids)
    if model is OrderLine:
        rows = rows.select_related("order", "product")
        return {line.pk: f"{line.order} · {line.product}" for line in rows}
    return {row.pk: str(row) for row in rows}


def _first_rows(cursor):
    """The first rows of the file: what becomes of each, and how it will stand here."""
    cursor.execute(
        f"""SELECT s."row", CASE
            WHEN k."row" IS NULL OR n."row" IS NOT NULL THEN 'created'
            WHEN m."row" IS NOT NULL OR EXISTS (
                SELECT 1 FROM import_seen e JOIN crm_orderline l ON l.id = e.id
                WHERE l.order_id = k.order_id AND e.imported_hash = s.line_hash) THEN 'unchanged'
            ELSE 'updated' END,
            s.order_number, CAST(s.ordered_on AS TEXT), c.name, p.sku, p.name,
            CAST(s.quantity AS TEXT), CAST(s.unit_price AS TEXT), CAST(s.amount AS TEXT), s.currency
        FROM (SELECT * FROM staged_item ORDER BY "row" LIMIT {SHOWN}) s
        JOIN import_customer ic ON ic.key = s.customer_key JOIN crm_customer c ON c.id = ic.id
        JOIN import_product ip ON ip.key = s.sku JOIN crm_product p ON p.id = ip.id
        LEFT JOIN import_known k ON k."row" = s."row"
        LEFT JOIN import_new n ON n."row" = s."row"
        LEFT JOIN import_same m ON m."row" = s."row"
        ORDER BY s."row"
        """
    )
    names = (
        "number", "fate", "order", "ordered_on", "customer", "sku", "product", "quantity", "unit_price", "amount",
        "currency",
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
