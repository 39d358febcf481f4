"""The rows of a page in one statement, most of whose text is made once per process.

The cells need joins, titles and open reasons; for Django to write that part costs more than for Postgres to run it. What
differs from page to page is only which keys are meant, and that is a short sub-select.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from apps.core.bulk import many_keys

NO_KEYS = many_keys(())
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """The text before and after the keys, each with its parameters; named makes a named row."""

    before: str
    after: str
    params_before: tuple[Any, ...]
    params_after: tuple[Any, ...]
    named: Callable[[Sequence[Any]], Any]


def rows_of(model: Any, columns: Callable[[Rows], Rows], keys: Rows) -> list[Any]:
    """The named rows whose keys a values list finds, in no order. columns: makes the named values list of a list page."""
    statement = _statement(model, columns)
    try:
        chosen, params = keys.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        text = f"{statement.before}{chosen}{statement.after}"
        cursor.execute(text, [*statement.params_before, *params, *statement.params_after])
        return list(map(statement.named, cursor.fetchall()))


@cache
def _statement(model: Any, columns: Callable[[Rows], Rows]) -> Statement:
    rows = columns(model.objects.filter(pk__in=NO_KEYS).order_by())
    text, params = rows.query.sql_with_params()
    before, _no_keys, after = text.partition(NO_KEYS.sql)
    place = before.count("%s")
    row: Any = namedtuple("Row", rows._fields)  # type: ignore[attr-defined, misc]  # as Django makes its named rows
    return Statement(before, after, params[:place], params[place + 1 :], row._make)
