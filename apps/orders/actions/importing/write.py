"""Write a judged chunk: orders, contacts, lines, shipping orders. Fixed order of tables, keys ascending, no row twice.

What this chunk has just written nobody else can see yet, so lines and contacts of its new orders cannot meet others;
only those of orders that were there before are written around conflicts.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import IntegrityError

from apps.core.bulk import as_array
from apps.orders.actions.importing.sql import (
    MIRRORED,
    PAIRS,
    STAGED_ROW,
    STILL_AMENDED,
    TEXTS,
    ChunkOfOrders,
    StagedRow,
    rows,
    run,
    said_or_known,
)
from apps.orders.models import Order
from apps.orders.models.order import LEFT_OUT, MIRROR_VERB, ONE_ORDER
from apps.org.actors import Actor
from apps.workflow.move import mirror_many

COLUMNS = ", ".join(MIRRORED)
SAID_OR_KNOWN = ", ".join(f"{said_or_known(name)} AS {name}" for name in MIRRORED)
EMPTY = {**dict.fromkeys(TEXTS, "''"), "digest": "''::bytea"}
SAID_OR_EMPTY = ", ".join(
    f"coalesce({staged}, {EMPTY[name]})" if name in EMPTY else staged for name, staged in MIRRORED.items()
)
ROWS = f"{PAIRS} {STAGED_ROW}"

CHANGED = f"""
    SELECT o.id, s.state, {SAID_OR_KNOWN}, {STILL_AMENDED} AS amended FROM {ROWS} JOIN orders_order o ON o.id = p.order_id
"""  # noqa: S608 - fixed fragments, values are parameters

NEW_ORDERS = f"""
    INSERT INTO orders_order (platform, store_id, number, state, placed_at, currency, batch_id, created_at, {COLUMNS})
    SELECT %(platform)s, %(store)s, s.number, s.state, coalesce(s.placed_at, s.paid_at), 'CNY', %(batch)s, now(),
           {SAID_OR_EMPTY}
    FROM unnest(%(staged)s::bigint[]) AS p (staged_id) {STAGED_ROW}
    ORDER BY s.number
    RETURNING number, id
"""  # noqa: S608 - fixed fragments, values are parameters

CONTACTS = f"""
    INSERT INTO orders_buyercontact AS c
        (order_id, place, sealed, phone_hash, tail_hash, name_hash, buyer_hash, is_masked)
    SELECT p.order_id, 'buyercontact:' || %(store)s || ':' || s.number,
           s.sealed, s.phone_hash, s.tail_hash, s.name_hash, s.buyer_hash, s.is_masked
    FROM {ROWS}
    WHERE s.sealed IS NOT NULL
    ORDER BY p.order_id
"""  # noqa: S608 - fixed fragments, values are parameters
# A masked value never overwrites a full one.
AROUND_KNOWN_CONTACTS = """
    ON CONFLICT (order_id) DO UPDATE SET sealed = excluded.sealed, phone_hash = excluded.phone_hash,
        tail_hash = excluded.tail_hash, name_hash = excluded.name_hash, buyer_hash = excluded.buyer_hash,
        is_masked = excluded.is_masked
    WHERE c.is_masked OR NOT excluded.is_masked
"""

LINES = f"""
    INSERT INTO orders_orderline AS l
        (order_id, line_key, title, outer_code, properties, platform_item_id, quantity, unit_price_amount, paid_amount,
         refund_state, sku_id)
    SELECT p.order_id, t.line_key, t.title, t.outer_code, t.properties, t.platform_item_id, t.quantity,
           t.unit_price_amount, t.paid_amount, t.refund_state, coalesce(k.id, m.sku_id)
    FROM {ROWS}
    CROSS JOIN LATERAL (
        SELECT * FROM orders_stagedline t
        WHERE t.batch_id = %(batch)s AND t.number = s.number AND t.verdict = '' OFFSET 0
    ) t
    LEFT JOIN stores_sku k ON k.code = t.outer_code AND t.outer_code <> ''
    LEFT JOIN LATERAL (
        SELECT g.sku_id FROM stores_listing g
        WHERE k.id IS NULL AND g.store_id = %(store)s AND g.sku_id IS NOT NULL
          AND ((t.outer_code <> '' AND g.outer_code = t.outer_code)
               OR (t.platform_item_id <> '' AND g.platform_item_id = t.platform_item_id AND g.platform_sku_id = ''))
        ORDER BY g.id LIMIT 1
    ) m ON true
