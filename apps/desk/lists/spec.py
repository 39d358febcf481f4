"""What a list page says about itself."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from apps.desk.queries.choices import StoreChoice
from apps.desk.queries.finding import Found
from apps.org.actors import Actor

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the list that people work through.

    key: in the address; also names its condition and its count. sort: unless asked otherwise. sorts: those that it
    offers, all of the list's when empty. tone: `late` for trouble.
    """

    key: str
    label: str | Promise
    sort: str = "-placed_at"
    tone: str = ""
    is_counted: bool = True
    sorts: tuple[str, ...] = ()

    def can_sort(self, sort: str) -> bool:
        """Whether this part of the list can be sorted so."""
        return not self.sorts or sort.removeprefix("-") in self.sorts


@dataclass(frozen=True, slots=True)
class Sort:
    """A sortable column of the model. kind: of its values. first: what one press gives, "-" for the largest first."""

    column: str
    kind: type = dt.datetime
    first: str = ""
    is_nullable: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table. cell: a row and the reader, in; escaped HTML, out."""

    key: str
    label: str | Promise
    cell: Callable[[Any, "Reader"], str]
    css: str = ""
    sort: str = ""
    is_fixed: bool = False
    is_shown: bool = True


@dataclass(slots=True)
class Reader:
    """What the cells of one page share: the moment, the stores, the links, the labels of states."""

    now: dt.datetime
    stores: Mapping[int, StoreChoice]
    row_url: str
    badges: Mapping[str, str]
    marks: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListSpec:
    """One list page.

    page: its name in the database. url_name: where it lies; a row lies at its address and the row's key. conditions,
    counts: what its tabs ask for, and how their counts are called. rows: the columns that cells need, as a named values
    list; asked once per process, so that it must not depend on who asks, when, or in which language. search: the keys
    that a text finds. has_reasons: whether it can be filtered by the reasons that stop an order.
    """

    page: str
    title: str | Promise
    url_name: str
    model: Any
    machine: str
    states: Any
    tabs: tuple[Tab, ...]
    columns: tuple[Column, ...]
    sorts: Mapping[str, Sort]
    conditions: Mapping[str, Callable[[], Q]]
    counts: str
    rows: Callable[[Rows], Rows]
    search: Callable[[str, Actor], Found]
    search_hint: str | Promise
    has_reasons: bool = False
    can_select: bool = False

    @property
    def tabs_by_key(self) -> dict[str, Tab]:
        """The tabs by their keys."""
        return {tab.key: tab for tab in self.tabs}

    @property
    def columns_by_key(self) -> dict[str, Column]:
        """The columns by their keys."""
        return {column.key: column for column in self.columns}
