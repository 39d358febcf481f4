"""What must be true of all bills, lines and receipts at any time (reliability: M2)."""

from apps.core.invariants import Invariant

BOOKS = [
    Invariant(
        "finance.receipts_are_the_booked_lines",
        "the receipts of a bill add up to its matched and explained lines",
        "SELECT l.bill_id FROM finance_billline l "
        "LEFT JOIN (SELECT line_id, sum(amount) AS amount FROM finance_receipt GROUP BY line_id) r ON r.line_id = l.id "
        "GROUP BY l.bill_id HAVING coalesce(sum(r.amount), 0) "
        "<> coalesce(sum(l.amount) FILTER (WHERE l.state IN ('matched', 'explained')), 0)",
    ),
    Invariant(
        "finance.bills_are_whole",
        "the lines of an imported bill add up to what its file said, in number and in yuan",
        "SELECT b.id FROM finance_bill b LEFT JOIN finance_billline l ON l.bill_id = b.id "
        "WHERE b.state IN ('imported', 'reconciled') GROUP BY b.id, b.rows, b.income_amount, b.outgo_amount "
        "HAVING count(l.id) <> b.rows OR coalesce(sum(l.amount), 0) <> b.income_amount + b.outgo_amount",
    ),
    Invariant(
        "finance.reconciled_bills_have_no_open_line",
        "no reconciled bill has an unmatched line",
        "SELECT DISTINCT b.id FROM finance_bill b JOIN finance_billline l ON l.bill_id = b.id "
        "WHERE b.state = 'reconciled' AND l.state = 'unmatched'",
    ),
    Invariant(
        "finance.reversals_are_opposite",
        "a reversal is its receipt with the other sign, of the same line and day",
        "SELECT x.id FROM finance_receipt x JOIN finance_receipt r ON r.id = x.reverses_id "
        "WHERE (x.amount, x.line_id, x.received_on, x.kind) IS DISTINCT FROM (-r.amount, r.line_id, r.received_on, r.kind)",
    ),
    Invariant(
        "finance.lines_lie_in_their_store",
        "a line, its bill, its order and its receipts are of one store",
        "SELECT l.id FROM finance_billline l JOIN finance_bill b ON b.id = l.bill_id "
        "LEFT JOIN orders_order o ON o.id = l.order_id LEFT JOIN finance_receipt r ON r.line_id = l.id "
        "WHERE l.store_id <> b.store_id OR o.store_id <> l.store_id OR r.store_id <> l.store_id",
    ),
]
