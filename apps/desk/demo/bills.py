"""Alipay's bills of the last two months: nearly everything finds its order, and a few lines are left for somebody.

Written as sets: the demo has more bookings than orders. The older month is explained to its end, the younger one has
open differences, and one store's bill has not come yet.
"""

import datetime as dt
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection, models

from apps.core.bulk import hex_bytes
from apps.core.calendar import ONE_DAY, SHANGHAI
from apps.desk.demo.acts import Acts
from apps.desk.demo.company import DemoCompany, DemoPerson
from apps.files.models import StoredFile
from apps.finance.actions.default_rules import write_default_rules
from apps.finance.models import Bill, BillLine, PayAccount, Receipt
from apps.finance.models.account import Channel
from apps.orders.models import OrderMoney
from apps.workflow.seeding import Past, ended, reserved_keys, write_histories, write_rows

LATE_STORE = "QH-TB"
CAME_AT = dt.time(10, 20)
KEPT = dt.timedelta(days=30)
WRITTEN: list[type[models.Model]] = [Bill, BillLine, Receipt, OrderMoney]

# Sales as the platform paid them out, what it kept of them, and what somebody has to look into.
_BOOKINGS = """
    CREATE TEMPORARY TABLE demo_booking ON COMMIT DROP AS
    WITH months AS (SELECT unnest(%(months)s::date[]) AS month),
    done AS (
        SELECT o.id AS order_id, o.store_id, m.month, o.number, o.received_amount AS amount, s.platform,
               least(o.finished_at, (m.month + interval '1 month') AT TIME ZONE 'Asia/Shanghai' - interval '1 minute') AS at,
               row_number() OVER (PARTITION BY o.store_id, m.month ORDER BY md5(o.number)) AS nth
        FROM orders_order o JOIN org_store s ON s.id = o.store_id AND s.platform IN ('tmall', 'taobao')
        JOIN months m ON o.finished_at >= m.month::timestamp AT TIME ZONE 'Asia/Shanghai'
                     AND o.finished_at < (m.month + interval '1 month') AT TIME ZONE 'Asia/Shanghai'
        WHERE o.state = 'done' AND o.received_amount > 10 AND NOT (s.code = %(late)s AND m.month = %(last)s)
    )
    SELECT order_id, store_id, month, number, at, 'sale' AS line_class,
           CASE WHEN nth = 7 THEN amount - 5 ELSE amount END AS amount, nth <> 7 AS is_matched
    FROM done
    UNION ALL
    SELECT NULL, store_id, month, number, at + interval '3 s', 'platform_fee', -round(amount * 0.05, 2), false
    FROM done WHERE platform = 'tmall'
    UNION ALL
    SELECT NULL, store_id, month, number, at + interval '6 s', 'affiliate', -round(amount * 0.04, 2), false
    FROM done WHERE nth %% 9 = 0
    UNION ALL
    SELECT NULL, store_id, month, number, at + interval '9 s', 'insurance', -0.85, false FROM done WHERE nth %% 2 = 0
    UNION ALL
    SELECT NULL, store_id, month, '4099' || lpad((store_id * 100 + nth)::text, 15, '0'), at + interval '12 s', 'sale',
           39 + nth * 3, false
    FROM done WHERE nth <= 3
    UNION ALL
    SELECT NULL, store_id, month, number, at + interval '15 s', 'refund', -least(15, amount), false
    FROM done WHERE nth IN (11, 12)
    UNION ALL
    SELECT NULL, store_id, month, '', at + interval '18 s', 'unclassified', -3.30, false FROM done WHERE nth = 20
    UNION ALL
    SELECT NULL, d.store_id, d.month, '',
           (d.month + make_interval(days => w.day, hours => 9)) AT TIME ZONE 'Asia/Shanghai',
           'transfer', -round(sum(d.amount) * 0.2, 2), false
    FROM done d CROSS JOIN (VALUES (7), (14), (21)) w (day) GROUP BY d.store_id, d.month, w.day
"""
_SUMS = """
    SELECT store_id, month, count(*), sum(amount) FILTER (WHERE amount > 0), sum(amount) FILTER (WHERE amount < 0)
    FROM demo_booking GROUP BY 1, 2 ORDER BY 2, 1
"""
_LINES = """
    INSERT INTO finance_billline
        (bill_id, store_id, position, serial, happened_at, amount, balance, kind_text, code, description, note,
         merchant_number, order_number, line_class, rule_id, state, order_id, cause, remark, decided_at, decided_by_id)
    SELECT b.id, l.store_id, 5 + l.nth,
           to_char(l.at AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || lpad(l.running::text, 16, '0'),
           l.at, l.amount, b.opening_balance + l.balance, w.kind_text, w.code, w.description, '',
           CASE WHEN l.line_class IN ('sale', 'refund') THEN 'T200P' || l.number ELSE '' END, l.number, l.line_class,
           r.id, d.state, CASE WHEN d.state = 'matched' THEN l.order_id END, d.cause, d.remark,
           CASE WHEN d.state NOT IN ('apart', 'unmatched') THEN b.imported_at END,
           CASE WHEN d.state IN ('explained', 'disputed') THEN b.received_by_id END
    FROM (
        SELECT *, row_number() OVER month AS nth,
               sum(amount) OVER (month ROWS UNBOUNDED PRECEDING) AS balance, row_number() OVER () AS running
        FROM demo_booking WINDOW month AS (PARTITION BY store_id, month ORDER BY at, number, line_class)
    ) l
    JOIN finance_bill b ON b.store_id = l.store_id AND lower(b.period) = l.month
    JOIN (VALUES
        ('sale', '在线支付', '0010001', '交易收款-交易收款'),
        ('platform_fee', '其它', '0030003', '天猫佣金（类目）-天猫佣金（类目）'),
        ('affiliate', '其它', '0060011', '营销费用-淘宝客佣金'),
        ('insurance', '保险', '0050005', '保险承保-卖家版运费险承保'),
        ('refund', '交易退款', '0020001', '交易退款-余额退款'), ('unclassified', '收费', '0999001', '新服务-新服务费'),
        ('transfer', '提现', '0080001', '提现')
    ) w (line_class, kind_text, code, description) ON w.line_class = l.line_class
    LEFT JOIN finance_classrule r ON r.name = w.code
    CROSS JOIN LATERAL (
        SELECT CASE WHEN l.is_matched THEN 'matched' WHEN l.line_class IN ('sale', 'refund', 'unclassified') THEN
                    CASE WHEN b.state = 'imported' THEN 'unmatched' WHEN l.line_class = 'refund' THEN 'disputed'
                         ELSE 'explained' END
               ELSE 'apart' END AS state
    ) s
    CROSS JOIN LATERAL (
        SELECT s.state,
               CASE WHEN s.state <> 'explained' THEN '' WHEN l.line_class = 'unclassified' THEN 'other'
                    WHEN l.order_id IS NULL THEN 'outside' ELSE 'rounding' END AS cause,
               CASE WHEN s.state = 'disputed' THEN '退款未在系统登记，已向平台核实'
                    WHEN s.state = 'explained' AND l.line_class = 'unclassified' THEN '平台新收服务费' ELSE '' END AS remark
    ) d
    ORDER BY b.id, l.nth
"""
_RECEIPTS = """
    INSERT INTO finance_receipt (store_id, line_id, order_id, kind, amount, received_on, booked_at, booked_by_id)
    SELECT l.store_id, l.id, l.order_id, CASE WHEN l.state = 'explained' THEN 'other' ELSE 'sale' END, l.amount,
           (l.happened_at AT TIME ZONE 'Asia/Shanghai')::date, l.decided_at, l.decided_by_id
    FROM finance_billline l WHERE l.state IN ('matched', 'explained') ORDER BY l.id
"""
_SETTLED = """
    INSERT INTO orders_ordermoney (order_id, state, settled_at)
    SELECT order_id, 'settled', min(decided_at) FROM finance_billline WHERE state = 'matched' GROUP BY order_id ORDER BY 1
"""


