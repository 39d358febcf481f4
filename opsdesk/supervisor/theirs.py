"""A database that the environment names: which one it is, and whether opsdesk may work in it."""

import psycopg2
from psycopg2.extensions import parse_dsn

from opsdesk.embedded import Unreachable

# Tables that are no part of Django's own, and whether our first migrations stand in its book.
WHOSE = """
SELECT count(*) FROM pg_catalog.pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename NOT LIKE 'django\\_%'
  AND tablename NOT IN ('auth_permission', 'auth_group', 'auth_group_permissions')
"""
HAS_BOOK = "SELECT to_regclass('django_migrations') IS NOT NULL"
IS_OURS = "SELECT EXISTS (SELECT FROM django_migrations WHERE app = 'org')"


def named(address: str) -> str:
    """The database and its host, for the console; never the password."""
    try:
        parts = parse_dsn(address)
    except psycopg2.ProgrammingError:
        return "a database whose address only Django reads"
    return f"the database “{parts.get('dbname', '')}” on {parts.get('host') or 'this machine'}"


def refuse_foreign(address: str) -> None:
    """Raise Unreachable for a database that holds somebody else's tables.

    One that does not answer is passed over: bringing it up to date says why.
    """
    try:
        connection = psycopg2.connect(address, connect_timeout=5)
    except (psycopg2.OperationalError, psycopg2.ProgrammingError):
        return
    try:
        with connection.cursor() as cursor:
            foreign = _is_foreign(cursor)
    finally:
        connection.close()
    if foreign:
        raise Unreachable(
            f"DATABASE_URL names {named(address)}, and the tables in it are not opsdesk's. "
            "Unset DATABASE_URL, or name an empty database."
        )


def _is_foreign(cursor: "psycopg2.extensions.cursor") -> bool:
    return _says(cursor, WHOSE) and not (_says(cursor, HAS_BOOK) and _says(cursor, IS_OURS))


def _says(cursor: "psycopg2.extensions.cursor", question: str) -> bool:
    cursor.execute(question)
    row = cursor.fetchone()
    return bool(row and row[0])
