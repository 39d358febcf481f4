"""The database behind the two promises of after-sales: no more comes back than went out, no more is repaid than paid.

Both are sums over several rows, so each trigger first locks the rows that carry the limit, keys ascending, and only
then adds up: the sum is read with a fresh look, and two writers at once wait for each other (docs/adr/0002). The limit
is asked only of rows that count, so that what lowers a sum always goes through.
"""

import pgtrigger

_WITHIN_PAID = """
    PERFORM 1 FROM orders_order WHERE id IN (SELECT order_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM aftersales_refund f JOIN orders_order o ON o.id = f.order_id
        WHERE f.state NOT IN ('refused', 'cancelled') AND f.order_id IN (
            SELECT order_id FROM new_rows WHERE state NOT IN ('refused', 'cancelled')
        ) GROUP BY o.id, o.paid_amount HAVING sum(f.amount) > coalesce(o.paid_amount, 0)
    ) THEN
        RAISE EXCEPTION 'the refunds of an order would be more than was paid' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
_WITHIN_SHIPPED = """
    PERFORM 1 FROM orders_shippingorderline WHERE id IN (SELECT shipping_line_id FROM new_rows)
        ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM aftersales_returnline l JOIN aftersales_returnorder r ON r.id = l.return_order_id
            JOIN orders_shippingorderline s ON s.id = l.shipping_line_id
        WHERE r.state <> 'cancelled' AND s.id IN (SELECT shipping_line_id FROM new_rows)
        GROUP BY s.id, s.quantity HAVING sum(coalesce(l.good_quantity + l.bad_quantity, l.quantity)) > s.quantity
    ) THEN
        RAISE EXCEPTION 'more would come back than was shipped' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM new_rows n JOIN aftersales_returnorder r ON r.id = n.return_order_id
            JOIN orders_shippingorderline s ON s.id = n.shipping_line_id
        WHERE s.shipping_order_id IS DISTINCT FROM r.shipping_order_id
    ) THEN
        RAISE EXCEPTION 'a returned line belongs to another shipping order than its return' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


def within_what_was_paid() -> list[pgtrigger.Trigger]:
    """The refunds of an order that are not refused or cancelled never exceed what was paid (reliability: M7)."""
    return _both_ways("within_what_was_paid", _WITHIN_PAID)


def within_what_was_shipped() -> list[pgtrigger.Trigger]:
    """Of a shipped line no more comes back than went out, over all returns that are not cancelled (reliability: M7)."""
    return _both_ways("within_what_was_shipped", _WITHIN_SHIPPED)


def _both_ways(name: str, func: str) -> list[pgtrigger.Trigger]:
    """One trigger per event: Postgres gives no table of new rows to a trigger with two."""
    return [
        pgtrigger.Trigger(
            name=f"{name}_{event}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(new="new_rows"),
            func=func,
        )
        for event, operation in (("born", pgtrigger.Insert), ("changed", pgtrigger.Update))
    ]
