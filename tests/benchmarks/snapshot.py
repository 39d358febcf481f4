"""Keep the rows of a database and put them back: a turn begins where the one before began."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

TABLES = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations' ORDER BY relname
"""
COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


class Snapshot:
    """All rows as they were when it was taken. Numbers that were drawn since stay drawn."""

    def __init__(self, name: str) -> None:
        self._schema = f"kept_{name}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE; CREATE SCHEMA {self._schema}")
            cursor.execute(TABLES)
            self._columns = {table: self._columns_of(table) for (table,) in cursor.fetchall()}
            for table, columns in self._columns.items():
                cursor.execute(f"CREATE TABLE {self._schema}.{table} AS SELECT {columns} FROM public.{table}")
            self._filled = [table for table in self._columns if _has_rows(f"{self._schema}.{table}")]

    def restore(self) -> None:
        """Put them back, and let the server tidy up outside of what is measured.

        Only tables with rows: a table that was looked at while it was empty is read from end to end afterwards, by every
        foreign key that points there, and no house in use has such tables.
        """
        with transaction.atomic(), _without_triggers(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(self._columns)}")
            for name, columns in self._columns.items():
                cursor.execute(
                    f"INSERT INTO public.{name} ({columns}) OVERRIDING SYSTEM VALUE SELECT * FROM {self._schema}.{name}"
                )
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM ANALYZE {', '.join(self._filled)}")

    @staticmethod
    def _columns_of(name: str) -> str:
        with connection.cursor() as cursor:
            cursor.execute(COLUMNS, [f"public.{name}"])
            return str(cursor.fetchone()[0])


def _has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        return bool(cursor.fetchone()[0])


@contextmanager
def _without_triggers() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
