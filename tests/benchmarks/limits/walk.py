"""The limits of W2 and W4: waves and shipping as single statements over the limit's own two tables."""

from tests.benchmarks.limits.intake import Intake

WAVES = """
    WITH w AS (
        SELECT id, (row_number() OVER (ORDER BY store, paid_at, id) - 1) / 50 AS wave FROM placed_order WHERE status = 1
    )
    UPDATE placed_order o SET wave = w.wave, status = 2 FROM w WHERE w.id = o.id
"""
PICK_LINES = """
    SELECT o.wave, s.code, sum(l.qty), count(*), array_agg(o.no)
    FROM placed_order o JOIN placed_line l ON l.order_id = o.id JOIN sku s ON s.id = l.sku_id
    WHERE o.status = 2 GROUP BY 1, 2 ORDER BY 1, 2
"""
# With the index by SKU that any ledger is read by.
MOVEMENT = """
    CREATE TABLE IF NOT EXISTS movement (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sku_id int NOT NULL, order_id bigint NOT NULL,
        qty int NOT NULL, kind smallint NOT NULL, at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX IF NOT EXISTS movement_by_sku ON movement (sku_id, id);
    TRUNCATE movement
"""
SHIP = """
    WITH o AS (UPDATE placed_order SET status = 3 WHERE status = 1 RETURNING id),
    l AS (UPDATE placed_line l SET reserved = 0 FROM o WHERE l.order_id = o.id RETURNING l.sku_id, l.order_id, l.qty),
    m AS (INSERT INTO movement (sku_id, order_id, qty, kind) SELECT sku_id, order_id, -qty, 1 FROM l)
    UPDATE sku s SET on_hand = on_hand - x.qty, reserved = s.reserved - x.qty
    FROM (SELECT sku_id, sum(qty) AS qty FROM l GROUP BY 1) x WHERE s.id = x.sku_id
"""


class Walk(Intake):
    """Orders with their goods set aside, waved or shipped, and back again."""

    def wave(self) -> int:
        """Waves of fifty, and their pick lines. Returns how many lines."""
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute(WAVES)
            cursor.execute(PICK_LINES)
            return len(cursor.fetchall())

    def ship(self) -> None:
        """Everything leaves in one statement."""
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute(SHIP)

    def put_back(self) -> None:
        """As before the first turn."""
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute("UPDATE placed_order SET status = 1, wave = NULL; UPDATE placed_line SET reserved = qty")
            cursor.execute("UPDATE sku SET on_hand = on_hand + 1000000, reserved = 500000")
            cursor.execute(MOVEMENT)
        self._tidy()

    def _tidy(self) -> None:
        self._connection.autocommit = True
        with self._connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        self._connection.autocommit = False
