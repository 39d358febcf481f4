"""Give the application's database role what it needs and nothing more."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from psycopg2 import sql

GRANTS = [
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA public FROM {role}",
    "REVOKE CREATE ON SCHEMA public FROM {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
]
EVENT_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname LIKE '%event'"
)


class Command(BaseCommand):
    """`manage.py grant_app_role opsdesk_app`, as the owner role, after every migration."""

    help = "Let a role read and write rows: no DDL, no TRUNCATE, and history that it can only add to."

    def add_arguments(self, parser: Any) -> None:
        """The role."""
        parser.add_argument("role")

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        """Grant and revoke in one transaction."""
        role = sql.Identifier(options["role"])
        with connection.cursor() as cursor:
            for statement in GRANTS:
                cursor.execute(sql.SQL(statement).format(role=role))
            cursor.execute(EVENT_TABLES)
            for (table,) in cursor.fetchall():
                revoke = sql.SQL("REVOKE UPDATE, DELETE ON {table} FROM {role}")
                cursor.execute(revoke.format(table=sql.Identifier(table), role=role))
        self.stdout.write(f"{options['role']} may read and write rows, and only add to the history.")
