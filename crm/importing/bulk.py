"""Many rows into one table at once: COPY on PostgreSQL, executemany on SQLite."""

import json

from django.db import connection


def insert(model, columns, rows):
    """Inserts tuples of values in the order of `columns` (database column names)."""
    insert_into(model._meta.db_table, columns, rows)


def insert_into(table, columns, rows):
    if not rows:
        return
    names = _names(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


def update(model, columns, rows):
    """Sets `columns` of the rows with these ids; rows: (id, value, ...) in the order of `columns`; a dict is stored as JSON."""
    if not rows:
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        like(cursor, "import_values", table, ["id", *columns])
        insert_into("import_values", ["id", *columns], [tuple(map(_stored, row)) for row in rows])
        set_from(cursor, table, columns, "import_values", "id")
        cursor.execute("DROP TABLE import_values")


def like(cursor, temporary, table, columns):
    """An empty temporary table of the same column types."""
    cursor.execute(f'CREATE TEMP TABLE {temporary} AS SELECT {_names(columns)} FROM "{table}" WHERE 1 = 0')


def set_from(cursor, table, columns, temporary, key):
    """Sets `columns` of `table` to those of the temporary table whose `key` is the row's id."""
    values = ", ".join(f'"{column}" = v."{column}"' for column in columns)
    key_of(cursor, temporary, key)
    cursor.execute(f'UPDATE "{table}" SET {values} FROM {temporary} v WHERE "{table}".id = v."{key}"')


def key_of(cursor, temporary, key):
    """Without it SQLite, which has no hash joins, goes through the whole table for each row that is compared with it."""
    cursor.execute(f'CREATE UNIQUE INDEX IF NOT EXISTS {temporary}_key ON {temporary} ("{key}")')


def analyze(cursor, *tables):
    """PostgreSQL plans for a few rows where nobody told it of many: of a temporary table nobody does, and of another
    only its housekeeping, up to a minute later. SQLite needs no word."""
    if connection.vendor == "postgresql":
        for table in tables:
            cursor.execute(f"ANALYZE {table}")


def _stored(value):
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _names(columns):
    return ", ".join(f'"{column}"' for column in columns)
