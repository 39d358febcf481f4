"""The statements that put orders into waves, whatever the number of either."""

# The locks of the bins and the look at what is free in them are one step: a look before the lock would be old.
WITHOUT_BIN = """
    WITH asked AS (
        SELECT a.id, a.place, l.sku_id, sum(l.quantity) AS quantity
        FROM unnest(%(orders)s::bigint[]) WITH ORDINALITY AS a (id, place)
        JOIN orders_shippingorderline l ON l.shipping_order_id = a.id GROUP BY 1, 2, 3
    ), shelves AS MATERIALIZED (
        SELECT b.sku_id, b.quantity - b.allocated AS free
        FROM warehouse_binbalance b JOIN warehouse_bin n ON n.id = b.bin_id
        WHERE n.warehouse_id = %(warehouse)s AND n.kind = 'pick' AND n.is_active
          AND b.sku_id IN (SELECT sku_id FROM asked)
        ORDER BY b.id FOR UPDATE OF b
    ), queue AS (
        SELECT id, sku_id, sum(quantity) OVER (PARTITION BY sku_id ORDER BY place) AS upto FROM asked
    )
    SELECT DISTINCT q.id FROM queue q
    LEFT JOIN (SELECT sku_id, sum(free) AS free FROM shelves GROUP BY 1) f ON f.sku_id = q.sku_id
    WHERE q.upto > coalesce(f.free, 0)
"""
# %(size)s orders to a wave, in the order in which they come.
SLOTS = """
    INSERT INTO warehouse_waveorder (wave_id, shipping_order_id, slot, taken_out_reason)
    SELECT (%(waves)s::bigint[])[(o.place - 1) / %(size)s + 1], o.id, (o.place - 1) %% %(size)s + 1, ''
    FROM unnest(%(orders)s::bigint[]) WITH ORDINALITY AS o (id, place)
"""
# Demand and shelves of a SKU are laid side by side as two rows of intervals; where they overlap, an order takes from a
# bin. A bin that can serve all alone comes first, then the fullest: few stops. The lines' keys are drawn before the lines
# are written, so that shares need no search for the line they belong to.
ALLOCATE = """
    WITH want AS (
        SELECT w.id AS wave_order, w.wave_id, w.slot, l.sku_id, sum(l.quantity)::integer AS quantity
        FROM warehouse_waveorder w JOIN orders_shippingorderline l ON l.shipping_order_id = w.shipping_order_id
        WHERE w.wave_id = ANY(%(waves)s::bigint[]) GROUP BY 1, 2, 3, 4
    ), queue AS (
        SELECT wave_order, wave_id, slot, sku_id, quantity,
            sum(quantity) OVER (PARTITION BY sku_id ORDER BY wave_id, slot) AS upto,
            sum(quantity) OVER (PARTITION BY sku_id) AS total
        FROM want
    ), shelf AS (
        SELECT b.id, b.bin_id, b.sku_id, n.walk_order, n.code, b.quantity - b.allocated AS free, t.total
        FROM warehouse_binbalance b JOIN warehouse_bin n ON n.id = b.bin_id
        JOIN (SELECT DISTINCT sku_id, total FROM queue) t ON t.sku_id = b.sku_id
        WHERE n.warehouse_id = %(warehouse)s AND n.kind = 'pick' AND n.is_active AND b.quantity > b.allocated
    ), shelves AS (
        SELECT id, bin_id, sku_id, walk_order, code, free,
            sum(free) OVER (PARTITION BY sku_id ORDER BY CASE WHEN free >= total THEN 0 ELSE 1 END,
                CASE WHEN free >= total THEN 0 ELSE -free END, walk_order, code) AS upto
        FROM shelf
    ), share AS (
        SELECT q.wave_order, q.wave_id, q.slot, s.id AS balance, s.bin_id, s.sku_id, s.walk_order, s.code,
            (least(q.upto, s.upto) - greatest(q.upto - q.quantity, s.upto - s.free))::integer AS quantity
        FROM queue q JOIN shelves s ON s.sku_id = q.sku_id
         AND q.upto - q.quantity < s.upto AND s.upto - s.free < q.upto
    ), stop AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('warehouse_pickline', 'id')) AS id, h.wave_id, h.bin_id, h.sku_id, h.balance,
            sum(h.quantity)::integer AS quantity, string_agg(h.slot || '×' || h.quantity, ' ' ORDER BY h.slot) AS slots,
            array_agg(h.wave_order ORDER BY h.slot) AS orders, array_agg(h.quantity ORDER BY h.slot) AS pieces,
            row_number() OVER (PARTITION BY h.wave_id ORDER BY h.walk_order, h.code, k.code) AS position
        FROM share h JOIN stores_sku k ON k.id = h.sku_id
        GROUP BY h.wave_id, h.bin_id, h.sku_id, h.balance, h.walk_order, h.code, k.code
    ), line AS (
        INSERT INTO warehouse_pickline
            (id, wave_id, position, bin_id, sku_id, quantity, slots, picked_quantity, short_reason)
        OVERRIDING SYSTEM VALUE SELECT id, wave_id, position, bin_id, sku_id, quantity, slots, 0, '' FROM stop
    ), taken AS (
        UPDATE warehouse_binbalance b SET allocated = b.allocated + s.quantity
        FROM (SELECT balance, sum(quantity)::integer AS quantity FROM stop GROUP BY 1) s WHERE s.balance = b.id
    )
    INSERT INTO warehouse_pickshare (line_id, wave_order_id, quantity)
    SELECT s.id, given.wave_order, given.quantity FROM stop s, unnest(s.orders, s.pieces) AS given (wave_order, quantity)
"""
