"""COPY: how rows by the ten thousand get into Postgres."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into a model's table, inside the caller's transaction and signature. Returns how many.

    columns: database column names. Values: text, numbers, Decimal, aware datetimes, bool, bytes as hex text with a
    leading backslash-x; None is NULL, and the empty string stays an empty string.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows(rows)
    buffer.seek(0)
    texts = [
        f.column
        for f in model._meta.concrete_fields
        if isinstance(f, models.CharField | models.TextField) and not f.null
    ]
    forced = ", ".join(f'"{column}"' for column in texts if column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    option = f", FORCE_NOT_NULL ({forced})" if forced else ""
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN (FORMAT csv{option})', buffer)
        count: int = cursor.rowcount
    return count


def hex_bytes(value: bytes | None) -> str | None:
    """Bytes as COPY reads them."""
    return None if value is None else "\\x" + value.hex()
