"""What happens when orders leave the warehouse's hands without going out: goods, bins, lists and parcels let go.

Locks in the one order of this floor: waves, shipments, stock balances, bin balances, shipping orders, each by key.
"""

from collections.abc import Collection, Sequence

from django.db import connection

from apps.audit.context import signed
from apps.core.bulk import as_array, many_keys
from apps.core.querysets import HouseQuerySet
from apps.orders.actions.progress import mark_taken_out
from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import Actor
from apps.warehouse.actions.release import close_reservations
from apps.warehouse.models import Reservation, Shipment, Wave, WaveOrder
from apps.warehouse.workflows.shipment import IN_THE_HOUSE
from apps.workflow.move import Moved, move_many

REASON_LENGTH = 200


def let_go(orders: Collection[int], *, reason: str, by: Actor) -> Moved:
    """Take these shipping orders out of their waves, in the caller's transaction, however many.

    Orders at the bench wait for goods anew; of those that were called off already only the goods are let go. Pick lines
    keep what the others need. Returns which left, and why others did not. The reason has been checked by the caller.
    """
    _lock_own_rows(orders)
    _lock_goods(orders)
    moved = mark_taken_out(orders, reason=reason, by=by)
    ended = _called_off(moved.refused)
    leaving = sorted([*moved.done, *ended])
    if leaving:
        close_reservations(leaving, Reservation.Outcome.RELEASED)
        with signed("warehouse.waveorder.take_out", by=by, reason=reason):
            _leave_waves(leaving, reason, by)
        parcels = Shipment.objects.filter(shipping_order_id__in=leaving, state__in=IN_THE_HOUSE)
        move_many(parcels, Shipment.cancel, by=by, reason=reason)
    return Moved(leaving, {pk: why for pk, why in moved.refused.items() if pk not in ended})


def _lock_own_rows(orders: Collection[int]) -> None:
    keys = many_keys(orders)
    list(Wave.objects.filter(pk__in=_open(orders).values("wave_id")).locked().values_list("pk"))
    parcels = Shipment.objects.filter(shipping_order_id__in=keys, state__in=IN_THE_HOUSE)
    list(parcels.locked().values_list("pk"))


def _open(orders: Collection[int]) -> "HouseQuerySet[WaveOrder]":
    keys = many_keys(orders)
    return WaveOrder.objects.filter(shipping_order_id__in=keys, taken_out_at__isnull=True, done_at__isnull=True)


def _lock_goods(orders: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK_GOODS, {"orders": as_array(orders)})


def _called_off(pks: Collection[int]) -> set[int]:
    cancelled = ShippingOrder.objects.filter(pk__in=pks, state=ShippingState.CANCELLED)
    return set(cancelled.values_list("pk", flat=True)) if pks else set()


def _leave_waves(orders: Sequence[int], reason: str, by: Actor) -> None:
    params = {"orders": as_array(orders), "user": by.id, "reason": reason.strip()[:REASON_LENGTH]}
    with connection.cursor() as cursor:
        cursor.execute(FREE_BINS, params)
        cursor.execute(TAKE_OUT, params)
        lines = [line for (line,) in cursor.fetchall()]
        cursor.execute(SHRINK_LINES, [as_array(lines)])


OPEN = "w.taken_out_at IS NULL AND w.done_at IS NULL"
LOCK_GOODS = f"""
    WITH balances AS MATERIALIZED (
        SELECT b.id FROM warehouse_stockbalance b
        WHERE (b.warehouse_id, b.sku_id) IN (
            SELECT o.warehouse_id, l.sku_id FROM orders_shippingorder o
            JOIN orders_shippingorderline l ON l.shipping_order_id = o.id WHERE o.id = ANY(%(orders)s::bigint[])
        ) ORDER BY b.id FOR UPDATE
    ), bins AS MATERIALIZED (
        SELECT b.id FROM warehouse_binbalance b
        WHERE (SELECT count(*) FROM balances) >= 0 AND (b.bin_id, b.sku_id) IN (
            SELECT p.bin_id, p.sku_id FROM warehouse_waveorder w
            JOIN warehouse_pickshare h ON h.wave_order_id = w.id JOIN warehouse_pickline p ON p.id = h.line_id
            WHERE w.shipping_order_id = ANY(%(orders)s::bigint[]) AND {OPEN}
        ) ORDER BY b.id FOR UPDATE
    )
    SELECT (SELECT count(*) FROM balances), (SELECT count(*) FROM bins)
"""  # noqa: S608 - the only text put in is a condition of this module
FREE_BINS = f"""
    UPDATE warehouse_binbalance b SET allocated = b.allocated - t.quantity
    FROM (
        SELECT p.bin_id, p.sku_id, sum(h.quantity) AS quantity FROM warehouse_waveorder w
        JOIN warehouse_pickshare h ON h.wave_order_id = w.id JOIN warehouse_pickline p ON p.id = h.line_id
        WHERE w.shipping_order_id = ANY(%(orders)s::bigint[]) AND {OPEN} GROUP BY 1, 2
    ) t WHERE t.bin_id = b.bin_id AND t.sku_id = b.sku_id
"""  # noqa: S608 - as above
TAKE_OUT = f"""
    WITH gone AS (
        UPDATE warehouse_waveorder w SET taken_out_at = now(), taken_out_by_id = %(user)s, taken_out_reason = %(reason)s
        WHERE w.shipping_order_id = ANY(%(orders)s::bigint[]) AND {OPEN} RETURNING w.id
    )
    SELECT DISTINCT h.line_id FROM gone JOIN warehouse_pickshare h ON h.wave_order_id = gone.id
"""  # noqa: S608 - as above
# What has gone out stays on its line: it was picked there. Line by line, because the shares of all waves are many.
SHRINK_LINES = """
    UPDATE warehouse_pickline p SET quantity = left_on.quantity, slots = left_on.slots
    FROM unnest(%s::bigint[]) AS a (id) CROSS JOIN LATERAL (
        SELECT coalesce(sum(h.quantity), 0) AS quantity,
            coalesce(string_agg(w.slot || '×' || h.quantity, ' ' ORDER BY w.slot), '') AS slots
        FROM warehouse_pickshare h JOIN warehouse_waveorder w ON w.id = h.wave_order_id
        WHERE h.line_id = a.id AND w.taken_out_at IS NULL
    ) left_on
    WHERE p.id = a.id
"""
