"""Stock rows locked in the one order that everybody keeps: stock balances by key before anything else."""

from collections.abc import Collection

from django.db import connection

from apps.core.bulk import as_array

_BORN = """
    INSERT INTO warehouse_stockbalance (warehouse_id, sku_id, on_hand, reserved, defective)
    SELECT %s, s.id, 0, 0, 0 FROM unnest(%s::bigint[]) AS s (id)
    WHERE NOT EXISTS (SELECT FROM warehouse_stockbalance b WHERE b.warehouse_id = %s AND b.sku_id = s.id)
    ORDER BY s.id ON CONFLICT DO NOTHING
"""
_LOCKED = """
    SELECT sku_id, on_hand - reserved FROM warehouse_stockbalance
    WHERE warehouse_id = %s AND sku_id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE
"""
_PAIRS_LOCKED = """
    SELECT 1 FROM warehouse_stockbalance b JOIN unnest(%s::bigint[], %s::bigint[]) AS p (warehouse_id, sku_id)
        ON p.warehouse_id = b.warehouse_id AND p.sku_id = b.sku_id ORDER BY b.id FOR UPDATE OF b
"""


def lock_stock(warehouse_id: int, sku_ids: Collection[int]) -> dict[int, int]:
    """Lock a warehouse's balances of these SKUs until the transaction ends. Returns SKU → pieces free to reserve.

    SKUs that the warehouse never had are not in it. Call it before any shipping order or bin is locked.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED, [warehouse_id, as_array(sku_ids)])
        return dict(cursor.fetchall())


def lock_places(places: Collection[tuple[int, int]]) -> None:
    """Lock the balances of (warehouse, SKU) pairs, of whichever warehouses, in one go and in the same order."""
    warehouses, skus = [w for w, _s in places], [s for _w, s in places]
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS_LOCKED, [as_array(warehouses), as_array(skus)])


def lock_stock_to_move(warehouse_id: int, sku_ids: Collection[int]) -> dict[int, int]:
    """As `lock_stock`; SKUs that the warehouse never had get an empty balance first.

    So two first receipts of the same SKUs wait for each other here and nowhere else.
    """
    keys = sorted(set(sku_ids))
    with connection.cursor() as cursor:
        cursor.execute(_BORN, [warehouse_id, as_array(keys), warehouse_id])
    return lock_stock(warehouse_id, keys)