"""  # noqa: S608 - fixed fragments, values are parameters
IN_ORDER = " ORDER BY p.order_id, t.line_key"
# Old item files do not name their lines; an order whose lines came with names does not take the same lines again
# under numbers, nor the other way round.
OF_ONE_GENERATION = f"""
    WHERE NOT EXISTS (
        SELECT FROM orders_orderline e
        WHERE e.order_id = p.order_id AND starts_with(e.line_key, '#') <> starts_with(t.line_key, '#')
    )
    {IN_ORDER}
"""
AROUND_KNOWN_LINES = f"""
    {OF_ONE_GENERATION}
    ON CONFLICT (order_id, line_key) DO UPDATE SET paid_amount = coalesce(excluded.paid_amount, l.paid_amount),
        refund_state = CASE WHEN excluded.refund_state = '' THEN l.refund_state ELSE excluded.refund_state END
    WHERE (excluded.paid_amount IS NOT NULL AND excluded.paid_amount IS DISTINCT FROM l.paid_amount)
       OR (excluded.refund_state <> '' AND excluded.refund_state <> l.refund_state)
"""
# An older file may bring lines that are missing, and does not say over again how the others were.
BESIDE_KNOWN_LINES = f"{OF_ONE_GENERATION} ON CONFLICT (order_id, line_key) DO NOTHING"

# One shipping order for each paid order that has lines and none yet; an order of this chunk cannot have one.
SHIPPING_ORDERS = f"""
    INSERT INTO orders_shippingorder
        (number, store_id, warehouse_id, lead_order_id, state, placed_at, accepted_at, contact_by_at, ship_by_at,
         quantity, paid_amount, waybill_number, note, created_at)
    SELECT 'FH' || to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYMMDD') || '-' || o.id, o.store_id,
           %(warehouse)s, o.id, 'imported', o.placed_at,
           now(), now() + %(contact_within)s, coalesce(o.paid_at, o.placed_at) + %(ship_within)s, q.quantity,
           o.paid_amount, coalesce(s.waybill_number, ''), '', now()
    FROM {ROWS}
    CROSS JOIN LATERAL (SELECT o.* FROM orders_order o WHERE o.id = p.order_id OFFSET 0) o
    CROSS JOIN LATERAL (
        SELECT sum(l.quantity) AS quantity, coalesce(bool_or(CASE WHEN o.id = ANY(%(known)s::bigint[]) THEN EXISTS (
            SELECT FROM orders_shippingorderline x WHERE x.order_line_id = l.id
        ) END), false) AS is_shipping
        FROM orders_orderline l WHERE l.order_id = o.id OFFSET 0
    ) q
    WHERE o.state IN %(to_ship)s AND q.quantity > 0 AND NOT q.is_shipping
    ORDER BY o.id
    RETURNING id, lead_order_id
"""  # noqa: S608 - fixed fragments, values are parameters

SHIPPING_LINES = """
    INSERT INTO orders_shippingorderline (shipping_order_id, order_line_id, sku_id, quantity)
    SELECT o.id, l.id, l.sku_id, l.quantity
    FROM unnest(%(opened)s::bigint[], %(orders)s::bigint[]) AS o (id, order_id)
    CROSS JOIN LATERAL (SELECT l.* FROM orders_orderline l WHERE l.order_id = o.order_id OFFSET 0) l
    ORDER BY o.id, l.id
