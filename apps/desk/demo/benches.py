"""Waves: what the warehouse has in its hands right now, and the walks of the last two days that are over."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from apps.core.bulk import as_array
from apps.core.calendar import ONE_DAY, SHANGHAI
from apps.core.numbering import next_numbers
from apps.desk.demo.acts import Acts
from apps.desk.demo.company import DemoPerson
from apps.desk.demo.rhythm import WAVES
from apps.desk.demo.roster import Roster
from apps.desk.demo.source import dice
from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import AT_THE_BENCH, ShippingState
from apps.warehouse.actions.wave_sql import ALLOCATE, SLOTS
from apps.warehouse.models import PickLine, PickShare, Wave, WaveOrder
from apps.warehouse.workflows.wave import WaveState
from apps.workflow.seeding import Past, ended, reserved_keys, write_histories, write_rows

MINUTE = dt.timedelta(minutes=1)
MOST_ORDERS = 50
WRITTEN: list[type[models.Model]] = [Wave, WaveOrder, PickLine, PickShare]
Life = tuple[dict[str, Any], list[Past]]

_PICKED = """
    UPDATE warehouse_pickline SET picked_quantity = quantity, picked_at = %s, picked_by_id = %s
    WHERE wave_id = %s AND 2 * position <= %s * (SELECT max(position) FROM warehouse_pickline WHERE wave_id = %s)
"""
# What was walked and is gone lies in no bin any more: its lists say where it lay.
_WALKED = """
    WITH want AS (
        SELECT w.id AS wave_order, w.wave_id, w.slot, l.sku_id, h.bin_id, sum(l.quantity)::integer AS quantity
        FROM warehouse_waveorder w JOIN orders_shippingorderline l ON l.shipping_order_id = w.shipping_order_id
            JOIN orders_shippingorder o ON o.id = l.shipping_order_id
            JOIN warehouse_stockdocument d ON d.warehouse_id = o.warehouse_id
            JOIN warehouse_stockdocumentline h ON h.document_id = d.id AND h.sku_id = l.sku_id
        WHERE w.wave_id = ANY(%(waves)s::bigint[]) GROUP BY 1, 2, 3, 4, 5
    ), line AS (
        INSERT INTO warehouse_pickline
            (wave_id, position, bin_id, sku_id, quantity, slots, picked_quantity, picked_at, picked_by_id, short_reason)
        SELECT t.wave_id, row_number() OVER (PARTITION BY t.wave_id ORDER BY n.walk_order, n.code), t.bin_id, t.sku_id,
            sum(t.quantity), string_agg(t.slot || '×' || t.quantity, ' ' ORDER BY t.slot), sum(t.quantity),
            v.started_at + interval '3 minutes', v.picker_id, ''
        FROM want t JOIN warehouse_bin n ON n.id = t.bin_id JOIN warehouse_wave v ON v.id = t.wave_id
        GROUP BY t.wave_id, t.bin_id, t.sku_id, n.walk_order, n.code, v.started_at, v.picker_id
        RETURNING id, wave_id, sku_id
    )
    INSERT INTO warehouse_pickshare (line_id, wave_order_id, quantity)
    SELECT line.id, t.wave_order, t.quantity FROM want t
        JOIN line ON line.wave_id = t.wave_id AND line.sku_id = t.sku_id
