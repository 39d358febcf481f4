"""One page of a list: its rows fetched by keyset, counted within a bound, and written as HTML without templates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from apps.core.calendar import day_bounds
from apps.desk.lists.paging import PAGE_SIZE, Order, Page, page_of
from apps.desk.lists.query import ListQuery
from apps.desk.lists.rows import rows_of
from apps.desk.lists.spec import Column, Reader
from apps.desk.marks import badge, number, safe, said, tone_of
from apps.desk.queries.choices import StoreChoice
from apps.desk.queries.counts import bounded_counts, counts_of
from apps.desk.queries.finding import Found
from apps.orders.models import Reason
from apps.org.actors import Actor
from apps.org.scope import visible


@dataclass(frozen=True, slots=True)
class Head:
    """One column's head. sorted: "ascending", "descending" or empty; link: how a press would sort."""

    column: Column
    link: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that the results region of a list shows."""

    query: ListQuery
    heads: list[Head]
    body: SafeString
    size: int
    total: str
    next_link: str = ""
    previous_link: str = ""
    found: Found | None = None

    @property
    def first(self) -> str:
        """The place of the first row that is shown."""
        return number(self.query.start)

    @property
    def last(self) -> str:
        """The place of the last row that is shown."""
        return number(self.query.start + self.size - 1)


def table_of(query: ListQuery, columns: tuple[Column, ...], stores: Mapping[int, StoreChoice], by: Actor) -> Table:
    """The table of this query: one statement for the rows, one for a search, one for a count that is not kept."""
    found = query.spec.search(query.text, by) if query.text else None
    chosen = chosen_rows(query, found, by)
    sort, is_descending = query.order
    order = Order(sort.column, is_descending, sort.is_nullable)
    fetch = partial(rows_of, query.spec.model, query.spec.rows)
    page = page_of(chosen, order, fetch, after=query.after, before=query.before)
    if not page.previous:
        query = replace(query, start=1)
    return Table(
        query=query,
        heads=[_head(column, query) for column in columns],
        body=_body(page.rows, columns, _reader(query, stores)),
        size=len(page.rows),
        total=_total(query, chosen, page, by),
        next_link=_next(query, page),
        previous_link=_previous(query, page),
        found=found,
    )


def chosen_rows(query: ListQuery, found: Found | None, by: Actor) -> "QuerySet[Any]":
    """The rows that the tab, the filters and the search choose, in this person's scope."""
    chosen = visible(query.spec.model.objects.filter(query.spec.conditions[query.tab]()), by)
    if query.stores:
        chosen = chosen.filter(store_id__in=query.stores)
    if query.states:
        chosen = chosen.filter(state__in=query.states)
    if query.reasons:
        chosen = chosen.filter(pk__in=_reasons(query.reasons).values("shipping_order"))
    # Day bounds, not __date: the index is by instant.
    if query.placed_from:
        chosen = chosen.filter(placed_at__gte=day_bounds(query.placed_from)[0])
    if query.placed_to:
        chosen = chosen.filter(placed_at__lt=day_bounds(query.placed_to)[1])
    return chosen if found is None else chosen.filter(pk__in=found.keys)


def _reasons(wanted: tuple[str, ...]) -> "QuerySet[Reason]":
    conditions = (
        Q(rule_id=int(text.removeprefix("rule:"))) if text.startswith("rule:") else Q(code=text, rule__isnull=True)
        for text in wanted
    )
    return Reason.objects.filter(reduce(or_, conditions), cleared_at__isnull=True)


def _reader(query: ListQuery, stores: Mapping[int, StoreChoice]) -> Reader:
    spec = query.spec
    badges = {state: badge(tone_of(spec.machine, state), label) for state, label in spec.states.choices}
    return Reader(now=timezone.now(), stores=stores, row_url=reverse(spec.url_name), badges=badges)


def _body(rows: list[Any], columns: tuple[Column, ...], reader: Reader) -> SafeString:
    """The rows as HTML: one loop of plain strings, because fifty template loops cost more than everything else."""
    opening = [
        (f'<td class="c-{column.key} {column.css}">' if column.css else f'<td class="c-{column.key}">')
        for column in columns
    ]
    cells = [column.cell for column in columns]
    parts = []
    for row in rows:
        written = "".join([f"{tag}{cell(row, reader)}</td>" for tag, cell in zip(opening, cells, strict=True)])
        parts.append(f'<tr data-id="{row.pk}">{written}</tr>')
    return safe("\n".join(parts))


def _head(column: Column, query: ListQuery) -> Head:
    if not column.sort or not query.current_tab.can_sort(column.sort):
        return Head(column)
    sort, is_descending = query.order
    is_current = sort.column == column.sort
    first = query.spec.sorts[column.sort].first + column.sort
    wanted = column.sort if is_current and is_descending else f"-{column.sort}" if is_current else first
    sorted_ = ("descending" if is_descending else "ascending") if is_current else ""
    return Head(column, f"?{query.but(sort=wanted).link()}", sorted_)


def _next(query: ListQuery, page: Page) -> str:
    return f"?{query.at(after=page.next, start=query.start + len(page.rows)).link()}" if page.next else ""


def _previous(query: ListQuery, page: Page) -> str:
    if not page.previous:
        return ""
    return f"?{query.at(before=page.previous, start=max(query.start - PAGE_SIZE, 1)).link()}"


def _total(query: ListQuery, chosen: "QuerySet[Any]", page: Page, by: Actor) -> str:
    if not page.next and not page.previous:
        return number(len(page.rows))
    if not query.is_filtered:
        name = f"{query.spec.counts}.{query.tab}"
        return said(counts_of([name], by)[name])
    return said(bounded_counts({"chosen": chosen})["chosen"])
