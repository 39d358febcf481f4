"""What a sheet would do, and what became of each of its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from apps.org.actors import Actor
from apps.org.models import Store, Warehouse
from apps.org.scope import StoreScope, visible
from apps.sheets.kinds import SheetKind
from apps.sheets.models import Sheet, SheetRow, Verdict

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row: what its cells say by column key, and what is wrong with them."""

    values: dict[str, str]
    findings: list[dict[str, Any]]


def counted(sheet: Sheet) -> dict[str, int]:
    """The sheet's rows by verdict, and how many of them are in."""
    found = SheetRow.objects.filter(sheet=sheet).order_by().values_list("verdict").annotate(Count("pk"))
    counts = dict.fromkeys(Verdict.values, 0) | dict(found)
    return counts | {"applied": SheetRow.objects.filter(sheet=sheet, is_applied=True).count()}


def rows_of(sheet: Sheet, *, verdict: str = "", after: int = 0, limit: int = 100) -> list[SheetRow]:
    """Rows in file order, of one verdict or of all, `limit` at a time, after a key."""
    rows = SheetRow.objects.filter(sheet=sheet, pk__gt=after).order_by("pk")
    return list((rows.filter(verdict=verdict) if verdict else rows)[:limit])


def refused_rows(sheet: Sheet) -> Iterator[RefusedRow]:
    """Every refused row, in file order."""
    rows = SheetRow.objects.filter(sheet=sheet, verdict=Verdict.REFUSED).order_by("pk")
    for values, findings in rows.values_list("values", "findings").iterator(chunk_size=AT_ONCE):
        yield RefusedRow(values, findings)


def places_for(kind: SheetKind, by: Actor) -> list[tuple[int, str]]:
    """The places that this person may bring such a sheet for, as key and name; empty for a kind without a place."""
    if kind.place == "store":
        return list(visible(Store.objects.filter(is_active=True), by).values_list("pk", "name"))
    if kind.place == "warehouse":
        return list(_warehouses(by).values_list("pk", "name"))
    return []


def _warehouses(by: Actor) -> "QuerySet[Warehouse]":
    rows = Warehouse.objects.filter(is_active=True)
    condition = StoreScope(warehouse="pk").condition(by)
    return rows if condition is None else rows.filter(condition)
