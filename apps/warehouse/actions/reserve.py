"""Set goods aside for confirmed shipping orders: in payment order, all lines or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from apps.core.bulk import as_array
from apps.orders.actions.progress import mark_reserved
from apps.org.actors import SYSTEM, Actor
from apps.warehouse.actions.locks import lock_stock
from apps.warehouse.rules.reserving import served

# The queue is put in order anew for each go; more at once would hold the stock for seconds.
MOST_AT_ONCE = 5_000
Wants = Mapping[int, int]

# Those that could have all their goods if they were alone; the others would only stand in the way of the limit. Lines and
# reservations are asked about order by order in the queue's order, and only until the limit is full: as joins they would
# be asked about everybody who waits, for every few thousand anew. A balance is a look-up of its own: joined, a planner who
# does not know yet how few lines an order has reads all balances for each.
_HOPEFUL = """
    WITH waiting AS MATERIALIZED (
        SELECT o.id
        FROM orders_shippingorder o JOIN orders_order p ON p.id = o.lead_order_id
        WHERE o.warehouse_id = %(warehouse)s AND o.state = 'confirmed'
            AND NOT EXISTS (
                SELECT FROM orders_reason r WHERE r.shipping_order_id = o.id AND r.cleared_at IS NULL
            )
        ORDER BY p.paid_at, o.accepted_at, o.id
    )
    SELECT w.id, n.skus
    FROM waiting w CROSS JOIN LATERAL (
        SELECT array_agg(l.sku_id) AS skus, bool_and(coalesce((
            SELECT b.on_hand - b.reserved FROM warehouse_stockbalance b
            WHERE b.warehouse_id = %(warehouse)s AND b.sku_id = l.sku_id
        ), 0) >= l.quantity) AS are_there
        FROM orders_shippingorderline l WHERE l.shipping_order_id = w.id OFFSET 0
    ) n
    WHERE n.are_there AND NOT (SELECT EXISTS (
        SELECT FROM warehouse_reservation v WHERE v.shipping_order_id = w.id AND v.closed_at IS NULL
    )) LIMIT %(limit)s
"""
# Asked anew under the locks: somebody may have held, cancelled, corrected or reserved them in the meantime.
_LOCKED = """
    SELECT id FROM orders_shippingorder WHERE id = ANY(%s::bigint[]) AND state = 'confirmed' ORDER BY id FOR UPDATE
"""
_WANTED = """
    SELECT o.id, n.skus, n.pieces
    FROM unnest(%s::bigint[]) o (id) CROSS JOIN LATERAL (
        SELECT array_agg(l.sku_id) AS skus, array_agg(l.quantity) AS pieces
        FROM orders_shippingorderline l WHERE l.shipping_order_id = o.id OFFSET 0
    ) n
    WHERE NOT (SELECT EXISTS (
        SELECT FROM orders_reason r WHERE r.shipping_order_id = o.id AND r.cleared_at IS NULL
    )) AND NOT (SELECT EXISTS (
        SELECT FROM warehouse_reservation v WHERE v.shipping_order_id = o.id AND v.closed_at IS NULL
    ))
"""
_SET_ASIDE = """
    INSERT INTO warehouse_reservation
        (shipping_order_line_id, shipping_order_id, warehouse_id, sku_id, quantity, reserved_at, closed_as)
    SELECT l.id, l.shipping_order_id, %s, l.sku_id, l.quantity, now(), ''
    FROM orders_shippingorderline l WHERE l.shipping_order_id = ANY(%s::bigint[]) ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one run did. looked_at: orders that could have been served if they were alone."""

    looked_at: int
    reserved: int


@transaction.atomic
def reserve_waiting(warehouse_id: int, *, limit: int = MOST_AT_ONCE, by: Actor = SYSTEM) -> Tally:
    """Set goods aside for the orders of a warehouse that wait for them, the earliest paid first.

    One transaction and the same few statements whatever the number. An order gets all of its lines or nothing; held
    ones wait. Whoever calls again until nothing more is reserved has served everybody. Rule: ORD-08.
    """
    hopeful = _hopeful(warehouse_id, limit)
    if not hopeful:
        return Tally(0, 0)
    free = lock_stock(warehouse_id, set().union(*hopeful.values()))
    wanted = _wanted(_locked(hopeful))
    lucky = served([(order, wanted[order]) for order in hopeful if order in wanted], free)
    if lucky:
        _set_aside(warehouse_id, mark_reserved(lucky, by=by).done)
    return Tally(len(hopeful), len(lucky))


def _hopeful(warehouse_id: int, limit: int) -> dict[int, list[int]]:
    """Order → its SKUs, in payment order."""
    with connection.cursor() as cursor:
        cursor.execute(_HOPEFUL, {"warehouse": warehouse_id, "limit": limit})
        return dict(cursor.fetchall())


def _locked(orders: Iterable[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED, [as_array(orders)])
        return [pk for (pk,) in cursor.fetchall()]


def _wanted(orders: Iterable[int]) -> dict[int, Wants]:
    """What each still waits for."""
    with connection.cursor() as cursor:
        cursor.execute(_WANTED, [as_array(orders)])
        return {order: _summed(skus, pieces) for order, skus, pieces in cursor.fetchall()}


def _summed(skus: Iterable[int], pieces: Iterable[int]) -> Wants:
    wants: dict[int, int] = {}
    for sku, some in zip(skus, pieces, strict=True):
        wants[sku] = wants.get(sku, 0) + some
    return wants


def _set_aside(warehouse_id: int, orders: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET_ASIDE, [warehouse_id, as_array(orders)])
