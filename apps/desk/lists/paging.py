"""Keyset pages: the next fifty rows after (value, key), never an OFFSET and never a count of everything.

Rows without a value in the sort column come last, whichever way the list is sorted: they are a second stretch, walked
by key, so that each stretch is one plain range of an index.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet

from apps.desk.rules.cursor import Cursor

PAGE_SIZE = 50
Rows = QuerySet[Any]
Fetch = Callable[[Rows], list[Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows; next and previous are cursors, None where the list ends."""

    rows: list[Any]
    next: Cursor | None
    previous: Cursor | None


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted. is_nullable: whether rows may have no value."""

    column: str
    is_descending: bool
    is_nullable: bool


def page_of(
    queryset: Rows,
    order: Order,
    fetch: Fetch,
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """The page after (or before) a cursor. fetch: keys in, rows with `pk` and the sort column out, in any order."""
    backwards = before is not None and after is None
    cursor = before if backwards else after
    rows = _walk(queryset, order, fetch, cursor, backwards=backwards, limit=size + 1)
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    first, last = _cursor(rows[0], order), _cursor(rows[-1], order)
    if backwards:
        return Page(rows, last, first if has_more else None)
    return Page(rows, last if has_more else None, first if after else None)


def _cursor(row: Any, order: Order) -> Cursor:
    return Cursor(getattr(row, order.column), row.pk)


def _walk(
    queryset: Rows, order: Order, fetch: Fetch, cursor: Cursor | None, *, backwards: bool, limit: int
) -> list[Any]:
    """Rows in walking order: through the stretch of the cursor and, if that ends early, into the next one."""
    stretches = [False, True] if order.is_nullable else [False]
    if backwards:
        stretches.reverse()
    if cursor is not None:
        stretches = stretches[stretches.index(cursor.value is None) :] if (cursor.value is None) in stretches else []
    rows: list[Any] = []
    for position, is_null in enumerate(stretches):
        if len(rows) < limit:
            begin = cursor if position == 0 else None
            keys = _stretch(queryset, order, begin, is_null=is_null, backwards=backwards)[: limit - len(rows)]
            rows += _sorted(fetch(keys.values_list("pk")), order, is_null=is_null, backwards=backwards)
    return rows


def _sorted(rows: list[Any], order: Order, *, is_null: bool, backwards: bool) -> list[Any]:
    place = attrgetter("pk") if is_null else attrgetter(order.column, "pk")
    return sorted(rows, key=place, reverse=order.is_descending != backwards)


def _stretch(queryset: Rows, order: Order, cursor: Cursor | None, *, is_null: bool, backwards: bool) -> Rows:
    descending = order.is_descending != backwards
    sign, step = ("-", "lt") if descending else ("", "gt")
    if order.is_nullable:
        queryset = queryset.filter(**{f"{order.column}__isnull": is_null})
    if is_null:
        return (queryset.filter(**{f"pk__{step}": cursor.pk}) if cursor else queryset).order_by(f"{sign}pk")
    if cursor is not None:
        # The first condition alone lets the index begin in the right place; the second cuts equal values by key.
        reached = Q(**{f"{order.column}__{step}": cursor.value}) | Q(**{f"pk__{step}": cursor.pk})
        queryset = queryset.filter(reached, **{f"{order.column}__{step}e": cursor.value})
    return queryset.order_by(f"{sign}{order.column}", f"{sign}pk")
