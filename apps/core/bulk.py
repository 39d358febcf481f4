"""Rows by the ten thousand: COPY or one INSERT brings them into Postgres, arrays name them there."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from operator import is_
from types import NoneType
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.fields import NOT_PROVIDED

# Unlike the empty string, which is a value.
NULL = r"\N"
# A backslash and an x as Postgres reads them, after COPY has taken one of the two backslashes for a sign of its own.
BYTES = r"\\x"
# What the text form of COPY would take for a sign of its own. The backslash comes first: the others bring it in.
SIGNS = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into a model's table, inside the caller's transaction and signature. Returns how many.

    columns: database column names. Values: text, numbers, Decimal, aware datetimes, bool, bytes (also as hex_bytes);
    None is NULL, and the empty string stays an empty string.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', io.StringIO(_written(rows)))
        count: int = cursor.rowcount
    return count


def insert_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, by: str) -> dict[Any, int]:
    """Insert rows by one statement, inside the caller's transaction and signature. Returns their new keys by a column.

    rows: all with the same columns, by attribute name; the others get the model's default, or the table's. For rows whose
    keys are needed at once: a tenth of what objects cost. by: a column of theirs that tells them apart.
    """
    left = {
        field.attname: field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.concrete_fields
        if not field.primary_key and field.db_default is NOT_PROVIDED and field.attname not in rows[0]
    }
    table, given = model._meta.db_table, [f'"{name}"' for name in rows[0]]
    columns, values = ", ".join([*given, *(f'"{name}"' for name in left)]), ", ".join([*given, *["%s"] * len(left)])
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM jsonb_populate_recordset(NULL::"{table}", %s) '  # noqa: S608 - names come from the model
            f'RETURNING "{by}", "{model._meta.pk.column}"',
            [*left.values(), json.dumps(rows, ensure_ascii=False, default=str)],
        )
        return dict(cursor.fetchall())


def hex_bytes(value: bytes | None) -> str | None:
    """Bytes as COPY reads them."""
    return None if value is None else "\\x" + value.hex()


def as_array(values: Iterable[object]) -> str:
    """Plain keys or words as the text of one array: Postgres reads one constant and knows its length."""
    return "{" + ",".join(map(str, values)) + "}"


def as_text_array(texts: Iterable[str]) -> str:
    """Any texts as the text of one array: handed over one by one they would cost ten times as much."""
    texts = list(texts)
    whole = "".join(texts)
    for sign in ("\\", '"'):
        if sign in whole:
            texts = [text.replace(sign, f"\\{sign}") for text in texts]
    return '{"' + '","'.join(texts) + '"}' if texts else "{}"


def many_keys(keys: Iterable[int]) -> RawSQL:
    """Keys for `pk__in=`, as one parameter instead of one for each."""
    return RawSQL("SELECT unnest(%s::bigint[])", [as_array(keys)])


def written_lines(columns: Sequence[Sequence[Any]]) -> list[str]:
    """Some columns as lines in the text form of COPY: two are equal only if Postgres would store the same values."""
    return list(map("\t".join, zip(*map(_written_column, columns), strict=True)))


def _written(rows: Iterable[Sequence[Any]]) -> str:
    """Rows in the text form of COPY. Written column by column, which costs a third of going cell by cell."""
    return "\n".join([*written_lines(list(zip(*rows, strict=True))), ""])


def _written_column(values: Sequence[Any]) -> Sequence[str]:
    if all(map(is_, values, repeat(values[0]))):
        return [_written_cell(values[0])] * len(values)
    types = set(map(type, values))
    if types.isdisjoint({str, bytes}):
        return [NULL if value is None else str(value) for value in values]
    if NoneType in types:
        said = iter(_written_column([value for value in values if value is not None]))
        return [NULL if value is None else next(said) for value in values]
    if types == {str}:
        return _escaped(values)
    return [_written_cell(value) for value in values]


def _written_cell(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, bytes):
        return BYTES + value.hex()
    return _escaped([value])[0] if isinstance(value, str) else str(value)


def _escaped(texts: Sequence[str]) -> Sequence[str]:
    whole = "".join(texts)
    for sign, escape in SIGNS:
        if sign in whole:
            texts = [text.replace(sign, escape) for text in texts]
    return texts


def key_query(rows: models.QuerySet[Any], key: str) -> tuple[str, tuple[Any, ...]]:
    """A query for keys as text and parameters, for a statement of our own. key: the column's name in it.

    Rows that nobody can see are a query that finds none, and not an error: Django refuses to write one down.
    """
    try:
        return rows.order_by().values(key).query.sql_with_params()
    except EmptyResultSet:
        return f'SELECT NULL::bigint AS "{key}" WHERE false', ()
