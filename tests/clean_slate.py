"""An empty database between tests that commit: only tables that hold rows are emptied, and what migrations wrote stays.

Django's own flush empties every table and writes content types, rights and roles again, a second or more each time.
"""

from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

KEPT = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
}


def _filled_tables() -> list[str]:
    tables = [name for name in connection.introspection.table_names() if name not in KEPT]
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


def _empty(_test_case: Any) -> None:
    filled = ", ".join(f'"{name}"' for name in _filled_tables())
    if filled:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {filled} RESTART IDENTITY CASCADE")


@pytest.fixture(autouse=True, scope="session")
def _clean_slate() -> Any:
    """Put the quick way in the place of Django's for the whole run."""
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", _empty)
    yield
    patch.undo()
