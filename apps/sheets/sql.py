"""Small helpers for the kinds' SQL: a range of a sheet's rows, and columns that a row may say, empty or leave alone.

Texts in `v` were checked when they were staged, so casts cannot fail. `said`, `wanted` and `before` write the pieces that
every kind needs; keys and columns come from the kinds' code, values are always parameters or rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

STAGED = """
    staged AS MATERIALIZED (
        SELECT id, number, values AS v, verdict, target_id FROM sheets_sheetrow
        WHERE sheet_id = %(sheet)s AND id BETWEEN %(first)s AND %(last)s AND NOT is_applied AND verdict <> 'refused'
    )
"""
TO_WRITE = """
    staged AS MATERIALIZED (
        SELECT id, number, values AS v, verdict, target_id FROM sheets_sheetrow
        WHERE sheet_id = %(sheet)s AND id BETWEEN %(first)s AND %(last)s AND NOT is_applied
          AND verdict IN ('new', 'changed')
    )
"""
NO_LIMIT = 2**62


@dataclass(frozen=True, slots=True)
class Span:
    """The rows `first`..`last` (by id) of one sheet, with the place that they are about. more: the kind's parameters."""

    sheet_id: int
    store_id: int | None
    warehouse_id: int | None
    first: int = 0
    last: int = NO_LIMIT
    more: Mapping[str, Any] = field(default_factory=dict)

    def params(self, **extra: Any) -> dict[str, Any]:
        """Named parameters for the statements."""
        return {
            "sheet": self.sheet_id,
            "store": self.store_id,
            "warehouse": self.warehouse_id,
            "first": self.first,
            "last": self.last,
            **self.more,
            **extra,
        }

    def run(self, statement: str, **extra: Any) -> int:
        """Run one statement; how many rows it touched."""
        with connection.cursor() as cursor:
            cursor.execute(statement, self.params(**extra))
            count: int = cursor.rowcount
        return count

    def rows(self, statement: str, **extra: Any) -> list[tuple[Any, ...]]:
        """Run one statement and fetch what it gives."""
        with connection.cursor() as cursor:
            cursor.execute(statement, self.params(**extra))
            fetched: list[tuple[Any, ...]] = cursor.fetchall()
        return fetched

    def write(self, statement: str, **extra: Any) -> int:
        """Run a statement over `staged`: the span's rows that make or change something."""
        return self.run(f"WITH {TO_WRITE} {statement}", **extra)


def said(key: str, kind: str = "text") -> str:
    """What a row says in a column, NULL for nothing; of texts the empty text."""
    return f"(s.v ->> '{key}')" if kind == "text" else f"nullif(s.v ->> '{key}', '')::{kind}"


def wanted(key: str, otherwise: str, kind: str = "text") -> str:
    """What a column shall hold: what the row says, or what is known when it says nothing."""
    return f"CASE WHEN s.v ? '{key}' THEN {said(key, kind)} ELSE {otherwise} END"


def before(columns: Mapping[str, tuple[str, str]]) -> str:
    """The known texts of all columns that a row changes, as jsonb. columns: key → (known column, its kind)."""
    parts = [
        f"'{key}', CASE WHEN s.v ? '{key}' AND {said(key, kind)} IS DISTINCT FROM {known} "
        f"THEN coalesce({known}::text, '') END"
        for key, (known, kind) in columns.items()
    ]
    return f"jsonb_strip_nulls(jsonb_build_object({', '.join(parts)}))"
