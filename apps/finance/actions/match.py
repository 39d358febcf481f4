"""Reconcile: lines find their orders and refunds as a set, receipts are written, orders are settled (FIN-21).

A bill may come before its orders: what finds nothing stays unmatched, and the next run looks again. Whoever changes
lines of a store holds the store's turn first, so that sums over the lines of an order are read at rest. A line about
which a person has decided, also by taking a match back, is left to people.
"""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from apps.core.bulk import as_array
from apps.core.locks import one_at_a_time
from apps.finance.models import Bill, BillLine
from apps.finance.models.line import MATCH_VERB
from apps.finance.parameters import MATCH_TOLERANCE
from apps.finance.rules.classes import REFUNDS, SALES
from apps.finance.sql import rows
from apps.finance.workflows.bill import BillState
from apps.finance.workflows.bill_line import LineState
from apps.jobs.kinds import Tally
from apps.orders.actions.money import mark_settled
from apps.org.actors import Actor
from apps.parameters.queries import value_of
from apps.workflow.move import mirror_many, move_many

# Many lines are matched without loops: lines that were copied a moment ago are not in the planner's statistics, so it would
# expect a handful of them and walk all of them for each (4,000 lines: 13 s instead of 0.3 s).
MANY_BY_HASH = """
    SELECT CASE WHEN (
        SELECT count(*) FROM (
            SELECT FROM finance_billline WHERE store_id = %(store)s AND state = 'unmatched' LIMIT %(many)s
        ) t
    ) = %(many)s THEN set_config('enable_nestloop', 'off', true) END
"""
MANY = 300
# All payments of an order together make what was paid or what the platform paid out; several bills may carry them.
# Refunds pair off by order and amount, each with one that was recorded as paid and is on no other line.
MATCHES = """
    WITH open_lines AS MATERIALIZED (
        SELECT id, order_number, amount, line_class FROM finance_billline
        WHERE store_id = %(store)s AND state = 'unmatched' AND decided_by_id IS NULL AND order_number <> ''
    ), sums AS (
        SELECT order_number, sum(amount) AS amount FROM open_lines
        WHERE line_class = ANY (%(sales)s) AND amount > 0 GROUP BY order_number
    ), mates AS MATERIALIZED (
        SELECT s.order_number, s.amount, o.id AS order_id, o.paid_amount, o.received_amount FROM sums s
        JOIN orders_order o ON o.store_id = %(store)s AND o.number = s.order_number
    ), earlier AS (
        SELECT m.order_id, sum(m.amount) AS amount FROM finance_billline m JOIN mates USING (order_id)
        WHERE m.state = 'matched' AND m.amount > 0 GROUP BY m.order_id
    ), sales AS (
        SELECT m.order_number, m.order_id FROM mates m LEFT JOIN earlier e USING (order_id)
        WHERE abs(m.amount + coalesce(e.amount, 0) - m.paid_amount) <= %(tolerance)s
           OR abs(m.amount + coalesce(e.amount, 0) - m.received_amount) <= %(tolerance)s
    ), repaid AS (
        SELECT id, order_number, -amount AS amount,
               row_number() OVER (PARTITION BY order_number, amount ORDER BY id) AS nth
        FROM open_lines WHERE line_class = ANY (%(refunds)s) AND amount < 0
    ), refunds AS (
        SELECT f.id, f.order_id, o.number, f.amount,
               row_number() OVER (PARTITION BY f.order_id, f.amount ORDER BY f.id) AS nth
        FROM (SELECT DISTINCT order_number FROM repaid) r
        JOIN orders_order o ON o.store_id = %(store)s AND o.number = r.order_number
        JOIN aftersales_refund f ON f.order_id = o.id AND f.state = 'paid'
        WHERE NOT EXISTS (SELECT FROM finance_billline x WHERE x.refund_id = f.id)
    )
    SELECT l.id, 'matched' AS state, s.order_id, NULL::bigint AS refund_id, now() AS decided_at
    FROM open_lines l JOIN sales s USING (order_number) WHERE l.line_class = ANY (%(sales)s) AND l.amount > 0
    UNION ALL
    SELECT p.id, 'matched', f.order_id, f.id, now()
    FROM repaid p JOIN refunds f ON f.number = p.order_number AND f.amount = p.amount AND f.nth = p.nth
"""
RECEIPTS = """
    INSERT INTO finance_receipt
        (store_id, line_id, order_id, refund_id, kind, amount, received_on, booked_at, booked_by_id)
    SELECT store_id, id, order_id, refund_id,
           CASE WHEN state = 'explained' THEN 'other' WHEN amount > 0 THEN 'sale' ELSE 'refund' END,
           amount, (happened_at AT TIME ZONE 'Asia/Shanghai')::date, now(), %(by)s
    FROM finance_billline WHERE id = ANY (%(lines)s::bigint[]) ORDER BY id
    RETURNING order_id, kind
"""


def hold_lines(store_id: int) -> None:
    """Wait for one's turn with a store's lines, until the transaction ends."""
    one_at_a_time("finance.lines", store_id)


def match_store(store_id: int, *, by: Actor) -> Tally:
    """Match the unmatched lines of a store that have an order or refund by now. Returns how many lines and orders.

    Expects an open transaction. The same few statements whatever the number of lines. Rule: FIN-21; reliability: M2.
    """
    hold_lines(store_id)
    rows(MANY_BY_HASH, {"store": store_id, "many": MANY})
    params = {
        "store": store_id, "tolerance": value_of(MATCH_TOLERANCE, store_id=store_id),
        "sales": [c.value for c in SALES], "refunds": [c.value for c in REFUNDS],
    }  # fmt: skip
    columns = ["order_id", "refund_id", "decided_at"]
    matched = mirror_many(BillLine, MATCH_VERB, by=by, source=MATCHES, params=params, columns=columns)
    if not matched:
        return {"matched": 0, "settled": 0}
    paid = {order for order, kind in book(matched, by=by) if kind == "sale" and order is not None}
    return {"matched": len(matched), "settled": mark_settled(sorted(paid), by=by)}


def book(lines: Sequence[int], *, by: Actor) -> list[tuple[int | None, str]]:
    """Write the receipts of lines that were matched or explained. Returns order and kind of each."""
    return [(order, kind) for order, kind in rows(RECEIPTS, {"lines": as_array(sorted(lines)), "by": by.id})]


def follow_bills(store_id: int, *, by: Actor) -> None:
    """Bills follow their lines: reconciled when none is unmatched, open again when one is. Rule: FIN-21."""
    unmatched = Exists(BillLine.objects.filter(bill=OuterRef("pk"), state=LineState.UNMATCHED))
    bills = Bill.objects.filter(store=store_id)
    whole = list(bills.filter(~unmatched, state=BillState.IMPORTED).values_list("pk", flat=True))
    if whole:
        move_many(Bill.objects.filter(pk__in=whole), Bill.reconcile, by=by)
    broken = list(bills.filter(unmatched, state=BillState.RECONCILED).values_list("pk", flat=True))
    if broken:
        move_many(Bill.objects.filter(pk__in=broken), Bill.reopen, by=by)
