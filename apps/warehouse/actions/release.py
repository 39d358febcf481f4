"""Let goods go again: the order was cancelled, held, taken back, taken out of its wave, or shipped from elsewhere."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection, transaction

from apps.core.bulk import as_array, many_keys
from apps.orders.actions.progress import mark_released
from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import SYSTEM, Actor
from apps.warehouse.actions.locks import lock_places
from apps.warehouse.models import Reservation
from apps.warehouse.rules.reserving import givers

MOST_AT_ONCE = 2_000
# In the warehouse's hands, goods are kept; at the bench even for an order that is held, until it is taken out.
_ENDED = """
    SELECT DISTINCT v.shipping_order_id AS id
    FROM warehouse_reservation v JOIN orders_shippingorder o ON o.id = v.shipping_order_id
    WHERE v.closed_at IS NULL {among} AND (
        o.state NOT IN ('reserved', 'picking', 'packed') OR (o.state = 'reserved' AND EXISTS (
            SELECT FROM orders_reason r WHERE r.shipping_order_id = o.id AND r.cleared_at IS NULL
        ))
    )
"""
_SOME = f"""
    WITH ended AS ({_ENDED.format(among="")} LIMIT %s)
    SELECT v.warehouse_id, v.sku_id, v.shipping_order_id FROM warehouse_reservation v JOIN ended e
        ON e.id = v.shipping_order_id WHERE v.closed_at IS NULL ORDER BY 1
"""  # noqa: S608 - the only text put in is of this module
_STILL = _ENDED.format(among="AND v.shipping_order_id = ANY(%s::bigint[])")
_NEWEST = """
    SELECT o.id, v.sku_id, sum(v.quantity)::integer
    FROM warehouse_reservation v JOIN orders_shippingorder o ON o.id = v.shipping_order_id AND o.state = 'reserved'
        JOIN orders_order p ON p.id = o.lead_order_id
    WHERE v.closed_at IS NULL AND v.warehouse_id = %s AND v.sku_id = ANY(%s::bigint[])
    GROUP BY o.id, p.paid_at, v.sku_id ORDER BY p.paid_at DESC, o.accepted_at DESC, o.id DESC
"""
_CLOSED = """
    UPDATE warehouse_reservation SET closed_at = now(), closed_as = %s
    WHERE shipping_order_id = ANY(%s::bigint[]) AND closed_at IS NULL
"""


@transaction.atomic
def release_ended(*, limit: int = MOST_AT_ONCE, by: Actor = SYSTEM) -> int:
    """Make goods free that are set aside for orders that have ended or stand still. Returns how many orders.

    An order that is held goes back to waiting for goods; it is served again when the hold is cleared. The state
    decides, so running it twice or late is harmless. Rules: ORD-08, ORD-12.
    """
    ended = _asked(_SOME, [limit])
    if not ended:
        return 0
    lock_places({(warehouse, sku) for warehouse, sku, _order in ended})
    orders = {order for _warehouse, _sku, order in ended}
    list(ShippingOrder.objects.filter(pk__in=many_keys(orders)).locked().values_list("pk"))
    still = [order for (order,) in _asked(_STILL, [as_array(orders)])]
    close_reservations(still, Reservation.Outcome.RELEASED)
    reserved = ShippingOrder.objects.filter(pk__in=many_keys(still), state=ShippingState.RESERVED)
    mark_released(list(reserved.values_list("pk", flat=True)), by=by)
    return len(still)


def close_reservations(shipping_orders: Iterable[int], outcome: Reservation.Outcome) -> int:
    """Close what is set aside for these orders, in the caller's transaction; the balance follows. Returns how many rows.

    The caller holds the balances (`lock_places`). Goods that ship are first closed here and then moved out, because no
    more may be reserved than is on hand.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, [outcome, as_array(shipping_orders)])
        closed: int = cursor.rowcount
    return closed


def release_newest(warehouse_id: int, missing: Mapping[int, int], *, by: Actor) -> list[int]:
    """Take goods back from reserved orders until so many pieces of each SKU are free; who paid last gives first.

    missing: SKU → pieces. In the caller's transaction, which holds the balances of these SKUs and of what else their
    holders have set aside. All holders are locked by key before anybody is chosen: an order that is planned into a wave
    at this moment is at the bench by then. Orders at the bench keep their goods. Returns the orders, which wait for goods
    anew.
    """
    _lock_holders(warehouse_id, missing)
    holders: dict[int, dict[int, int]] = {}
    for order, sku, pieces in _asked(_NEWEST, [warehouse_id, as_array(missing)]):
        holders.setdefault(order, {})[sku] = pieces
    unlucky = mark_released(givers(holders.items(), dict(missing)), by=by).done
    close_reservations(unlucky, Reservation.Outcome.RELEASED)
    return unlucky


def _lock_holders(warehouse_id: int, skus: Iterable[int]) -> None:
    """Hold every reserved order that has these goods set aside; while the balances are held, no further one comes."""
    open_ones = Reservation.objects.filter(warehouse_id=warehouse_id, closed_at__isnull=True, sku__in=many_keys(skus))
    reserved = ShippingOrder.objects.filter(state=ShippingState.RESERVED, pk__in=open_ones.values("shipping_order"))
    list(reserved.locked().values_list("pk"))


def _asked(statement: str, params: Sequence[int | str]) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
