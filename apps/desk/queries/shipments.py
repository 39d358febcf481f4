"""Parcels in the house and gone, as the shipping page shows them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.desk.queries.counts import bounded_counts
from apps.documents.models import Document
from apps.org.actors import Actor
from apps.org.models import Warehouse
from apps.org.scope import visible
from apps.warehouse.models import Handover, Shipment
from apps.warehouse.queries.doubts import doubts_of, with_goods_grams
from apps.warehouse.rules.waybills import Doubt
from apps.warehouse.workflows.shipment import ShipmentState

SHOWN = 300
LEAST_OF_A_PILE = 60
HANDOVERS_SHOWN = 60
TABS: dict[str, tuple[str | Promise, Q]] = {
    "ready": (_("Ready for the carrier"), Q(state=ShipmentState.READY) & ~Q(waybill_number="")),
    "unlabelled": (_("Without a waybill"), Q(state=ShipmentState.READY, waybill_number="")),
    "open": (_("At the bench"), Q(state=ShipmentState.OPEN)),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A parcel as a list shows it. doubts: what looks wrong about its label or weight; chosen: whether it is ticked."""

    parcel: Shipment
    doubts: list[Doubt]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Pile:
    """Parcels that one carrier will fetch from one warehouse: those that were opened first, and how many there are."""

    warehouse: Warehouse
    carrier_id: int
    carrier: str
    whole: int
    parcels: list[Listed]

    @property
    def unshown(self) -> int:
        """How many the page does not show; they were opened after those that it does."""
        return max(self.whole - len(self.parcels), 0)


def parcels_in(tab: str, by: Actor, chosen: Collection[int] | None = None) -> list[Listed]:
    """The parcels of a tab, in the order in which they were opened. chosen: None ticks all that nothing looks wrong about."""
    rows = with_goods_grams(visible(Shipment.objects.filter(TABS[tab][1]), by))
    return _listed(rows.select_related("warehouse").order_by("pk")[:SHOWN], chosen)


def _listed(rows: "QuerySet[Shipment]", chosen: Collection[int] | None = None) -> list[Listed]:
    found = [(parcel, doubts_of(parcel)) for parcel in rows.select_related("carrier", "shipping_order", "store")]
    return [Listed(parcel, doubts, not doubts if chosen is None else parcel.pk in chosen) for parcel, doubts in found]


def counts_by_tab(by: Actor) -> dict[str, int]:
    """How many parcels each tab holds, bounded, in one statement."""
    return bounded_counts({tab: visible(Shipment.objects.filter(q), by) for tab, (_label, q) in TABS.items()})


def piles(by: Actor, chosen: Collection[int] | None = None) -> list[Pile]:
    """Parcels with a waybill, by warehouse and carrier; a long pile shares the page with the others and hides none."""
    ready = visible(Shipment.objects.filter(TABS["ready"][1]), by)
    counted = ready.order_by().values_list("warehouse", "carrier").annotate(n=Count("pk"))
    whole = {(house, carrier): n for house, carrier, n in counted}
    share = max(LEAST_OF_A_PILE, SHOWN // max(len(whole), 1))
    place = Window(RowNumber(), partition_by=[F("warehouse"), F("carrier")], order_by="pk")
    first = ready.annotate(place=place).filter(place__lte=share).values("pk")
    rows = with_goods_grams(Shipment.objects.filter(pk__in=first)).select_related("warehouse").order_by("pk")
    return _piled(_listed(rows, chosen), whole)


def rest_of_pile(warehouse: int, carrier: int, *, after: int, by: Actor) -> list[int]:
    """The parcels of a pile that were opened after the last one shown, but for those about which something looks wrong."""
    mine = Shipment.objects.filter(TABS["ready"][1], warehouse=warehouse, carrier=carrier, pk__gt=after)
    return [parcel.pk for parcel in with_goods_grams(visible(mine, by)).order_by("pk") if not doubts_of(parcel)]


def _piled(rows: Iterable[Listed], whole: Mapping[tuple[int, int], int]) -> list[Pile]:
    found: dict[tuple[int, int], Pile] = {}
    for row in rows:
        place, carrier = row.parcel.warehouse, row.parcel.carrier
        if carrier is not None:
            key = place.pk, carrier.pk
            # Between the two looks a parcel may have come.
            empty = Pile(place, carrier.pk, carrier.name, whole.get(key, 0), [])
            found.setdefault(key, empty).parcels.append(row)
    return sorted(found.values(), key=lambda pile: (pile.warehouse.code, pile.carrier))


def handovers(by: Actor) -> "QuerySet[Handover]":
    """What carriers took, newest first, each with the key of its paper."""
    return visible(with_paper(Handover.objects.all()), by).order_by("-pk")[:HANDOVERS_SHOWN]


def with_paper(rows: "QuerySet[Handover]") -> "QuerySet[Handover]":
    """Handovers with their names, and `paper`, the key of the newest sheet about each."""
    about = Document.objects.filter(subject_type="warehouse.handover", subject_id=OuterRef("pk")).order_by("-pk")
    named = rows.select_related("warehouse", "carrier", "handed_over_by")
    return named.annotate(paper=Subquery(about.values("pk")[:1]))


def parcels_of(handover: Handover, by: Actor) -> list[Listed]:
    """What went by one handover, as far as this person may know of it, by waybill number."""
    return _listed(with_goods_grams(visible(Shipment.objects.filter(handover=handover), by)).order_by("waybill_number"))


def numbers_of(shipments: Iterable[int], by: Actor) -> dict[int, str]:
    """Shipment → its number, for those that this person may know of."""
    return dict(visible(Shipment.objects.filter(pk__in=list(shipments)), by).values_list("pk", "number"))
