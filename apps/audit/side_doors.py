"""Side doors of the libraries, closed after every migration.

pgtrigger lets a session setting switch its triggers off, and asks for it on every row; pghistory writes a context row per
statement, which the workers of one job would wait for. Neither function may do that here (docs/adr/0003).
"""

from typing import Any

from django.db import connection

CLOSED = [
    # Same name and argument as the library's, which its triggers call; the planner folds the constant away.
    "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN "
    "AS $$ SELECT FALSE $$ LANGUAGE sql IMMUTABLE",
    "CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE "
    "AS $$ SELECT NULL::uuid $$ LANGUAGE sql IMMUTABLE",
]


def close_side_doors(**_: Any) -> None:
    """Put functions that do nothing in the place of the two. Safe to run again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pghistory_context')")
        if cursor.fetchone() == (None,):
            return
        for statement in CLOSED:
            cursor.execute(statement)
