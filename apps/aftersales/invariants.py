"""What must be true of all returns and refunds at any time (reliability: M7, S1)."""

from apps.core.invariants import Invariant

AFTERSALES = [
    Invariant(
        "aftersales.refunds_within_paid",
        "M7: the refunds of an order that are not refused or cancelled are at most what was paid",
        "SELECT o.id FROM orders_order o JOIN aftersales_refund f ON f.order_id = o.id "
        "AND f.state NOT IN ('refused', 'cancelled') GROUP BY o.id, o.paid_amount "
        "HAVING sum(f.amount) > coalesce(o.paid_amount, 0)",
    ),
    Invariant(
        "aftersales.returned_within_shipped",
        "M7: of a shipped line no more comes back than went out",
        "SELECT s.id FROM orders_shippingorderline s JOIN aftersales_returnline l ON l.shipping_line_id = s.id "
        "JOIN aftersales_returnorder r ON r.id = l.return_order_id AND r.state <> 'cancelled' "
        "GROUP BY s.id, s.quantity HAVING sum(coalesce(l.good_quantity + l.bad_quantity, l.quantity)) > s.quantity",
    ),
    Invariant(
        "aftersales.goods_came_before_the_money",
        "no refund that waits for goods is agreed or paid before its return was inspected",
        "SELECT f.id FROM aftersales_refund f JOIN aftersales_returnorder r ON r.id = f.return_order_id "
        "WHERE f.waits_for_goods AND f.state IN ('approved', 'paid') AND r.state NOT IN ('inspected', 'closed')",
    ),
    Invariant(
        "aftersales.inspected_goods_are_in_the_ledger",
        "what an inspection counted of our SKUs is what the stock ledger got from it",
        "SELECT r.id FROM aftersales_returnorder r JOIN LATERAL (SELECT "
        "coalesce(sum(l.good_quantity), 0) AS good, coalesce(sum(l.bad_quantity), 0) AS bad "
        "FROM aftersales_returnline l WHERE l.return_order_id = r.id AND l.sku_id IS NOT NULL) c ON true "
        "LEFT JOIN (SELECT m.subject_id, coalesce(sum(m.quantity) FILTER (WHERE b.kind <> 'defects'), 0) AS good, "
        "coalesce(sum(m.quantity) FILTER (WHERE b.kind = 'defects'), 0) AS bad FROM warehouse_stockmove m "
        "JOIN warehouse_bin b ON b.id = m.bin_id "
        "WHERE m.subject_type = 'aftersales.returnorder' GROUP BY 1) k ON k.subject_id = r.id "
        "WHERE (c.good, c.bad) <> (coalesce(k.good, 0), coalesce(k.bad, 0))",
    ),
]