"""
_GONE = """
    UPDATE warehouse_waveorder w SET done_at = o.shipped_at
    FROM orders_shippingorder o WHERE o.id = w.shipping_order_id AND w.wave_id = ANY(%s::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Walk:
    """A wave: its orders, the earliest in the wave first, who walks, and how far it has come."""

    orders: list[ShippingOrder]
    picker: DemoPerson
    lead: DemoPerson
    state: WaveState

    @property
    def begun(self) -> dt.datetime:
        """When it was planned: its first order says."""
        found = self.orders[0].picking_at
        if found is None:
            raise ValueError(f"{self.orders[0].number} was never picked")
        return found.astimezone(SHANGHAI)


def write(roster: Roster, acts: Acts, now: dt.datetime) -> int:
    """In each warehouse waves that are over, one picked, one walking and one planned. Returns how many changes."""
    walks = sorted([*_over(roster, now), *_under_way(roster, now)], key=lambda walk: walk.begun)
    lives = [_wave(walk, key, acts) for walk, key in zip(walks, reserved_keys(Wave, len(walks)), strict=True)]
    write_rows(Wave, (ended(row, past) for row, past in lives))
    for walk, (row, _past) in zip(walks, lives, strict=True):
        _fill(walk, row)
    return write_histories(Wave, lives)


def _over(roster: Roster, now: dt.datetime) -> Iterator[Walk]:
    """The walks of yesterday and today whose orders have all left."""
    since = dt.datetime.combine(now.date() - ONE_DAY, dt.time(), SHANGHAI)
    found: dict[tuple[int, dt.datetime], list[ShippingOrder]] = defaultdict(list)
    gone = ShippingOrder.objects.filter(state=ShippingState.SHIPPED, picking_at__gte=since)
    for order in gone.order_by("picking_at", "pk"):
        if order.picking_at is not None:
            found[order.warehouse_id, _round_of(order.picking_at.astimezone(SHANGHAI))].append(order)
    for orders in found.values():
        for start in range(0, len(orders), MOST_ORDERS):
            yield _walk(orders[start : start + MOST_ORDERS], WaveState.CLOSED, roster, now)


def _under_way(roster: Roster, now: dt.datetime) -> Iterator[Walk]:
    """What is packed and what comes next to the bench was picked; what is picked now is half on one list, half on two."""
    in_hand = ShippingOrder.objects.filter(state__in=AT_THE_BENCH)
    found: dict[int, list[ShippingOrder]] = defaultdict(list)
    for order in in_hand.order_by("warehouse_id", "picking_at", "pk"):
        found[order.warehouse_id].append(order)
    for orders in found.values():
        packed = [order for order in orders if order.state == ShippingState.PACKED]
        picking = [order for order in orders if order.state == ShippingState.PICKING]
        third = len(picking) // 3
        lists = {
            WaveState.PICKED: sorted([*packed, *picking[:third]], key=lambda order: (order.picking_at, order.pk)),
            WaveState.PICKING: picking[third : len(picking) - third],
            WaveState.PLANNED: picking[len(picking) - third :],
        }
        yield from (_walk(some, state, roster, now) for state, some in lists.items() if some)


def _walk(orders: list[ShippingOrder], state: WaveState, roster: Roster, now: dt.datetime) -> Walk:
    warehouse = orders[0].warehouse_id
    picker = roster.packer(warehouse, orders[0].picking_at or now, dice("walk", orders[0].number))
    return Walk(orders, picker, roster.warehouse_lead(warehouse), state)


def _round_of(at: dt.datetime) -> dt.datetime:
    """The round of the day in which a walk began: orders of one round were planned together."""
    begun = [time for time in WAVES if time <= at.time()]
    return dt.datetime.combine(at.date(), begun[-1] if begun else dt.time(), SHANGHAI)


def _wave(walk: Walk, key: int, acts: Acts) -> Life:
    warehouse, begun = walk.orders[0].warehouse_id, walk.begun
    (running,) = next_numbers(f"wave:{warehouse}", begun.date())
    row = {
        "id": key, "number": f"W{begun:%m%d}-{running:02d}", "warehouse_id": warehouse, "shipping_on": begun.date(),
        "kind": Wave.Kind.MIXED.value, "planned_by_id": walk.lead.user_id, "planned_at": begun, "picker_id": None,
        "left_out": "[]", "state": "planned", "started_at": None, "picked_at": None, "closed_at": None,
        "cancelled_at": None,
    }  # fmt: skip
    steps = [
        acts.move(Wave, "start", begun + MINUTE, walk.picker, picker_id=walk.picker.user_id),
        acts.move(Wave, "finish", begun + 6 * MINUTE, walk.picker),
        acts.move(Wave, "close", max(order.shipped_at or begun for order in walk.orders), None),
    ]
    reached = {WaveState.PLANNED: 0, WaveState.PICKING: 1, WaveState.PICKED: 2, WaveState.CLOSED: 3}
    return row, steps[: reached[walk.state]]


def _fill(walk: Walk, wave: dict[str, Any]) -> None:
    """Slots, stops and shares as planning gives them, and how far the picker has come."""
    waves, halves = as_array([wave["id"]]), {WaveState.PICKED: 2, WaveState.PICKING: 1}.get(walk.state, 0)
    with connection.cursor() as cursor:
        orders = as_array(order.pk for order in walk.orders)
        cursor.execute(SLOTS, {"waves": waves, "orders": orders, "size": len(walk.orders)})
        if walk.state == WaveState.CLOSED:
            cursor.execute(_WALKED, {"waves": waves})
            cursor.execute(_GONE, [waves])
            return
        cursor.execute(ALLOCATE, {"waves": waves, "warehouse": wave["warehouse_id"]})
        cursor.execute(_PICKED, [walk.begun + 4 * MINUTE, walk.picker.user_id, wave["id"], halves, wave["id"]])
