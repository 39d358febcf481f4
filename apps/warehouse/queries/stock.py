"""How stock stands: balances, what a SKU went through, and which orders wait for what."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum

from apps.core.bulk import as_array
from apps.orders.models import ShippingOrderLine
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.warehouse.models import BinBalance, StockBalance, StockMove
from apps.workflow.base import Condition

SHOWN = 200


class WarehouseStock:
    """The answer to the order floor's question for stock."""

    def is_short(self) -> Condition:
        """Some SKU of the order is known here, and what is free of it is less than the order alone asks for."""
        here = StockBalance.objects.filter(warehouse=OuterRef("shipping_order__warehouse"), sku=OuterRef("sku"))
        lines = ShippingOrderLine.objects.filter(shipping_order=OuterRef("pk")).order_by()
        asked = lines.values("shipping_order__warehouse", "sku").annotate(asked=Sum("quantity"))
        return Exists(asked.filter(asked__gt=Subquery(here.values_list(F("on_hand") - F("reserved")))))


def balances(by: Actor) -> "QuerySet[StockBalance]":
    """The balances of the actor's warehouses, with what is free as `available`, by warehouse and SKU code."""
    rows = visible(StockBalance.objects.all(), by).annotate(available=F("on_hand") - F("reserved"))
    return rows.select_related("warehouse", "sku__product").order_by("warehouse__code", "sku__code")


def bin_contents(warehouse_id: int, sku_id: int, by: Actor) -> "QuerySet[BinBalance]":
    """Where a SKU lies, in walking order; empty bins are left out."""
    rows = BinBalance.objects.filter(bin__warehouse=warehouse_id, sku=sku_id, quantity__gt=0)
    return visible(rows, by).select_related("bin").order_by("bin__kind", "bin__walk_order", "bin__code")


def moves_of(warehouse_id: int, sku_id: int, by: Actor) -> "QuerySet[StockMove]":
    """What a SKU went through in a warehouse, newest first."""
    rows = visible(StockMove.objects.filter(warehouse=warehouse_id, sku=sku_id), by)
    return rows.select_related("bin", "user").order_by("-moved_at", "-pk")


@dataclass(frozen=True, slots=True)
class Shortage:
    """A SKU that confirmed orders wait for. wanted: pieces; orders: how many wait, the oldest paid at `since`."""

    warehouse_id: int
    sku_id: int
    sku_code: str
    wanted: int
    available: int
    orders: int
    since: dt.datetime | None


_WAITING = """
    SELECT o.id, o.warehouse_id, p.paid_at FROM orders_shippingorder o JOIN orders_order p ON p.id = o.lead_order_id
    WHERE o.state = 'confirmed' {where}
        AND NOT EXISTS (SELECT FROM orders_reason r WHERE r.shipping_order_id = o.id AND r.cleared_at IS NULL)
"""
_SHORTAGES = """
    WITH waiting AS ({waiting}), wants AS (
        SELECT w.warehouse_id, l.sku_id, sum(l.quantity)::integer AS wanted, count(DISTINCT w.id) AS orders,
            min(w.paid_at) AS since
        FROM waiting w JOIN orders_shippingorderline l ON l.shipping_order_id = w.id GROUP BY 1, 2
    )
    SELECT w.warehouse_id, w.sku_id, s.code, w.wanted, coalesce(b.on_hand - b.reserved, 0), w.orders, w.since
    FROM wants w JOIN stores_sku s ON s.id = w.sku_id
        LEFT JOIN warehouse_stockbalance b ON b.warehouse_id = w.warehouse_id AND b.sku_id = w.sku_id
    WHERE w.wanted > coalesce(b.on_hand - b.reserved, 0)
    ORDER BY w.wanted - coalesce(b.on_hand - b.reserved, 0) DESC, s.code LIMIT %s
"""


def shortages(by: Actor, *, limit: int = SHOWN) -> list[Shortage]:
    """SKUs of which confirmed orders want more than is free, the largest gap first; of the actor's warehouses."""
    where, params = _in_warehouses(by)
    with connection.cursor() as cursor:
        cursor.execute(_SHORTAGES.format(waiting=_WAITING.format(where=where)), [*params, limit])
        return [Shortage(*row) for row in cursor.fetchall()]


class Missing(NamedTuple):
    """A SKU of which an order gets so many pieces too few."""

    sku: str
    pieces: int


def with_free_pieces(lines: "QuerySet[ShippingOrderLine]") -> "QuerySet[ShippingOrderLine]":
    """Lines of shipping orders, each with `free`: the pieces of its SKU that nobody has in the order's warehouse."""
    here = StockBalance.objects.filter(warehouse=OuterRef("shipping_order__warehouse"), sku=OuterRef("sku"))
    return lines.annotate(free=Subquery(here.values_list(F("on_hand") - F("reserved"))))


def missing_of(lines: Iterable[ShippingOrderLine]) -> list[Missing]:
    """Of an order's lines `with_free_pieces`: the SKUs that there are not enough of, even for this order alone."""
    wanted: Counter[str] = Counter()
    free: dict[str, int] = {}
    for line in lines:
        if line.sku is not None:
            wanted[line.sku.code] += line.quantity
            free[line.sku.code] = line.free or 0  # type: ignore[attr-defined]  # asked with the line
    return [Missing(sku, pieces - free[sku]) for sku, pieces in sorted(wanted.items()) if pieces > free[sku]]


def warehouses_with_orders_to_serve() -> list[int]:
    """Warehouses in which confirmed orders wait for goods."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT warehouse_id FROM orders_shippingorder WHERE state = 'confirmed' ORDER BY 1")
        return [pk for (pk,) in cursor.fetchall()]


def _in_warehouses(by: Actor) -> tuple[str, list[str]]:
    if by.warehouse_ids is None:
        return "", []
    return "AND o.warehouse_id = ANY(%s::bigint[])", [as_array(sorted(by.warehouse_ids))]
