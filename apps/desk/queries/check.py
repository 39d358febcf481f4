"""What the bench shows: the parcel under the scanner, and what waits beside it."""

from dataclasses import dataclass

from apps.orders.models import Reason, ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.warehouse.models import Carrier, CheckLine, Shipment, WaveOrder
from apps.warehouse.queries.doubts import doubts_of, with_goods_grams
from apps.warehouse.queries.remarks import Remarks, remarks_of
from apps.warehouse.rules.waybills import Doubt
from apps.warehouse.workflows.remarks import remarks_print
from apps.warehouse.workflows.shipment import ShipmentState
from apps.warehouse.workflows.wave import BEFORE_THE_BENCH

WAITING_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Bench:
    """One parcel under the scanner.

    remarks_print: of what it asks for now, empty for nothing. doubts: about its label. reasons: why its order is stopped.
    """

    parcel: Shipment
    lines: list[CheckLine]
    remarks: Remarks
    slot: int | None
    carriers: list[Carrier]
    remarks_print: str
    doubts: list[Doubt]
    reasons: list[Reason]

    @property
    def expected(self) -> int:
        """Pieces that belong into it."""
        return sum(line.quantity for line in self.lines)

    @property
    def scanned(self) -> int:
        """Pieces that are in it."""
        return sum(line.scanned_quantity for line in self.lines)

    @property
    def is_open(self) -> bool:
        """Whether it still takes items."""
        return str(self.parcel.state) == ShipmentState.OPEN

    @property
    def is_whole(self) -> bool:
        """Whether everything is in it."""
        return self.scanned == self.expected

    @property
    def takes_a_label(self) -> bool:
        """Whether it may be weighed, labelled and closed."""
        return self.is_open and self.is_whole and not self.waits_for_remarks and not self.reasons

    @property
    def shows_no_label(self) -> bool:
        """Whether there are no fields beside which something about the label could be said."""
        return not (self.takes_a_label or self.is_closed)

    @property
    def is_closed(self) -> bool:
        """Whether it is checked and still in the house, so that its label can be corrected."""
        return str(self.parcel.state) == ShipmentState.READY

    @property
    def waits_for_remarks(self) -> bool:
        """Whether somebody still has to read what it asks for (WHS-18)."""
        return self.remarks_print not in {"", self.parcel.remarks_digest}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One order that is picked and not checked."""

    order: ShippingOrder
    slot: int
    wave: str


def bench_of(parcel: Shipment) -> Bench:
    """Put together what the bench shows of a parcel; the caller has checked that this person may know of it."""
    inside = WaveOrder.objects.filter(shipping_order=parcel.shipping_order_id, taken_out_at__isnull=True)
    # Before the remarks themselves: what is written between the two looks has another print, and is shown once more.
    asked = Shipment.objects.filter(pk=parcel.pk).values_list(remarks_print(), flat=True).get() or ""
    is_closed = str(parcel.state) == ShipmentState.READY
    return Bench(
        parcel=parcel,
        lines=list(parcel.lines.select_related("sku__product")),
        remarks=remarks_of([parcel.shipping_order_id])[parcel.shipping_order_id],
        slot=inside.values_list("slot", flat=True).last(),
        carriers=list(Carrier.objects.filter(is_active=True).order_by("code")),
        remarks_print=asked,
        doubts=doubts_of(with_goods_grams(Shipment.objects.filter(pk=parcel.pk)).get()) if is_closed else [],
        reasons=list(parcel.shipping_order.reasons.filter(cleared_at__isnull=True).select_related("rule")),
    )


def waiting_for_check(by: Actor) -> list[Waiting]:
    """Orders at the bench by wave and slot, as many as a screen holds; what is still being picked is not there yet."""
    mine = visible(ShippingOrder.objects.filter(state=ShippingState.PICKING), by)
    inside = (
        WaveOrder.objects.filter(shipping_order__in=mine, taken_out_at__isnull=True, done_at__isnull=True)
        .exclude(wave__state__in=BEFORE_THE_BENCH)
        .select_related("shipping_order__store", "wave")
        .order_by("wave_id", "slot")[:WAITING_SHOWN]
    )
    return [Waiting(each.shipping_order, each.slot, each.wave.number) for each in inside]