"""

# Lines that came after their order's shipping order join it while it is still with customer service; not those that a
# person left out of it.
LATE_LINES = f"""
    INSERT INTO orders_shippingorderline (shipping_order_id, order_line_id, sku_id, quantity)
    SELECT h.id, l.id, l.sku_id, l.quantity
    FROM {PAIRS}
    CROSS JOIN LATERAL (SELECT h.id, h.state FROM orders_shippingorder h WHERE h.lead_order_id = p.order_id OFFSET 0) h
    CROSS JOIN LATERAL (
        SELECT o.amended -> '{LEFT_OUT}' AS left_out FROM orders_order o WHERE o.id = p.order_id OFFSET 0
    ) o
    CROSS JOIN LATERAL (SELECT l.* FROM orders_orderline l WHERE l.order_id = p.order_id OFFSET 0) l
    WHERE h.state = 'imported' AND NOT coalesce(o.left_out @> to_jsonb(l.id), false)
      AND NOT (SELECT EXISTS (SELECT FROM orders_shippingorderline x WHERE x.order_line_id = l.id))
    ORDER BY h.id, l.id
"""  # noqa: S608 - fixed fragments, values are parameters


class Overtaken(Exception):
    """Another import wrote the same orders meanwhile. Not a refusal: the step is tried again and sees them."""


def mirror_changed(chunk: ChunkOfOrders, by: Actor) -> list[int]:
    """Let known orders follow the platform. Returns the orders that changed."""
    params = chunk.pairs(chunk.changed())
    return mirror_many(Order, MIRROR_VERB, by=by, source=CHANGED, params=params, columns=[*MIRRORED, "amended"])


def insert_orders(chunk: ChunkOfOrders) -> None:
    """Write the new orders. Raises Overtaken."""
    fresh = {row.number: row for row in chunk.fresh()}
    if not fresh:
        return
    try:
        written = rows(NEW_ORDERS, chunk.params(staged=as_array(row.pk for row in fresh.values())))
    except IntegrityError as error:
        # Looking around each of them before it is written would be as dear as an index, for what hardly ever happens.
        if ONE_ORDER not in str(error):
            raise
        raise Overtaken(f"batch {chunk.batch_id}, staged {chunk.first} to {chunk.last}") from error
    for number, order in written:
        fresh[number].order = order


def write_contacts_and_lines(chunk: ChunkOfOrders) -> int:
    """Write contacts and lines of the chunk's orders. Returns how many lines are new or changed."""
    _run_for(chunk, chunk.fresh(), CONTACTS)
    told = [row for row in chunk.changed() if not row.keeps_contact]
    _run_for(chunk, told, CONTACTS + AROUND_KNOWN_CONTACTS)
    count = _run_for(chunk, chunk.fresh(), LINES + IN_ORDER)
    count += _run_for(chunk, chunk.told_now(), LINES + AROUND_KNOWN_LINES)
    return count + _run_for(chunk, chunk.told_late(), LINES + BESIDE_KNOWN_LINES)


def write_shipping_orders(chunk: ChunkOfOrders, *, contact_within: object, ship_within: object) -> list[int]:
    """Open a shipping order for each paid order with lines. Returns their keys."""
    known = as_array(row.order for row in chunk.known())
    params = chunk.pairs(chunk.staged) | {"contact_within": contact_within, "ship_within": ship_within}
    opened = rows(SHIPPING_ORDERS, params | {"known": known})
    if opened:
        shipping, orders = zip(*opened, strict=True)
        run(SHIPPING_LINES, {"opened": as_array(shipping), "orders": as_array(orders)})
    _run_for(chunk, chunk.known(), LATE_LINES)
    return [shipping for shipping, _order in opened]


def count_applied(chunk: ChunkOfOrders) -> dict[str, int]:
    """How many staged orders of the chunk are new, changed, the same or older."""
    return dict(Counter(row.verdict for row in chunk.staged if not row.is_lines_only))


def _run_for(chunk: ChunkOfOrders, some: Iterable[StagedRow], statement: str) -> int:
    params = chunk.pairs(some)
    return run(statement, params) if params["staged"] != "{}" else 0
