"""Parcels in the house and gone, as the shipping page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.desk.queries.counts import bounded_counts
from apps.documents.models import Document
from apps.org.actors import Actor
from apps.org.models import Warehouse
from apps.org.scope import visible
from apps.warehouse.models import Handover, Shipment
from apps.warehouse.workflows.shipment import ShipmentState

SHOWN = 300
HANDOVERS_SHOWN = 60
TABS: dict[str, tuple[str | Promise, Q]] = {
    "ready": (_("Ready for the carrier"), Q(state=ShipmentState.READY) & ~Q(waybill_number="")),
    "unlabelled": (_("Without a waybill"), Q(state=ShipmentState.READY, waybill_number="")),
    "open": (_("At the bench"), Q(state=ShipmentState.OPEN)),
}


@dataclass(frozen=True, slots=True)
class Pile:
    """Parcels that one carrier will fetch from one warehouse."""

    warehouse: Warehouse
    carrier_id: int
    carrier: str
    parcels: list[Shipment]


def parcels_in(tab: str, by: Actor) -> "QuerySet[Shipment]":
    """The parcels of a tab, in the order in which they were opened."""
    rows = visible(Shipment.objects.filter(TABS[tab][1]), by)
    return rows.select_related("carrier", "shipping_order", "store", "warehouse").order_by("pk")[:SHOWN]


def counts_by_tab(by: Actor) -> dict[str, int]:
    """How many parcels each tab holds, bounded, in one statement."""
    return bounded_counts({tab: visible(Shipment.objects.filter(q), by) for tab, (_label, q) in TABS.items()})


def piles_of(parcels: Iterable[Shipment]) -> list[Pile]:
    """Parcels with a waybill, by warehouse and carrier."""
    piles: dict[tuple[int, int], Pile] = {}
    for parcel in parcels:
        if parcel.carrier is not None:
            key = parcel.warehouse_id, parcel.carrier.pk
            piles.setdefault(key, Pile(parcel.warehouse, parcel.carrier.pk, parcel.carrier.name, [])).parcels.append(
                parcel
            )
    return sorted(piles.values(), key=lambda pile: (pile.warehouse.code, pile.carrier))


def handovers(by: Actor) -> "QuerySet[Handover]":
    """What carriers took, newest first, each with the key of its paper."""
    return visible(with_paper(Handover.objects.all()), by).order_by("-pk")[:HANDOVERS_SHOWN]


def with_paper(rows: "QuerySet[Handover]") -> "QuerySet[Handover]":
    """Handovers with their names, and `paper`, the key of the newest sheet about each."""
    about = Document.objects.filter(subject_type="warehouse.handover", subject_id=OuterRef("pk")).order_by("-pk")
    named = rows.select_related("warehouse", "carrier", "handed_over_by")
    return named.annotate(paper=Subquery(about.values("pk")[:1]))


def parcels_of(handover: Handover, by: Actor) -> "QuerySet[Shipment]":
    """What went by one handover, as far as this person may know of it, by waybill number."""
    rows = visible(Shipment.objects.filter(handover=handover), by)
    return rows.select_related("carrier", "shipping_order", "store").order_by("waybill_number")


def numbers_of(shipments: Iterable[int], by: Actor) -> dict[int, str]:
    """Shipment → its number, for those that this person may know of."""
    return dict(visible(Shipment.objects.filter(pk__in=list(shipments)), by).values_list("pk", "number"))
