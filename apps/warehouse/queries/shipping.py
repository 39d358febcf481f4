"""Parcels that are gone: by handover, and not yet told to the platform."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from apps.core.calendar import SHANGHAI
from apps.orders.models import ShippingOrderLine
from apps.warehouse.models import Handover, Shipment
from apps.warehouse.rules.ship_layouts import Sent
from apps.warehouse.workflows.shipment import ShipmentState


def parcels_to_report(store_id: int) -> "QuerySet[Shipment]":
    """Parcels with the carrier that the platform has not been told of, in the order in which they left."""
    gone = Shipment.objects.filter(store_id=store_id, state=ShipmentState.DISPATCHED, reported_at__isnull=True)
    return gone.order_by("pk")


@dataclass(frozen=True, slots=True)
class StoreToReport:
    """A store with parcels that its platform does not know of yet."""

    store_id: int
    parcels: int


def stores_to_report() -> list[StoreToReport]:
    """Stores whose platform has something to be told, most parcels first. Rule: WHS-05."""
    gone = Shipment.objects.filter(state=ShipmentState.DISPATCHED, reported_at__isnull=True).order_by()
    rows = gone.values_list("store_id").annotate(count=Count("pk")).order_by("-count", "store_id")
    return [StoreToReport(store, count) for store, count in rows]


def sent_orders(parcels: "list[int]", platform: str) -> Iterator[Sent]:
    """One row for each platform order in these parcels, with the carrier as this platform writes it."""
    rows = Shipment.objects.filter(pk__in=parcels).values_list(
        "shipping_order_id",
        "waybill_number",
        "dispatched_at",
        "carrier__code",
        "carrier__name",
        "carrier__platform_names",
        "carrier__platform_codes",
    )
    by_order = {
        order: (number, at, code, names.get(platform) or name, codes.get(platform) or "")
        for order, number, at, code, name, names, codes in rows
    }
    lines = ShippingOrderLine.objects.filter(shipping_order_id__in=by_order).order_by("shipping_order_id", "pk")
    told: set[tuple[int, str]] = set()
    for order, number in lines.values_list("shipping_order_id", "order_line__order__number"):
        if (order, number) not in told:
            told.add((order, number))
            waybill, at, code, name, there = by_order[order]
            yield Sent(number, str(name), code, waybill, _local(at), str(there))


def _local(moment: dt.datetime | None) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if moment else ""


def handed_over(handover: Handover) -> "QuerySet[Shipment]":
    """The parcels of a handover, by waybill number."""
    return Shipment.objects.filter(handover=handover).order_by("waybill_number")
