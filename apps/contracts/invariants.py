"""What must be true of all statements at any time (reliability: M3, M4, M5)."""

from apps.core.invariants import Invariant

CONTRACTS = [
    Invariant(
        "contracts.rows_add_up",
        "M3: the rows of a statement add up to its commission",
        "SELECT s.id FROM contracts_settlementstatement s LEFT JOIN contracts_statementrow r ON r.statement_id = s.id "
        "GROUP BY s.id HAVING coalesce(sum(r.commission_amount), 0) <> s.commission_amount * 100",
    ),
    Invariant(
        "contracts.rows_are_the_receipts",
        "M3: what a statement counts is the sum of its receipts, each cut without loss",
        "SELECT s.id FROM contracts_settlementstatement s LEFT JOIN contracts_statementrow r "
        "ON r.statement_id = s.id AND NOT r.is_catch_up "
        "GROUP BY s.id HAVING coalesce(sum(r.amount), 0) <> s.counted_amount * 100",
    ),
    Invariant(
        "contracts.shares_are_near",
        "M5: no row differs from its exact share by a cent or more",
        "SELECT statement_id, position FROM contracts_statementrow "
        "WHERE abs(commission_amount * 10000 - rate * amount) >= 10000",
    ),
    Invariant(
        "contracts.one_statement_per_receipt",
        "M4: no receipt is settled in two statements",
        "SELECT receipt_id FROM contracts_statementrow GROUP BY receipt_id HAVING count(DISTINCT statement_id) > 1",
    ),
    Invariant(
        "contracts.rows_point_to_something",
        "M3: a row's statement and receipt are there",
        "SELECT x.statement_id, x.position FROM contracts_statementrow x "
        "LEFT JOIN contracts_settlementstatement s ON s.id = x.statement_id "
        "LEFT JOIN finance_receipt r ON r.id = x.receipt_id WHERE s.id IS NULL OR r.id IS NULL",
    ),
    Invariant(
        "contracts.years_are_walked",
        "a settled month begins where the month before it in the year ended",
        "SELECT s.id FROM contracts_settlementstatement s JOIN contracts_settlementstatement b "
        "ON b.contract_id = s.contract_id AND b.month = s.month - interval '1 month' "
        "WHERE s.state NOT IN ('draft', 'submitted') AND b.state NOT IN ('draft', 'submitted') "
        "AND s.cumulative_before NOT IN (b.cumulative_after, 0)",
    ),
]
