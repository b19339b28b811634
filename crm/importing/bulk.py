"""Many rows into one table at once: COPY on PostgreSQL, executemany on SQLite."""

from decimal import Decimal

from django.db import connection


def insert(model, columns, rows):
    """Inserts tuples of values in the order of `columns` (database column names)."""
    insert_into(model._meta.db_table, columns, rows)


def insert_into(table, columns, rows):
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks})',
            [[_sqlite(value) for value in row] for row in rows],
        )


def _sqlite(value):
    """SQLite's driver takes neither decimals nor dates; the column's affinity makes a number of the decimal's text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if hasattr(value, "isoformat") else value
