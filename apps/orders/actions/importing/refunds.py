"""Refunds that the platform tells of after an order came: found before its lines are written over."""

from apps.orders.actions.importing.sql import PAIRS, STAGED_ROW, ChunkOfOrders, rows
from apps.orders.rules.audit import REFUND_UNDER_WAY

# The order's own row may say the same as before: platforms tell of a refund line by line.
ASKED = f"""
    SELECT l.order_id, l.id FROM {PAIRS} {STAGED_ROW}
    CROSS JOIN LATERAL (
        SELECT t.line_key, t.refund_state FROM orders_stagedline t
        WHERE t.batch_id = %(batch)s AND t.number = s.number AND t.verdict = '' AND t.refund_state = ANY(%(under_way)s)
        OFFSET 0
    ) t
    JOIN orders_orderline l ON l.order_id = p.order_id AND l.line_key = t.line_key AND l.refund_state <> t.refund_state
        AND (l.refund_state <> ALL(%(under_way)s) OR t.refund_state = 'success')
    ORDER BY l.id
"""  # noqa: S608 - fixed fragments, values are parameters


def asked_since(chunk: ChunkOfOrders) -> list[tuple[int, int]]:
    """Order and order line of each refund that was not asked for, or not paid, before; what an older file says is no news."""
    found = rows(ASKED, chunk.pairs(chunk.told_now()) | {"under_way": REFUND_UNDER_WAY})
    return [(order, line) for order, line in found]
