"""What must be true of all stock at any time (reliability: S1 to S3)."""

from apps.core.invariants import Invariant

STOCK = [
    Invariant(
        "warehouse.balances_are_the_ledger",
        "a balance is the sum of its moves, good and defective apart (S1)",
        "SELECT coalesce(b.warehouse_id, m.warehouse_id) AS warehouse, coalesce(b.sku_id, m.sku_id) AS sku "
        "FROM warehouse_stockbalance b FULL JOIN (SELECT m.warehouse_id, m.sku_id, "
        "coalesce(sum(m.quantity) FILTER (WHERE n.kind <> 'defects'), 0) AS good, "
        "coalesce(sum(m.quantity) FILTER (WHERE n.kind = 'defects'), 0) AS bad "
        "FROM warehouse_stockmove m JOIN warehouse_bin n ON n.id = m.bin_id GROUP BY 1, 2) m "
        "ON m.warehouse_id = b.warehouse_id AND m.sku_id = b.sku_id "
        "WHERE (coalesce(b.on_hand, 0), coalesce(b.defective, 0)) <> (coalesce(m.good, 0), coalesce(m.bad, 0))",
    ),
    Invariant(
        "warehouse.bins_are_the_ledger",
        "what lies in a bin is the sum of its moves (S1)",
        "SELECT coalesce(b.bin_id, m.bin_id) AS bin, coalesce(b.sku_id, m.sku_id) AS sku FROM warehouse_binbalance b "
        "FULL JOIN (SELECT bin_id, sku_id, sum(quantity) AS quantity FROM warehouse_stockmove GROUP BY 1, 2) m "
        "ON m.bin_id = b.bin_id AND m.sku_id = b.sku_id WHERE coalesce(b.quantity, 0) <> coalesce(m.quantity, 0)",
    ),
    Invariant(
        "warehouse.goods_lie_in_bins_in_use",
        "no goods lie in a bin that is switched off, where nobody would pick them (S1)",
        "SELECT b.bin_id AS bin, b.sku_id AS sku FROM warehouse_binbalance b JOIN warehouse_bin n ON n.id = b.bin_id "
        "WHERE b.quantity <> 0 AND NOT n.is_active",
    ),
    Invariant(
        "warehouse.reserved_is_open_reservations",
        "what counts as reserved is what is set aside (S2)",
        "SELECT coalesce(b.warehouse_id, v.warehouse_id) AS warehouse, coalesce(b.sku_id, v.sku_id) AS sku "
        "FROM warehouse_stockbalance b FULL JOIN (SELECT warehouse_id, sku_id, sum(quantity) AS quantity "
        "FROM warehouse_reservation WHERE closed_at IS NULL GROUP BY 1, 2) v "
        "ON v.warehouse_id = b.warehouse_id AND v.sku_id = b.sku_id "
        "WHERE coalesce(b.reserved, 0) <> coalesce(v.quantity, 0)",
    ),
    Invariant(
        "warehouse.reserved_is_there",
        "no more is reserved than lies there (S2)",
        "SELECT warehouse_id AS warehouse, sku_id AS sku FROM warehouse_stockbalance "
        "WHERE reserved NOT BETWEEN 0 AND on_hand",
    ),
    Invariant(
        "warehouse.orders_in_hand_have_their_goods",
        "every line of a reserved, picked or packed order is set aside whole (S3)",
        "SELECT o.id FROM orders_shippingorder o JOIN orders_shippingorderline l ON l.shipping_order_id = o.id "
        "LEFT JOIN warehouse_reservation v ON v.shipping_order_line_id = l.id AND v.closed_at IS NULL "
        "WHERE o.state IN ('reserved', 'picking', 'packed') "
        "AND (v.sku_id, v.quantity) IS DISTINCT FROM (l.sku_id, l.quantity)",
    ),
    Invariant(
        "warehouse.lines_ship_once",
        "no line of a shipping order is shipped more than once or for more than was set aside (S3)",
        "SELECT v.shipping_order_line_id FROM warehouse_reservation v "
        "JOIN orders_shippingorderline l ON l.id = v.shipping_order_line_id WHERE v.closed_as = 'shipped' "
        "GROUP BY v.shipping_order_line_id, l.quantity HAVING sum(v.quantity) > l.quantity",
    ),
    Invariant(
        "warehouse.ended_orders_hold_nothing",
        "goods of an order that ended are free again within the hour (S3)",
        "SELECT v.id FROM warehouse_reservation v JOIN orders_shippingorder o ON o.id = v.shipping_order_id "
        "WHERE v.closed_at IS NULL AND (o.cancelled_at < now() - interval '1 hour' "
        "OR o.shipped_at < now() - interval '1 hour')",
    ),
]

