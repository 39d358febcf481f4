"""Set-wise statements with named values."""

from collections.abc import Mapping
from typing import Any

from django.db import connection


def run(statement: str, params: Mapping[str, Any]) -> int:
    """Run a statement. Returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        count: int = cursor.rowcount
    return count


def rows(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement and read what it returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