def write(company: DemoCompany, acts: Acts, now: dt.datetime) -> int:
    """Bills, their lines, receipts and settled orders. Returns how many changes of the past were written."""
    last = (now.date().replace(day=1) - ONE_DAY).replace(day=1)
    before = (last - ONE_DAY).replace(day=1)
    write_default_rules()
    book_keeper = next(person for person in company.people if person.role == "finance" and person.user_id)
    with connection.cursor() as cursor:
        cursor.execute(_BOOKINGS, {"months": [before, last], "last": last, "late": LATE_STORE})
        cursor.execute(_SUMS)
        months = cursor.fetchall()
        changes = _write_bills(months, book_keeper, acts, last)
        for statement in (_LINES, _RECEIPTS, _SETTLED):
            cursor.execute(statement)
    return changes


def _write_bills(months: list[Any], by: DemoPerson, acts: Acts, last: dt.date) -> int:
    stores = sorted({store for store, *_sums in months})
    PayAccount.objects.bulk_create(PayAccount(number=_account(store), store_id=store) for store in stores)
    keys = zip(reserved_keys(Bill, len(months)), reserved_keys(StoredFile, len(months)), strict=True)
    balances: dict[int, Any] = {}
    lives = []
    for (store, month, count, income, outgo), (key, file) in zip(months, keys, strict=True):
        row = _bill(store, month, by) | {"id": key, "file_id": file}
        past = _past(row["received_at"], by, acts, is_open=month == last)
        opening = balances.get(store, 10_000)
        balances[store] = opening + income + outgo
        row |= {
            "rows": count, "income_amount": income, "outgo_amount": outgo, "opening_balance": opening,
            "closing_balance": balances[store],
        }  # fmt: skip
        write_rows(StoredFile, [_stored(row, count)])
        lives.append((row, past))
    write_rows(Bill, (ended(row, past) for row, past in lives))
    return write_histories(Bill, lives)