SHIPPING = [
    Invariant(
        "warehouse.allocated_is_on_open_lists",
        "what counts as allocated in a bin is what open orders of waves are to get from it (S2)",
        "SELECT coalesce(b.bin_id, p.bin_id) AS bin, coalesce(b.sku_id, p.sku_id) AS sku FROM warehouse_binbalance b "
        "FULL JOIN (SELECT p.bin_id, p.sku_id, sum(h.quantity) AS quantity FROM warehouse_pickline p "
        "JOIN warehouse_pickshare h ON h.line_id = p.id "
        "JOIN warehouse_waveorder w ON w.id = h.wave_order_id "
        "AND w.taken_out_at IS NULL AND w.done_at IS NULL GROUP BY 1, 2) p "
        "ON p.bin_id = b.bin_id AND p.sku_id = b.sku_id WHERE coalesce(b.allocated, 0) <> coalesce(p.quantity, 0)",
    ),
    Invariant(
        "warehouse.orders_in_waves_have_their_goods",
        "an open order of a wave has a bin for every piece (S3)",
        "SELECT w.id FROM warehouse_waveorder w JOIN orders_shippingorder o ON o.id = w.shipping_order_id "
        "WHERE w.taken_out_at IS NULL AND w.done_at IS NULL AND o.state IN ('picking', 'packed') AND "
        "(SELECT coalesce(sum(quantity), 0) FROM warehouse_pickshare h WHERE h.wave_order_id = w.id) <> "
        "(SELECT coalesce(sum(quantity), 0) FROM orders_shippingorderline l WHERE l.shipping_order_id = o.id)",
    ),
    Invariant(
        "warehouse.orders_at_the_bench_are_in_a_wave",
        "an order that is picked or packed is in exactly one open wave (O2)",
        "SELECT o.id FROM orders_shippingorder o WHERE o.state IN ('picking', 'packed') AND NOT EXISTS ("
        "SELECT FROM warehouse_waveorder w WHERE w.shipping_order_id = o.id "
        "AND w.taken_out_at IS NULL AND w.done_at IS NULL)",
    ),
    Invariant(
        "warehouse.parcels_and_orders_agree",
        "an order is packed when its parcel is ready, and shipped when the carrier has it",
        "SELECT s.id FROM warehouse_shipment s JOIN orders_shippingorder o ON o.id = s.shipping_order_id "
        "WHERE (s.state = 'ready' AND o.state NOT IN ('packed', 'cancelled')) "
        "OR (s.state = 'open' AND o.state = 'shipped' AND o.shipped_at < now() - interval '1 hour') "
        "OR (s.state = 'dispatched' AND o.state <> 'shipped')",
    ),
    Invariant(
        "warehouse.dispatched_parcels_left_the_bins",
        "the ledger says of every parcel with the carrier that its pieces went out, once (S1, S3)",
        "SELECT s.id FROM warehouse_shipment s LEFT JOIN ("
        "SELECT subject_id, -sum(quantity) AS quantity FROM warehouse_stockmove "
        "WHERE subject_type = 'warehouse.shipment' AND kind = 'shipment' GROUP BY 1) m ON m.subject_id = s.id "
        "WHERE s.state = 'dispatched' AND coalesce(m.quantity, 0) <> "
        "(SELECT coalesce(sum(l.quantity), 0) FROM orders_shippingorderline l "
        "WHERE l.shipping_order_id = s.shipping_order_id)",
    ),
]
