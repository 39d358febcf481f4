"""Set goods aside for confirmed shipping orders: in payment order, all lines or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from apps.core.bulk import as_array
from apps.orders.actions.progress import mark_reserved
from apps.org.actors import SYSTEM, Actor
from apps.warehouse.actions.locks import lock_stock
from apps.warehouse.rules.reserving import served

MOST_AT_ONCE = 2_000
Wants = Mapping[int, int]

# Those that could have all their goods if they were alone; the others would only stand in the way of the limit. The two
# questions stand in a SELECT of their own, so that they are asked order by order in the queue's order, and only until the
# limit is full: as joins they would be asked about everybody who waits, for every two thousand anew. What is open is
# asked for by its outcome: by its time, a planner who knows nothing yet of what was just set aside reads the whole index
# of open reservations for each order.
_HOPEFUL = """
    WITH waiting AS MATERIALIZED (
        SELECT o.id
        FROM orders_shippingorder o JOIN orders_order p ON p.id = o.lead_order_id
        WHERE o.warehouse_id = %(warehouse)s AND o.state = 'confirmed'
            AND NOT EXISTS (
                SELECT FROM orders_reason r WHERE r.shipping_order_id = o.id AND r.cleared_at IS NULL
            )
        ORDER BY p.paid_at, o.accepted_at, o.id
    ), hopeful AS MATERIALIZED (
        SELECT w.id FROM waiting w
        WHERE NOT (SELECT EXISTS (
            SELECT FROM orders_shippingorderline l LEFT JOIN warehouse_stockbalance b
                ON b.sku_id = l.sku_id AND b.warehouse_id = %(warehouse)s
            WHERE l.shipping_order_id = w.id AND coalesce(b.on_hand - b.reserved, 0) < l.quantity
        )) AND NOT (SELECT EXISTS (
            SELECT FROM warehouse_reservation v WHERE v.shipping_order_id = w.id AND v.closed_as = ''
        )) LIMIT %(limit)s
    )
    SELECT l.shipping_order_id, l.sku_id FROM orders_shippingorderline l JOIN hopeful h ON h.id = l.shipping_order_id
"""
# Asked anew under the locks: somebody may have held, cancelled or reserved them in the meantime.
_LOCKED = """
    SELECT id FROM orders_shippingorder WHERE id = ANY(%s::bigint[]) AND state = 'confirmed' ORDER BY id FOR UPDATE
"""
_QUEUE = """
    SELECT o.id, l.sku_id, sum(l.quantity)::integer
    FROM orders_shippingorder o JOIN orders_order p ON p.id = o.lead_order_id
        JOIN orders_shippingorderline l ON l.shipping_order_id = o.id
    WHERE o.id = ANY(%s::bigint[])
        AND NOT EXISTS (SELECT FROM orders_reason r WHERE r.shipping_order_id = o.id AND r.cleared_at IS NULL)
        AND NOT EXISTS (
            SELECT FROM warehouse_reservation v WHERE v.shipping_order_id = o.id AND v.closed_at IS NULL
        )
    GROUP BY o.id, p.paid_at, o.accepted_at, l.sku_id ORDER BY p.paid_at, o.accepted_at, o.id
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
    wanted = _hopeful(warehouse_id, limit)
    if not wanted:
        return Tally(0, 0)
    free = lock_stock(warehouse_id, {sku for skus in wanted.values() for sku in skus})
    lucky = served(_queue(_locked(wanted)).items(), free)
    if lucky:
        _set_aside(warehouse_id, mark_reserved(lucky, by=by).done)
    return Tally(len(wanted), len(lucky))


def _hopeful(warehouse_id: int, limit: int) -> dict[int, set[int]]:
    """Order → its SKUs."""
    found: dict[int, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HOPEFUL, {"warehouse": warehouse_id, "limit": limit})
        for order, sku in cursor.fetchall():
            found.setdefault(order, set()).add(sku)
    return found


def _locked(orders: "Mapping[int, object]") -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED, [as_array(orders)])
        return [pk for (pk,) in cursor.fetchall()]


def _queue(orders: list[int]) -> dict[int, Wants]:
    """What each still waits for, in payment order."""
    queue: dict[int, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, [as_array(orders)])
        for order, sku, pieces in cursor.fetchall():
            queue.setdefault(order, {})[sku] = pieces
    return dict(queue)


def _set_aside(warehouse_id: int, orders: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET_ASIDE, [warehouse_id, as_array(orders)])
