"""Kinds of sheets: each floor says which columns it takes and, in SQL over a set of rows, what they would do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.utils.functional import Promise

from apps.org.actors import Actor
from apps.sheets.rules.columns import Column

if TYPE_CHECKING:
    from apps.sheets.sql import Span

Place = Literal["", "store", "warehouse"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is refused: the column it is about, and a sentence that may hold `%(detail)s`."""

    column: str
    sentence: str | Promise


def no_params(_span: "Span", _by: Actor) -> Mapping[str, Any]:
    """The kind's statements need nothing beyond the span."""
    return {}


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One kind of master data that comes in sheets.

    place: what a sheet belongs to and its rows are looked up in. key: the columns that together name what a row is
    about; once a file. alone: further columns whose values may stand in one row only. words: where one thing can be written
    in several ways, the column to name and, in SQL over `values`, all words of a row as they are compared (text[]); none
    may stand in two rows. agree: pairs of columns, where rows with the same first must not differ in the second.
    target: the model whose rows are changed, `stores.sku`.
    judged: a SELECT over `staged (id, number, v)` that gives id, target_id (NULL: to be made), before (jsonb: key → known
    text of every column that would change), code (of a refusal, else '') and detail. write: make and change the rows of
    a span whose verdict is new or changed; runs under lock and signature. refusals: code → sentence. told: for kinds that
    make one thing of a whole sheet, what is to be said of it, by the sheet's made_id.
    """

    name: str
    label: str | Promise
    about: str | Promise
    icon: str
    permission: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    target: str
    judged: str
    refusals: Mapping[str, Refusal]
    write: Callable[["Span", Actor], None]
    place: Place = ""
    alone: tuple[str, ...] = ()
    words: tuple[str, str] | None = None
    agree: tuple[tuple[str, str], ...] = ()
    params: Callable[["Span", Actor], Mapping[str, Any]] = field(default=no_params)
    told: Callable[[int], str | Promise] | None = None

    def column(self, key: str) -> Column | None:
        """The column with this key."""
        return next((column for column in self.columns if column.key == key), None)


_kinds: dict[str, SheetKind] = {}


def register(kind: SheetKind) -> None:
    """Make a kind known. For `AppConfig.ready()`. Raises ValueError when the name is taken by another."""
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"sheet kind {kind.name} is registered twice")
    _kinds[kind.name] = kind


def kind_named(name: str) -> SheetKind:
    """The kind. Raises KeyError."""
    return _kinds[name]


def kinds_for(by: Actor) -> list[SheetKind]:
    """The kinds whose sheets this person may bring in, in the order of the floors."""
    return [kind for kind in _kinds.values() if by.may(kind.permission)]
