"""What caused a line of the stock ledger, as a link: the parcel's order, the return, the wave, the stock document."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse

from apps.aftersales.models import ReturnOrder
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.sheets.models import Sheet
from apps.warehouse.models import PickLine, Shipment, StockDocument, StockMove

Found = dict[int, "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """A document behind a line of the ledger. url: empty for whoever may not open it."""

    label: str
    url: str = ""


def sources_of(moves: Iterable[StockMove], by: Actor) -> dict[tuple[str, int], Source]:
    """Subject type and key → its document, one statement for each kind among the lines. Foreign ones are not in it."""
    keys: dict[str, set[int]] = {}
    for each in moves:
        keys.setdefault(each.subject_type, set()).add(each.subject_id)
    return {
        (kind, pk): source
        for kind, wanted in keys.items()
        if kind in KINDS
        for pk, source in KINDS[kind](wanted, by).items()
    }


def _shipments(keys: set[int], by: Actor) -> Found:
    rows = visible(Shipment.objects.filter(pk__in=keys), by).values_list("pk", "number", "shipping_order_id")
    may = by.may("orders.view_shippingorder")
    return {pk: Source(number, reverse("desk:order", args=[order]) if may else "") for pk, number, order in rows}


def _documents(keys: set[int], by: Actor) -> Found:
    rows = visible(StockDocument.objects.filter(pk__in=keys), by).values_list("pk", "number")
    may = by.may("warehouse.view_stockdocument")
    return {pk: Source(number, reverse("desk:stock_document", args=[pk]) if may else "") for pk, number in rows}


def _returns(keys: set[int], by: Actor) -> Found:
    rows = visible(ReturnOrder.objects.filter(pk__in=keys), by).values_list("pk", "number")
    may = by.may("aftersales.view_returnorder")
    return {pk: Source(number, reverse("desk:return", args=[pk]) if may else "") for pk, number in rows}


def _waves(keys: set[int], by: Actor) -> Found:
    rows = visible(PickLine.objects.filter(pk__in=keys), by).values_list("pk", "wave__number", "wave_id")
    may = by.may("warehouse.view_wave")
    return {pk: Source(number, reverse("desk:wave", args=[wave]) if may else "") for pk, number, wave in rows}


def sheet_behind(document: StockDocument, by: Actor) -> Source | None:
    """The import that a document was made of, for who may know of it."""
    row = visible(Sheet.objects.filter(kind="opening_stock", made_id=document.pk), by).first()
    if row is None:
        return None
    return Source(row.name, reverse("desk:sheet", args=[row.pk]) if by.may("sheets.import_opening_stock") else "")


KINDS: dict[str, Callable[[set[int], Actor], Found]] = {
    "warehouse.shipment": _shipments,
    "warehouse.stockdocument": _documents,
    "aftersales.returnorder": _returns,
    "warehouse.pickline": _waves,
}
