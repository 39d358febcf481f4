"""Waves under way and parcels on the bench: for the orders that the warehouse has in its hands right now."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from apps.core.bulk import as_array
from apps.core.numbering import document_number, next_numbers
from apps.desk.demo.acts import Acts
from apps.desk.demo.company import DemoPerson
from apps.desk.demo.roster import Roster
from apps.desk.demo.source import dice
from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState
from apps.warehouse.actions.open_shipment import PREFIX
from apps.warehouse.actions.wave_sql import ALLOCATE, SLOTS
from apps.warehouse.models import Carrier, PickLine, Shipment, Wave
from apps.workflow.seeding import Past, ended, reserved_keys, write_histories, write_rows

MINUTE = dt.timedelta(minutes=1)
# How a carrier's waybill numbers begin in `numbers.py`.
FRONTS = {"73": "ZTO", "YT": "YTO", "77": "STO", "43": "YUNDA", "JT": "JITU", "SF": "SF", "JD": "JD"}
WRITTEN: list[type[models.Model]] = [Wave, PickLine, Shipment]
Life = tuple[dict[str, Any], list[Past]]

_PICKED = """
    UPDATE warehouse_pickline SET picked_quantity = quantity, picked_at = %s, picked_by_id = %s
    WHERE wave_id = %s AND 2 * position <= %s * (SELECT max(position) FROM warehouse_pickline WHERE wave_id = %s)
"""
_CHECKED = """
    INSERT INTO warehouse_checkline (shipment_id, sku_id, quantity, scanned_quantity)
    SELECT s.id, l.sku_id, sum(l.quantity), sum(l.quantity)
    FROM warehouse_shipment s JOIN orders_shippingorderline l ON l.shipping_order_id = s.shipping_order_id
    GROUP BY s.id, l.sku_id ORDER BY s.id, l.sku_id
"""
_WEIGHED = """
    SELECT l.shipping_order_id, 60 + sum(coalesce(k.weight_grams, 200) * l.quantity)
    FROM orders_shippingorderline l JOIN stores_sku k ON k.id = l.sku_id
    WHERE l.shipping_order_id = ANY(%s::bigint[]) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Walk:
    """A wave: its orders, the earliest in the wave first, who walks, and how far."""

    orders: list[ShippingOrder]
    picker: DemoPerson
    lead: DemoPerson
    is_picked: bool


def write(roster: Roster, acts: Acts, now: dt.datetime) -> int:
    """A finished walk and one under way in each warehouse that has orders in hand. Returns how many changes of the past."""
    walks = list(_walks(roster, now))
    lives = [_wave(walk, key, acts, now) for walk, key in zip(walks, reserved_keys(Wave, len(walks)), strict=True)]
    write_rows(Wave, (ended(row, past) for row, past in lives))
    for walk, (row, _past) in zip(walks, lives, strict=True):
        _fill(walk, row)
    return write_histories(Wave, lives) + _parcels([walk for walk in walks if walk.is_picked], acts, now)


def _walks(roster: Roster, now: dt.datetime) -> list[Walk]:
    found: dict[tuple[int, bool], list[ShippingOrder]] = {}
    in_hand = ShippingOrder.objects.filter(state__in=[ShippingState.PICKING, ShippingState.PACKED])
    for order in in_hand.order_by("warehouse_id", "picking_at", "pk"):
        found.setdefault((order.warehouse_id, order.state == ShippingState.PACKED), []).append(order)
    return [
        Walk(
            orders, roster.packer(warehouse, now, dice("walk", warehouse)), roster.warehouse_lead(warehouse), is_picked
        )
        for (warehouse, is_picked), orders in sorted(found.items(), key=lambda one: (one[0][0], not one[0][1]))
    ]


def _wave(walk: Walk, key: int, acts: Acts, now: dt.datetime) -> Life:
    warehouse, begun = walk.orders[0].warehouse_id, walk.orders[0].picking_at or now
    (running,) = next_numbers(f"wave:{warehouse}", now.date())
    row = {
        "id": key, "number": f"W{now:%m%d}-{running:02d}", "warehouse_id": warehouse, "shipping_on": now.date(),
        "kind": Wave.Kind.MIXED.value, "planned_by_id": walk.lead.user_id, "planned_at": begun, "picker_id": None,
        "left_out": "[]", "state": "planned", "started_at": None, "picked_at": None, "closed_at": None,
        "cancelled_at": None,
    }  # fmt: skip
    past = [acts.move(Wave, "start", begun + MINUTE, walk.picker, picker_id=walk.picker.user_id)]
    if walk.is_picked:
        past.append(acts.move(Wave, "finish", begun + 6 * MINUTE, walk.picker))
    return row, past


def _fill(walk: Walk, wave: dict[str, Any]) -> None:
    """Slots, stops and shares as planning gives them; a finished walk has all its stops behind it, the other half."""
    halves = 2 if walk.is_picked else 1
    with connection.cursor() as cursor:
        orders = as_array(order.pk for order in walk.orders)
        cursor.execute(SLOTS, {"waves": as_array([wave["id"]]), "orders": orders, "size": len(walk.orders)})
        cursor.execute(ALLOCATE, {"waves": as_array([wave["id"]]), "warehouse": wave["warehouse_id"]})
        cursor.execute(
            _PICKED, [wave["planned_at"] + 4 * MINUTE, walk.picker.user_id, wave["id"], halves, wave["id"]]
        )  # fmt: skip


def _parcels(walks: list[Walk], acts: Acts, now: dt.datetime) -> int:
    packed = [(order, walk.picker) for walk in walks for order in walk.orders]
    if not packed:
        return 0
    carriers = dict(Carrier.objects.values_list("code", "pk"))
    with connection.cursor() as cursor:
        cursor.execute(_WEIGHED, [as_array(order.pk for order, _by in packed)])
        grams = {order: int(weight) for order, weight in cursor.fetchall()}
    numbers = next_numbers("shipment", now.date(), len(packed))
    lives = []
    for (order, by), key, nth in zip(packed, reserved_keys(Shipment, len(packed)), numbers, strict=True):
        row = _parcel(order, key, document_number(PREFIX, now.date(), nth), carriers)
        at = order.packed_at or now
        seen: dict[str, Any] = {"weight_grams": grams[order.pk], "checked_by_id": by.user_id}
        noted: dict[str, Any] = {"remarks_confirmed_at": at, "remarks_confirmed_by_id": by.user_id}
        lives.append((row, [acts.move(Shipment, "pass_check", at, by, **seen, **noted)]))
    write_rows(Shipment, (ended(row, past) for row, past in lives))
    with connection.cursor() as cursor:
        cursor.execute(_CHECKED)
    return write_histories(Shipment, lives)


def _parcel(order: ShippingOrder, key: int, number: str, carriers: dict[str, int]) -> dict[str, Any]:
    return {
        "id": key, "number": number, "shipping_order_id": order.pk, "warehouse_id": order.warehouse_id,
        "store_id": order.store_id, "carrier_id": carriers[FRONTS[order.waybill_number[:2]]],
        "waybill_number": order.waybill_number, "weight_grams": None, "remarks_confirmed_at": None,
        "remarks_confirmed_by_id": None, "checked_by_id": None, "handover_id": None, "reported_at": None,
        "report_id": None, "opened_at": (order.packed_at or order.created_at) - 2 * MINUTE, "state": "open",
        "checked_at": None, "dispatched_at": None, "cancelled_at": None,
    }  # fmt: skip
