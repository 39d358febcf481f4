"""Write a row past every trigger and constraint, as a bad restore or a hand in the database would."""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection

COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s
    AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
"""
CONSTRAINTS = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'u', 'x')"
UNIQUE_INDEXES = """
    SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass AND indisunique AND NOT indisprimary
"""
AT = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
_running = itertools.count(1)
FILLINGS: dict[str, Callable[[], Any]] = {
    "character varying": lambda: str(next(_running)),
    "text": lambda: str(next(_running)),
    "bigint": lambda: 0,
    "integer": lambda: 0,
    "smallint": lambda: 0,
    "numeric": lambda: 0,
    "boolean": lambda: False,
    "timestamp with time zone": lambda: AT,
    "date": AT.date,
    "jsonb": lambda: "{}",
    "uuid": lambda: str(uuid.uuid4()),
    "bytea": lambda: b"",
    "ARRAY": lambda: "{}",
    "daterange": lambda: "empty",
}


def plant(table: str, columns: dict[str, Any]) -> None:
    """Insert one row; what it must have and is not given is filled with something. In the test's own transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        _without_constraints(cursor, table)
        cursor.execute(COLUMNS, [table])
        row = {name: FILLINGS[kind]() for name, kind in cursor.fetchall() if name not in columns} | columns
        names, places = ", ".join(f'"{name}"' for name in row), ", ".join(["%s"] * len(row))
        cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', list(row.values()))
        cursor.execute("SET LOCAL session_replication_role = origin")


def _without_constraints(cursor: Any, table: str) -> None:
    cursor.execute(CONSTRAINTS, [table])
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    cursor.execute(UNIQUE_INDEXES, [table])
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
