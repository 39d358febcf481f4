"""One smallest damage for every promise of the house, and which row the checker names then."""

from dataclasses import dataclass
from typing import Any

Row = tuple[str, dict[str, Any]]
LONG_AGO = "2026-01-01T00:00:00+00:00"
LATER = "2026-02-01T00:00:00+00:00"
CLICK = "9f1c7f6e-2a52-4a39-8f3d-8a55e3f6f0aa"


@dataclass(frozen=True, slots=True)
class Damage:
    """Rows that break a promise. named: what the checker says of them."""

    promise: str
    rows: tuple[Row, ...]
    named: str = "1"


def _of(promise: str, *rows: Row, named: str = "1") -> Damage:
    return Damage(promise, rows, named)


def _order(state: str, **columns: Any) -> Row:
    return "orders_shippingorder", {"id": 1, "state": state, "confirmed_at": LONG_AGO, **columns}


def _line(quantity: int = 1, **columns: Any) -> Row:
    return "orders_shippingorderline", {
        "id": 1, "shipping_order_id": 1, "order_line_id": 1, "sku_id": 1, "quantity": quantity, **columns
    }  # fmt: skip


STOCK = [
    _of(
        "warehouse.balances_are_the_ledger",
        ("warehouse_stockbalance", {"warehouse_id": 1, "sku_id": 2, "on_hand": 5, "reserved": 0, "defective": 0}),
        named="1, 2",
    ),
    _of(
        "warehouse.balances_are_the_ledger",
        ("warehouse_bin", {"id": 1, "warehouse_id": 1, "kind": "pick"}),
        ("warehouse_stockmove", {"warehouse_id": 1, "sku_id": 2, "bin_id": 1, "quantity": 5, "click": CLICK}),
        named="1, 2",
    ),
    _of(
        "warehouse.bins_are_the_ledger",
        ("warehouse_binbalance", {"bin_id": 1, "sku_id": 2, "quantity": 5, "allocated": 0}),
        named="1, 2",
    ),
    _of(
        "warehouse.goods_lie_in_bins_in_use",
        ("warehouse_bin", {"id": 1, "warehouse_id": 1, "kind": "pick", "is_active": False}),
        ("warehouse_binbalance", {"bin_id": 1, "sku_id": 2, "quantity": 5, "allocated": 0}),
        named="1, 2",
    ),
    _of(
        "warehouse.reserved_is_open_reservations",
        ("warehouse_stockbalance", {"warehouse_id": 1, "sku_id": 2, "on_hand": 0, "reserved": 2, "defective": 0}),
        named="1, 2",
    ),
    _of(
        "warehouse.reserved_is_there",
        ("warehouse_stockbalance", {"warehouse_id": 1, "sku_id": 2, "on_hand": 1, "reserved": 2, "defective": 0}),
        named="1, 2",
    ),
    _of("warehouse.orders_in_hand_have_their_goods", _order("reserved"), _line()),
    _of(
        "warehouse.lines_ship_once",
        _line(),
        ("warehouse_reservation", {
            "shipping_order_line_id": 1, "closed_as": "shipped", "closed_at": LONG_AGO, "quantity": 2
        }),
    ),
    _of(
        "warehouse.ended_orders_hold_nothing",
        _order("cancelled", cancelled_at=LONG_AGO),
        ("warehouse_reservation", {"id": 1, "shipping_order_id": 1, "quantity": 1}),
    ),
    _of(
        "warehouse.allocated_is_on_open_lists",
        ("warehouse_binbalance", {"bin_id": 1, "sku_id": 2, "quantity": 0, "allocated": 2}),
        named="1, 2",
    ),
    _of(
        "warehouse.orders_in_waves_have_their_goods",
        _order("picking"),
        _line(),
        ("warehouse_waveorder", {"id": 1, "shipping_order_id": 1}),
    ),
    _of("warehouse.orders_at_the_bench_are_in_a_wave", _order("packed")),
    _of(
        "warehouse.parcels_and_orders_agree",
        _order("confirmed"),
        ("warehouse_shipment", {"id": 1, "shipping_order_id": 1, "state": "ready"}),
    ),
    _of(
        "warehouse.dispatched_parcels_left_the_bins",
        _order("shipped"),
        _line(),
        ("warehouse_shipment", {"id": 1, "shipping_order_id": 1, "state": "dispatched"}),
    ),
]  # fmt: skip

NUMBERED = {"platform": "taobao", "store_id": 3, "number": "2611"}
ORDERS = [
    _of("orders.one_per_number", ("orders_order", NUMBERED), ("orders_order", NUMBERED), named="taobao, 3, 2611"),
    _of("orders.lines_ship_once", ("orders_orderline", {"id": 1, "quantity": 1}), _order("imported"), _line(2)),
    _of("orders.confirmed_are_stamped", _order("confirmed", confirmed_at=None)),
    _of(
        "orders.last_event_leads_here",
        _order("confirmed"),
        ("orders_shippingorderevent", {
            "pgh_obj_id": 1, "state": "confirmed", "pgh_context": '{"verb": "orders.shippingorder.confirm"}'
        }),
    ),
    _of(
        "orders.contacts_belong_to_their_order",
        ("orders_order", {"id": 1, "store_id": 3, "number": "2611"}),
        ("orders_buyercontact", {"id": 1, "order_id": 1, "place": "buyercontact:4:2611"}),
    ),
    _of(
        "jobs.done_steps_belong_to_begun_jobs",
        ("jobs_job", {"id": 1, "state": "queued"}),
        ("jobs_step", {"job_id": 1, "done_at": LONG_AGO}),
    ),
    _of("jobs.ended_jobs_are_whole", ("jobs_job", {"id": 1, "state": "succeeded"}), ("jobs_step", {"job_id": 1})),
]  # fmt: skip

