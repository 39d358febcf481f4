"""What lies on the shelves: an opening stock from before the first order, and what has left it or is set aside since."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import connection, models

from apps.core.calendar import ONE_DAY, SHANGHAI
from apps.desk.demo.acts import Acts
from apps.desk.demo.roster import Roster
from apps.desk.demo.source import dice
from apps.warehouse.models import (
    Bin,
    BinBalance,
    Reservation,
    StockBalance,
    StockDocument,
    StockDocumentLine,
    StockMove,
)
from apps.workflow.seeding import ended, reserved_keys, write_histories, write_rows

ZONES = "ABCD"
PLACES = 12
LEAST, MOST = 40, 400
OPENED_AT = dt.time(16, 30)
REASON = "期初库存盘点"
WRITTEN: list[type[models.Model]] = [StockMove, Reservation, StockBalance, BinBalance]

_SOLD_HERE = """
    SELECT DISTINCT s.warehouse_id, k.id, k.code, k.cost_amount
    FROM stores_listing l JOIN org_store s ON s.id = l.store_id JOIN stores_sku k ON k.id = l.sku_id
    ORDER BY s.warehouse_id, k.code
"""
_NEEDED = """
    SELECT o.warehouse_id, l.sku_id, sum(l.quantity)
    FROM orders_shippingorder o JOIN orders_shippingorderline l ON l.shipping_order_id = o.id
    WHERE o.state IN ('reserved', 'picking', 'packed', 'shipped') AND l.sku_id IS NOT NULL GROUP BY 1, 2
"""
# What the orders wait for that were confirmed long ago and never got their goods: one SKU of each.
_SHORT = """
    SELECT DISTINCT o.warehouse_id, min(l.sku_id)
    FROM orders_shippingorder o JOIN orders_shippingorderline l ON l.shipping_order_id = o.id
    WHERE o.state = 'confirmed' AND o.accepted_at < %s GROUP BY o.warehouse_id, o.id
"""
_OPENED = """
    INSERT INTO warehouse_stockmove
        (warehouse_id, bin_id, sku_id, quantity, kind, subject_type, subject_id, user_id, moved_at)
    SELECT d.warehouse_id, l.bin_id, l.sku_id, l.quantity, d.kind, 'warehouse.stockdocument', d.id, d.drafted_by_id,
        d.posted_at
    FROM warehouse_stockdocumentline l JOIN warehouse_stockdocument d ON d.id = l.document_id ORDER BY l.id
"""
_SHIPPED = """
    INSERT INTO warehouse_stockmove
        (warehouse_id, bin_id, sku_id, quantity, kind, subject_type, subject_id, user_id, moved_at)
    SELECT o.warehouse_id, h.bin_id, l.sku_id, -sum(l.quantity), 'shipment', 'warehouse.shipment', s.id,
        d.drafted_by_id, o.shipped_at
    FROM orders_shippingorder o JOIN orders_shippingorderline l ON l.shipping_order_id = o.id
        JOIN warehouse_shipment s ON s.shipping_order_id = o.id
        JOIN warehouse_stockdocument d ON d.warehouse_id = o.warehouse_id
        JOIN warehouse_stockdocumentline h ON h.document_id = d.id AND h.sku_id = l.sku_id
    WHERE o.state = 'shipped' GROUP BY o.id, s.id, h.bin_id, l.sku_id, d.drafted_by_id ORDER BY o.shipped_at, o.id, l.sku_id
"""
_SET_ASIDE = """
    INSERT INTO warehouse_reservation
        (shipping_order_line_id, shipping_order_id, warehouse_id, sku_id, quantity, reserved_at, closed_at, closed_as)
    SELECT l.id, o.id, o.warehouse_id, l.sku_id, l.quantity, o.reserved_at, o.shipped_at,
        CASE WHEN o.state = 'shipped' THEN 'shipped' ELSE '' END
    FROM orders_shippingorder o JOIN orders_shippingorderline l ON l.shipping_order_id = o.id
    WHERE o.state IN ('reserved', 'picking', 'packed', 'shipped') AND o.reserved_at IS NOT NULL ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A SKU's home in a warehouse. opening: pieces that were there before the first order."""

    warehouse_id: int
    sku_id: int
    cost: Decimal | None
    bin: Bin
    opening: int


