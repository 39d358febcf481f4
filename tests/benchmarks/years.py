"""Years of work at a stroke: any number of shipping orders with their platform orders, lines, contacts and reasons.

Written set-wise by the database's owner, past triggers and foreign keys: the rows are true by how they are made, and a
list page reads them like any others. The newest two in a hundred wait to be confirmed, a tenth of those is held, the
next two in a hundred are confirmed; of the older ones each fiftieth was cancelled, the others shipped.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from apps.core.bulk import as_array
from apps.core.crypto import keyed_hash

BUYERS = 20_000
TABLES = (
    "orders_order",
    "orders_orderline",
    "orders_shippingorder",
    "orders_shippingorderline",
    "orders_buyercontact",
    "orders_reason",
)

MAKE_BUYERS = """
    CREATE TEMPORARY TABLE bench_buyer ON COMMIT DROP AS
    SELECT nth, decode(phone, 'hex') AS phone, decode(tail, 'hex') AS tail, decode(name, 'hex') AS name
    FROM unnest(%(phones)s::text[], %(tails)s::text[], %(names)s::text[]) WITH ORDINALITY AS b (phone, tail, name, nth)
"""
# What every later statement reads: nth is the key everywhere, one order a minute, the newest a minute old.
MAKE_ORDERS = """
    CREATE TEMPORARY TABLE bench_order ON COMMIT DROP AS
    SELECT
        nth, '4' || lpad((nth * 7919 %% 1000003)::text, 7, '0') || lpad((nth * 7 + 11)::text, 11, '0') AS number,
        (%(stores)s::bigint[])[1 + nth * 31 %% cardinality(%(stores)s::bigint[])] AS store_id,
        date_trunc('second', now()) - (%(count)s - nth + 1) * interval '1 minute' AS placed_at,
        CASE
            WHEN nth * 100 > %(count)s::bigint * 98 THEN 'imported'
            WHEN nth * 100 > %(count)s::bigint * 96 THEN 'confirmed'
            WHEN nth %% 50 = 0 THEN 'cancelled' ELSE 'shipped'
        END AS state,
        1 + nth %% 3 AS quantity, (nth * 137 %% 50000 + 900) / 100.0 AS paid
    FROM generate_series(1, %(count)s::bigint) AS nth
"""
FILL = (
    """
    INSERT INTO orders_order (
        id, platform, store_id, number, state, status_text, placed_at, paid_at, close_reason, currency, paid_amount,
        buyer_masked, receiver_masked, phone_masked, province, city, district, buyer_message, seller_memo, flag, digest,
        created_at
    )
    SELECT
        nth, 'taobao', store_id, number,
        CASE state WHEN 'shipped' THEN 'done' WHEN 'cancelled' THEN 'closed_refund' ELSE 'wait_ship' END,
        '', placed_at, placed_at, '', 'CNY', paid, '虚***' || nth %% 97, '测*', '199****' || lpad((nth %% 10000)::text, 4, '0'),
        '浙江省', '杭州市', '余杭区', CASE WHEN nth %% 10 = 0 THEN '请尽快发货' ELSE '' END, '',
        CASE WHEN nth %% 20 = 0 THEN 'red' ELSE '' END, '', placed_at
    FROM bench_order ORDER BY nth
    """,
    """
    INSERT INTO orders_orderline (
        id, order_id, line_key, title, outer_code, properties, platform_item_id, quantity, unit_price_amount, refund_state
    )
    SELECT nth, nth, '#1', '虚构手作陶瓷杯 第' || nth %% 2000 || '款', '', '颜色分类：雾蓝', '', quantity, paid / quantity, ''
    FROM bench_order ORDER BY nth
    """,
    """
    INSERT INTO orders_shippingorder (
        id, state, number, store_id, warehouse_id, lead_order_id, placed_at, accepted_at, contact_by_at, ship_by_at,
        quantity, paid_amount, waybill_number, note, created_at
    )
    SELECT
        nth, state, 'FH-' || lpad(nth::text, 9, '0'), store_id, %(warehouse)s, nth, placed_at, placed_at,
        placed_at + interval '10 minutes', placed_at + interval '48 hours', quantity, paid,
        CASE state WHEN 'shipped' THEN 'SF' || lpad((nth * 13)::text, 13, '0') ELSE '' END, '', placed_at
    FROM bench_order ORDER BY nth
    """,
    """
    INSERT INTO orders_shippingorderline (id, shipping_order_id, order_line_id, quantity)
    SELECT nth, nth, nth, quantity FROM bench_order ORDER BY nth
    """,
    """
    INSERT INTO orders_buyercontact (id, order_id, place, sealed, phone_hash, tail_hash, name_hash, is_masked)
    SELECT o.nth, o.nth, 'order:' || o.nth, decode(repeat('ab', 200), 'hex'), b.phone, b.tail, b.name, false
    FROM bench_order o JOIN bench_buyer b ON b.nth = 1 + o.nth * 7 %% %(buyers)s ORDER BY o.nth
    """,
    """
    INSERT INTO orders_reason (shipping_order_id, code, note, opened_at, clear_note)
    SELECT nth, 'manual_hold', '等客户回复', placed_at, '' FROM bench_order WHERE state = 'imported' AND nth %% 10 = 3
    ORDER BY nth
    """,
)


def phone_of(buyer: int) -> str:
    """The phone of a buyer, counted from 0."""
    return f"199{buyer * 7919 % 100_000_000:08d}"


def name_of(buyer: int) -> str:
    """The receiver's name of a buyer."""
    return f"测{buyer}"


def fill(count: int, stores: Sequence[int], warehouse: int) -> None:
    """Write `count` shipping orders into empty tables, spread over the stores."""
    phones = [phone_of(buyer) for buyer in range(BUYERS)]
    params = {
        "count": count, "stores": list(stores), "warehouse": warehouse, "buyers": BUYERS,
        "phones": as_array(keyed_hash("phone", phone).hex() for phone in phones),
        "tails": as_array(keyed_hash("tail", phone[-4:]).hex() for phone in phones),
        "names": as_array(keyed_hash("name", name_of(buyer)).hex() for buyer in range(BUYERS)),
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = 0")
        cursor.execute(MAKE_BUYERS, params)
        cursor.execute(MAKE_ORDERS, params)
        with _indexes_last(cursor):
            for statement in FILL:
                cursor.execute(statement, params)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")


@contextmanager
def _indexes_last(cursor: CursorWrapper) -> Iterator[None]:
    """Take the plain indexes away and make them again afterwards, which costs a fraction of keeping them row by row."""
    cursor.execute(
        "SELECT quote_ident(indexname), indexdef FROM pg_indexes WHERE tablename = ANY (%s) AND indexdef NOT LIKE %s "
        "AND schemaname = 'public'",
        [list(TABLES), "%UNIQUE%"],
    )
    indexes = cursor.fetchall()
    cursor.execute(f"DROP INDEX {', '.join(name for name, _made in indexes)}")
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _name, made in indexes:
        cursor.execute(made)