AFTERSALES = [
    _of(
        "aftersales.refunds_within_paid",
        ("orders_order", {"id": 1, "paid_amount": 10}),
        ("aftersales_refund", {"order_id": 1, "amount": 11, "state": "requested"}),
    ),
    _of(
        "aftersales.returned_within_shipped",
        _line(),
        ("aftersales_returnorder", {"id": 1, "state": "announced"}),
        ("aftersales_returnline", {"shipping_line_id": 1, "return_order_id": 1, "quantity": 2}),
    ),
    _of(
        "aftersales.goods_came_before_the_money",
        ("aftersales_returnorder", {"id": 1, "state": "announced"}),
        ("aftersales_refund", {"id": 1, "return_order_id": 1, "waits_for_goods": True, "state": "approved"}),
    ),
    _of(
        "aftersales.inspected_goods_are_in_the_ledger",
        ("aftersales_returnorder", {"id": 1, "state": "inspected"}),
        ("aftersales_returnline", {"return_order_id": 1, "sku_id": 1, "good_quantity": 1, "bad_quantity": 0}),
    ),
]

ASKED = {"id": 1, "requested_by_id": 7, "version": "a"}
DECIDED = {"id": 1, "request_id": 1, "voice_id": 1, "version": "a"}
GIVEN = {"id": 1, "request_id": 1, "by_id": 9, "verdict": "approve", "version": "a", "position": 1}
PRICE = "stores.pricechange"
APPROVALS = [
    _of(
        "approvals.four_eyes",
        ("approvals_approvalrequest", ASKED),
        ("approvals_decision", {**DECIDED, "by_id": 7}),
    ),
    _of(
        "approvals.four_eyes",
        ("approvals_approvalrequest", {**ASKED, "barred_ids": "{8}"}),
        ("approvals_decision", {**DECIDED, "by_id": 8}),
    ),
    _of(
        "approvals.decided_on_what_was_shown",
        ("approvals_approvalrequest", ASKED),
        ("approvals_decision", {**DECIDED, "version": "b"}),
    ),
    _of(
        "approvals.approved_by_every_step",
        ("approvals_approvalrequest", {**ASKED, "state": "approved"}),
        ("approvals_voice", {"request_id": 1, "position": 1, "mode": "any"}),
    ),
    _of(
        "approvals.approved_by_every_step",
        ("approvals_approvalrequest", {**ASKED, "state": "approved"}),
        ("approvals_voice", {"id": 1, "request_id": 1, "position": 1, "mode": "any"}),
        ("approvals_decision", {**DECIDED, "verdict": "refuse"}),
    ),
    _of(
        "approvals.open_step_has_an_open_voice",
        ("approvals_approvalrequest", {**ASKED, "state": "open", "position": 1}),
    ),
    _of(
        "approvals.what_took_effect_is_what_was_given",
        ("approvals_approvalrequest", ASKED),
        ("approvals_voice", {"id": 1, "request_id": 1, "position": 1}),
        ("approvals_decision", {**DECIDED, "verdict": "approve", "by_id": 9}),
        ("approvals_intention", {**GIVEN, "decision_id": 1, "verdict": "refuse"}),
    ),
    _of(
        "approvals.what_was_given_takes_effect", ("approvals_intention", {**GIVEN, "state": "open", "due_at": LONG_AGO})
    ),
    _of("stores.submitted_changes_are_asked", ("stores_pricechange", {"id": 1, "state": "submitted"})),
    _of("stores.submitted_changes_are_asked", ("stores_listingchange", {"id": 1, "state": "submitted"})),
    _of(
        "stores.submitted_changes_are_asked",
        ("stores_pricechange", {"id": 1, "state": "approved"}),
        ("approvals_approvalrequest", {**ASKED, "state": "open", "subject_type": PRICE, "subject_id": 1}),
    ),
    _of("stores.applied_changes_were_approved", ("stores_pricechange", {"id": 1, "state": "applied"})),
    _of("stores.applied_changes_were_approved", ("stores_listingchange", {"id": 1, "state": "approved"})),
]