def write(roster: Roster, acts: Acts, now: dt.datetime) -> int:
    """Bins, opening documents, the ledger and the reservations. Returns how many changes of the past were written.

    Most SKUs have plenty left; those that old orders still wait for have nothing.
    """
    places = list(_places(now))
    Bin.objects.bulk_create([place.bin for place in places])
    Bin.objects.bulk_create(_defects(warehouse) for warehouse in sorted({place.warehouse_id for place in places}))
    changes = _open(places, roster, acts, now)
    with connection.cursor() as cursor:
        for statement in (_OPENED, _SHIPPED, _SET_ASIDE):
            cursor.execute(statement)
    return changes


def _places(now: dt.datetime) -> Iterator[Place]:
    needed = {(warehouse, sku): pieces for warehouse, sku, pieces in _asked(_NEEDED)}
    short = set(_asked(_SHORT, now - dt.timedelta(hours=12)))
    for warehouse, skus in groupby(_asked(_SOLD_HERE), key=lambda row: row[0]):
        rows = list(skus)
        for nth, (_warehouse, sku, code, cost) in enumerate(rows):
            left = 0 if (warehouse, sku) in short else dice("stock", warehouse, code).randrange(LEAST, MOST)
            home = _home(warehouse, nth, len(rows))
            yield Place(warehouse, sku, cost, home, int(needed.get((warehouse, sku), 0)) + left)


def _home(warehouse: int, nth: int, of: int) -> Bin:
    """The nth of so many bins, spread evenly over the zones, as a picker walks."""
    size = -(-of // len(ZONES))
    zone, within = ZONES[nth // size], nth % size
    code = f"{zone}-{within // PLACES + 1:02d}-{within % PLACES + 1:02d}"
    return Bin(warehouse_id=warehouse, code=code, zone=zone, walk_order=(nth + 1) * 10)


def _defects(warehouse: int) -> Bin:
    return Bin(warehouse_id=warehouse, code="X-01-01", zone="X", walk_order=9_990, kind=Bin.Kind.DEFECTS)


def _open(places: list[Place], roster: Roster, acts: Acts, now: dt.datetime) -> int:
    first = _asked("SELECT min(accepted_at) FROM orders_shippingorder")[0][0] or now
    posted_at = dt.datetime.combine(first.astimezone(SHANGHAI).date() - ONE_DAY, OPENED_AT, SHANGHAI)
    by_warehouse = [(key, list(mine)) for key, mine in groupby(places, key=lambda place: place.warehouse_id)]
    lives = []
    for nth, key in enumerate(reserved_keys(StockDocument, len(by_warehouse))):
        warehouse, _mine = by_warehouse[nth]
        lead = roster.warehouse_lead(warehouse)
        row = {
            "id": key, "state": "draft", "posted_at": None, "cancelled_at": None, "warehouse_id": warehouse,
            "number": f"KD{posted_at:%Y%m%d}-{nth + 1:05d}", "kind": StockDocument.Kind.OPENING.value, "reason": REASON,
            "drafted_by_id": lead.user_id, "drafted_at": posted_at - dt.timedelta(minutes=50),
        }  # fmt: skip
        lives.append((row, [acts.move(StockDocument, "post", posted_at, lead)]))
    write_rows(StockDocument, (ended(row, past) for row, past in lives))
    for (row, _past), (_warehouse, mine) in zip(lives, by_warehouse, strict=True):
        write_rows(StockDocumentLine, (_line(row["id"], place) for place in mine if place.opening))
    return write_histories(StockDocument, lives)


def _line(document: object, place: Place) -> dict[str, object]:
    return {
        "document_id": document, "bin_id": place.bin.pk, "sku_id": place.sku_id, "quantity": place.opening,
        "unit_cost_amount": place.cost,
    }  # fmt: skip


def _asked(statement: str, *params: dt.datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        return list(cursor.fetchall())
