"""What the warehouse's papers say, frozen when they are issued."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.documents.kinds import DocumentKind, register
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.models import Warehouse
from apps.warehouse.models import Handover, Wave
from apps.warehouse.queries.cutoffs import cutoffs_of
from apps.warehouse.queries.remarks import Remarks, remarks_of
from apps.warehouse.queries.shipping import handed_over
from apps.warehouse.queries.waves import day_lines, orders_inside, orders_of_day, pick_lines
from apps.warehouse.rules.daily_list import DailyList, Size, Style, daily_list
from apps.warehouse.rules.properties import variant_of

PICK_LIST, DAILY_PICK_LIST, HANDOVER_SHEET = "pick_list", "daily_pick_list", "handover_sheet"
KEPT = dt.timedelta(days=90)
SIZES = {Size.SINGLE: _("One piece"), Size.MULTI: _("Several pieces")}


def register_kinds() -> None:
    """Make the warehouse's papers known. Lists that were walked are not kept for years; the driver's signature is."""
    register(
        DocumentKind(
            PICK_LIST,
            _("Pick list"),
            "JH",
            "documents/pick_list.html",
            rows="stops orders",
            right="warehouse.view_wave",
            kept_for=KEPT,
        )
    )
    register(
        DocumentKind(
            DAILY_PICK_LIST,
            _("Daily pick list"),
            "RJ",
            "documents/daily_pick_list.html",
            rows="lines remarks",
            right="warehouse.view_wave",
            kept_for=KEPT,
        )
    )
    register(DocumentKind(
        HANDOVER_SHEET, _("Handover sheet"), "JD", "documents/handover_sheet.html", rows="parcels",
        right="warehouse.view_shipment",
    ))  # fmt: skip


def pick_list(wave: Wave) -> dict[str, Any]:
    """The walk of a wave: stops in walking order with slots, then slot by slot what a parcel asks for."""
    stops = [
        {
            "position": line.position, "bin": line.bin.code, "zone": line.bin.zone, "sku": line.sku.code,
            "title": line.sku.product.name, "barcode": line.sku.barcode, "quantity": line.quantity, "slots": line.slots,
            **_variant(line.sku.properties),
        }
        for line in pick_lines(wave).filter(quantity__gt=0)
    ]  # fmt: skip
    inside = list(orders_inside(wave))
    remarks = remarks_of([each.shipping_order_id for each in inside])
    return {
        "wave": wave.number, "warehouse": wave.warehouse.name, "shipping_on": wave.shipping_on,
        "kind": Wave.Kind(wave.kind).label, "picker": str(wave.picker or ""), "stops": stops,
        "pieces": sum(stop["quantity"] for stop in stops),
        "orders": [
            {"slot": each.slot, "store": each.shipping_order.store.name, **_remarks(remarks[each.shipping_order_id])}
            for each in inside
        ],
    }  # fmt: skip


def daily_pick_list(warehouse: Warehouse, day: dt.date) -> dict[str, Any]:
    """The day's goods by style, single or several, colour, with totals; and every order that asks for something.

    waiting_orders: of these, how many have no goods yet, so that nobody looks for all of it on the shelf.
    """
    found = daily_list(day_lines(warehouse.pk, day))
    states = dict(orders_of_day(warehouse.pk, day).order_by("pk").values_list("pk", "state"))
    asking = [each for each in remarks_of(states).values() if each.asks_for_something]
    return {
        "waiting_orders": sum(state == ShippingState.CONFIRMED for state in states.values()),
        "warehouse": warehouse.name, "day": day, "confirmed_before": f"{cutoffs_of(warehouse.pk, day).order_by:%H:%M}",
        **_daily(found), "remarks": [_remarks(each) for each in sorted(asking, key=lambda one: one.number)],
    }  # fmt: skip


def handover_sheet(handover: Handover) -> dict[str, Any]:
    """What the carrier's driver signs for: every waybill number, and how many parcels they are."""
    told = handed_over(handover).values_list("waybill_number", "shipping_order__number", "weight_grams")
    parcels = [{"waybill": waybill, "order": order, "weight_grams": grams} for waybill, order, grams in told]
    weights = [parcel["weight_grams"] for parcel in parcels if parcel["weight_grams"]]
    return {
        "handover": handover.number, "warehouse": handover.warehouse.name, "carrier": handover.carrier.name,
        "handed_over_at": handover.handed_over_at, "by": str(handover.handed_over_by or ""), "count": len(parcels),
        "weight_grams": sum(weights), "unweighed": len(parcels) - len(weights), "parcels": parcels,
    }  # fmt: skip


def _variant(properties: str) -> dict[str, str]:
    variant = variant_of(properties)
    return {"colour": variant.colour, "size": variant.size, "other": variant.other}


def _remarks(one: Remarks) -> dict[str, Any]:
    return {
        "number": one.number, "order_numbers": one.order_numbers, "messages": one.messages, "memos": one.memos,
        "flags": one.flags, "note": one.note,
        "gifts": [{"title": title, "quantity": quantity} for title, quantity in one.gifts],
    }  # fmt: skip


def _daily(found: DailyList) -> dict[str, Any]:
    return {
        "orders": found.orders, "pieces": found.pieces, "gift_pieces": found.gift_pieces,
        "lines": [line for style in found.styles for line in _lines(style)],
        "gifts": [asdict(gift) for gift in found.gifts],
    }  # fmt: skip


def _lines(style: Style) -> Iterator[dict[str, Any]]:
    """A row per SKU, then the style's total. What it shares with the row above is said again, because it may open a page."""
    for block in style.blocks:
        for nth, row in enumerate(block.rows):
            for size in row.sizes:
                opens_row = size == row.sizes[0]
                opens_block = opens_row and nth == 0
                yield {
                    "style": f"{style.style} {style.title}" if opens_block else style.style,
                    "parcels_of": SIZES[block.size], "colour": row.colour or "–",
                    "same_block": not opens_block, "same_colour": not opens_row,
                    "orders": row.orders if opens_row else None, "pieces_of_colour": row.pieces if opens_row else None,
                    **asdict(size),
                }  # fmt: skip
    yield {"total_of": style.style, "pieces": style.pieces}