MATCHED = {"id": 1, "bill_id": 1, "store_id": 3, "state": "matched", "amount": 5}
FINANCE = [
    _of("finance.receipts_are_the_booked_lines", ("finance_billline", MATCHED)),
    _of("finance.bills_are_whole", ("finance_bill", {"id": 1, "state": "imported", "rows": 2})),
    _of(
        "finance.reconciled_bills_have_no_open_line",
        ("finance_bill", {"id": 1, "state": "reconciled", "rows": 1}),
        ("finance_billline", {"bill_id": 1, "state": "unmatched"}),
    ),
    _of(
        "finance.reversals_are_opposite",
        ("finance_receipt", {"id": 1, "amount": 5, "kind": "sale", "line_id": 1}),
        ("finance_receipt", {"id": 2, "amount": 5, "kind": "sale", "line_id": 1, "reverses_id": 1}),
        named="2",
    ),
    _of(
        "finance.lines_lie_in_their_store",
        ("finance_bill", {"id": 1, "store_id": 4}),
        ("finance_billline", {**MATCHED, "state": "unmatched"}),
    ),
]

STATEMENT = {"id": 1, "contract_id": 1, "month": "2026-01-01", "state": "sent"}
CONTRACTS = [
    _of("contracts.rows_add_up", ("contracts_settlementstatement", {**STATEMENT, "commission_amount": 5})),
    _of("contracts.rows_are_the_receipts", ("contracts_settlementstatement", {**STATEMENT, "counted_amount": 5})),
    _of(
        "contracts.shares_are_near",
        (
            "contracts_statementrow",
            {"statement_id": 1, "position": 1, "commission_amount": 1, "rate": 1, "amount": 20_000},
        ),
        named="1, 1",
    ),
    _of(
        "contracts.one_statement_per_receipt",
        ("contracts_statementrow", {"receipt_id": 1, "statement_id": 1}),
        ("contracts_statementrow", {"receipt_id": 1, "statement_id": 2}),
    ),
    _of(
        "contracts.rows_point_to_something",
        ("contracts_statementrow", {"statement_id": 1, "position": 1, "receipt_id": 1}),
        named="1, 1",
    ),
    _of(
        "contracts.years_are_walked",
        ("contracts_settlementstatement", {**STATEMENT, "cumulative_after": 100}),
        ("contracts_settlementstatement", {**STATEMENT, "id": 2, "month": "2026-02-01", "cumulative_before": 50}),
        named="2",
    ),
]

PAPERS = [
    _of(
        "documents.numbers_have_no_gap",
        ("core_numberseries", {"series": "documents.pick_list", "day": "2026-11-20", "last": 1}),
        named="documents.pick_list, 2026-11-20",
    ),
    _of("documents.ready_papers_have_their_file", ("documents_document", {"id": 1, "state": "rendered"})),
    _of(
        "documents.ready_papers_have_their_file",
        ("documents_document", {"id": 1, "state": "rendered", "file_id": 1, "file_hash": "ff"}),
        ("files_storedfile", {"id": 1, "sha256": b"\x00"}),
    ),
    _of(
        "documents.replaced_by_their_own_kind",
        ("documents_document", {"id": 1, "kind": "pick_list"}),
        ("documents_document", {"id": 2, "kind": "handover_sheet", "supersedes_id": 1}),
        named="2",
    ),
    _of(
        "sheets.applied_are_whole",
        ("sheets_sheet", {"id": 1, "state": "applied"}),
        ("sheets_sheetrow", {"sheet_id": 1, "is_applied": False, "verdict": "new"}),
    ),
    _of(
        "sheets.nothing_before_apply",
        ("sheets_sheet", {"id": 1, "state": "received"}),
        ("sheets_sheetrow", {"id": 1, "sheet_id": 1, "is_applied": True}),
    ),
]

SHEET = {"id": 1, "template_id": 1, "employee_id": 1}
STAFF = [
    _of(
        "staff.scored_sheets_are_complete",
        ("staff_scoresheet", {**SHEET, "state": "scored"}),
        ("staff_scoreitem", {"template_id": 1}),
    ),
    _of(
        "staff.nobody_scored_themselves",
        ("staff_scoresheet", {**SHEET, "state": "open"}),
        ("org_employee", {"id": 1, "user_id": 7}),
        ("staff_itemscore", {"id": 1, "sheet_id": 1, "part": "committee", "member_id": 7}),
    ),
    _of("staff.pay_parts_sum_to_the_total", ("staff_payline", {"id": 1, "parts": "[]", "total": 5})),
    _of(
        "staff.current_pay_follows_the_closed_sheet",
        ("staff_scoresheet", {**SHEET, "state": "closed", "closed_at": LONG_AGO, "final_score": 80, "coefficient": 1}),
        ("staff_payline", {
            "id": 1, "sheet_id": 1, "parts": "[]", "computed_at": LATER, "final_score": 70, "coefficient": 1
        }),
    ),
    _of("staff.new_templates_sum_to_a_hundred", ("staff_scoretemplate", {"id": 1, "is_active": True, "as_printed": False})),
]  # fmt: skip

KEYS = [
    _of(
        "core.no_key_leads_nowhere",
        ("orders_orderline", {"id": 1, "order_id": 7}),
        named="orders_orderline.order_id, 1",
    ),
]

DAMAGES = [*KEYS, *STOCK, *ORDERS, *AFTERSALES, *APPROVALS, *FINANCE, *CONTRACTS, *PAPERS, *STAFF]
