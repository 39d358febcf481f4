"""COPY: how rows by the ten thousand get into Postgres."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


class _Null:
    """Nothing, as COPY reads it: unquoted, because the csv writer takes this for a number, while every text is quoted."""

    def __float__(self) -> float:
        raise TypeError("nothing is not a number")

    def __str__(self) -> str:
        return ""


NULL = _Null()


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into a model's table, inside the caller's transaction and signature. Returns how many.

    columns: database column names. Values: text, numbers, Decimal, aware datetimes, bool, bytes as hex text with a
    leading backslash-x; None is NULL, and the empty string stays an empty string.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([NULL if value is None else value for value in row] for row in rows)
    buffer.seek(0)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN (FORMAT csv)', buffer)
        count: int = cursor.rowcount
    return count


def hex_bytes(value: bytes | None) -> str | None:
    """Bytes as COPY reads them."""
    return None if value is None else "\\x" + value.hex()