def _bill(store: int, month: dt.date, by: DemoPerson) -> dict[str, Any]:
    """The bill as it was uploaded, on the second of the next month."""
    end = (month + dt.timedelta(days=32)).replace(day=1)
    came = dt.datetime.combine(end + ONE_DAY, CAME_AT, SHANGHAI) + dt.timedelta(minutes=store % 30)
    name = f"{_account(store)}_{month:%Y%m}_账务明细.csv"
    return {
        "store_id": store, "channel": Channel.ALIPAY.value, "account_number": _account(store),
        "period": f"[{month},{end})", "name": name, "sha256": hex_bytes(sha256(name.encode()).digest()),
        "received_by_id": by.user_id, "received_at": came, "checked_at": None, "imported_at": None,
        "reconciled_at": None, "state": "received",
    }  # fmt: skip


def _past(came: dt.datetime, by: DemoPerson, acts: Acts, *, is_open: bool) -> list[Past]:
    """Checked and imported at once; reconciled after an hour and a half of looking things up."""
    verbs = {"pass_check": 1, "begin": 4, "finish": 6} | ({} if is_open else {"reconcile": 95})
    return [acts.move(Bill, verb, came + dt.timedelta(minutes=minutes), by) for verb, minutes in verbs.items()]


def _stored(row: dict[str, Any], lines: int) -> dict[str, Any]:
    """The file: known by name and size, its bytes gone when their time was over."""
    gone = row["received_at"] + KEPT
    return {
        "id": row["file_id"], "key": str(UUID(bytes=sha256(row["name"].encode()).digest()[:16])),
        "kind": StoredFile.Kind.UPLOAD.value, "name": row["name"], "sha256": row["sha256"], "store_id": row["store_id"],
        "size_bytes": 400 + 240 * lines, "owner_id": row["received_by_id"], "created_at": row["received_at"],
        "expires_at": gone, "removed_at": gone,
    }  # fmt: skip


def _account(store: int) -> str:
    """A made-up account number in Alipay's form."""
    return f"2088{store:012d}0156"
