"""Rows that can be imported, but that a person should look at: a day to come, a price ten times the usual."""

from decimal import Decimal

MOST = 200

# An anti-join: PostgreSQL goes through all of `NOT IN (SELECT ...)` for each row once it outgrows its work_mem.
FRESH = 'NOT EXISTS (SELECT 1 FROM import_same m WHERE m."row" = s."row")'


def look(cursor, today, journal):
    """To be called when the lines are prepared; what is known already raises no doubt again."""
    _future(cursor, today, journal)
    _prices(cursor, journal)


def _future(cursor, today, journal):
    cursor.execute(
        f"""SELECT s."row", CAST(s.ordered_on AS TEXT) FROM staged_item s
        WHERE s.ordered_on > %s AND {FRESH} ORDER BY s."row" LIMIT {MOST}""",
        [today],
    )
    for row, day in cursor.fetchall():
        journal.warn(row, "", day, "future_date")


def _prices(cursor, journal):
    """Against what the same item cost before, in the same currency."""
    cursor.execute(
        f"""SELECT s."row", s.sku, CAST(s.unit_price AS TEXT), s.currency
        FROM staged_item s
        JOIN (
            SELECT p.sku, o.currency, AVG(l.unit_price) AS usual
            FROM crm_orderline l JOIN crm_order o ON o.id = l.order_id JOIN crm_product p ON p.id = l.product_id
            WHERE l.kind = 'goods' AND p.sku IN (SELECT s.sku FROM staged_item s WHERE {FRESH})
            GROUP BY p.sku, o.currency
        ) u ON u.sku = s.sku AND u.currency = s.currency
        WHERE s.kind = 'goods' AND {FRESH} AND (s.unit_price >= 10 * u.usual OR s.unit_price * 10 <= u.usual)
        ORDER BY s."row" LIMIT {MOST}"""
    )
    for row, sku, price, currency in cursor.fetchall():
        journal.warn(row, "", f"{sku}: {currency} {Decimal(price).normalize():f}", "unusual_price")
