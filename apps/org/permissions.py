"""Roles as one table: who may do what. Groups are written from it; nobody edits them by hand (SEC-01 to SEC-03).

Export and reveal are rights of their own (SEC-25, SEC-31). `view` rights open pages; verbs open buttons.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SEE_ORDERS = ("orders.view_order", "orders.view_shippingorder", "orders.view_importbatch")
IMPORT_ORDERS = ("orders.add_importbatch", "orders.run_importbatch")
WORK_ORDERS = (
    "orders.confirm",
    "orders.unconfirm",
    "orders.hold",
    "orders.clear_reason",
    "orders.note_shippingorder",
    "orders.contact_buyer",
    "orders.amend_order",
)
SEE_PRODUCTS = ("stores.view_sku", "stores.view_product", "stores.view_listing")
SEE_COST = ("stores.see_cost",)
KEEP_PRODUCTS = SEE_COST + tuple(
    f"stores.{verb}_{noun}" for verb in ("add", "change") for noun in ("sku", "product", "listing")
)
IMPORT_PRODUCTS = ("sheets.view_sheet", "sheets.import_skus", "sheets.import_listings")
IMPORT_STOCK = ("sheets.view_sheet", "sheets.import_bins", "sheets.import_carriers", "sheets.import_opening_stock")
KEEP_RULES = ("orders.view_auditrule", "orders.add_auditrule", "orders.change_auditrule")
READ_PAPERS = ("documents.view_document",)
SERVE_RETURNS = (
    "aftersales.view_returnorder",
    "aftersales.view_refund",
    "aftersales.announce_return",
    "aftersales.match_return",
    "aftersales.close_return",
    "aftersales.cancel_return",
    "aftersales.request_refund",
)
KEEP_REASONS = tuple(f"aftersales.{verb}_returnreason" for verb in ("view", "add", "change"))
DECIDE_REFUNDS = ("aftersales.approve_refund", "aftersales.export_return", *KEEP_REASONS)
HANDLE_RETURNS = (
    "aftersales.view_returnorder",
    "aftersales.receive_return",
    "aftersales.inspect_return",
    "aftersales.match_return",
    "aftersales.cancel_return",
)
PAY_REFUNDS = (
    "aftersales.view_returnorder",
    "aftersales.view_refund",
    "aftersales.pay_refund",
    "aftersales.export_return",
)
SEE_BILLS = ("finance.view_bill", "finance.view_billline", "finance.view_receipt")
KEEP_BOOKS = (
    *SEE_BILLS,
    "finance.add_bill",
    "finance.run_bill",
    "finance.match_line",
    "finance.export_line",
    "finance.view_payaccount",
    "finance.add_payaccount",
    *(f"finance.{verb}_classrule" for verb in ("view", "add", "change")),
)
SEE_STOCK = tuple(
    f"warehouse.view_{noun}"
    for noun in ("stockbalance", "binbalance", "stockmove", "reservation", "stockdocument", "bin", "carrier")
)
SEE_SHIPPING = tuple(f"warehouse.view_{noun}" for noun in ("wave", "shipment", "handover", "shipreport", "cutoff"))
PACK_AND_SHIP = ("warehouse.pick", "warehouse.check", "warehouse.dispatch")
EXPORT_STOCK = ("warehouse.export_stock",)
LEAD_SHIPPING = ("warehouse.plan_wave", "warehouse.report_shipments", "warehouse.set_cutoffs")
REPORT_SHIPMENTS = ("warehouse.view_shipment", "warehouse.view_shipreport", "warehouse.report_shipments")
KEEP_STOCK = ("warehouse.keep_stock", "warehouse.keep_bins", "warehouse.keep_carriers")
EVERYWHERE = ("org.see_all_stores", "org.see_all_warehouses")
KEEP_PEOPLE = tuple(
    f"org.{verb}_{noun}" for verb in ("view", "add", "change") for noun in ("employee", "team", "position", "absence")
)
KEEP_USERS = tuple(
    f"org.{verb}_{noun}" for verb in ("view", "add", "change", "delete") for noun in ("storegrant", "warehousegrant")
) + ("org.view_user", "org.add_user", "org.change_user")
KEEP_PLACES = tuple(
    f"org.{verb}_{noun}" for verb in ("view", "add", "change") for noun in ("store", "warehouse", "client", "company")
)
SCORE_PEOPLE = ("staff.view_scoresheet", "staff.score_committee", "staff.finish_sheet")
KEEP_SCORES = tuple(f"staff.{verb}_{noun}" for verb in ("view", "add") for noun in ("scoretemplate", "payscheme")) + (
    *("staff.change_scoretemplate", "staff.view_scoreitem", "staff.add_scoreitem", "staff.change_scoreitem"),
    *("staff.delete_scoreitem", "staff.view_coefficientband", "staff.add_coefficientband"),
    *(
        "staff.view_scoresheet",
        "staff.see_all_sheets",
        "staff.finish_sheet",
        "staff.keep_sheets",
        "staff.export_sheets",
    ),
    *("staff.view_payline", "staff.compute_pay", "staff.export_pay"),
)
SEE_CONTRACTS = ("contracts.view_contract", "contracts.view_settlementstatement", "contracts.export_statement")
KEEP_CONTRACTS = (
    *SEE_CONTRACTS,
    "contracts.keep_contract",
    "contracts.draft_statement",
    "contracts.send_statement",
    "contracts.record_answer",
    "contracts.pay_statement",
)
OVERSEE_CONTRACTS = (
    *SEE_CONTRACTS,
    "contracts.activate_contract",
    "contracts.view_contractlook",
    "contracts.send_statement",
)
KEEP_PARAMETERS = ("parameters.view_parametervalue", "parameters.add_parametervalue")
SEE_APPROVALS = ("approvals.view_approvalrequest",)
SEND_TO_CLIENTS = (*SEE_APPROVALS, "approvals.send_link")
KEEP_POLICIES = tuple(
    f"approvals.{verb}_{noun}" for verb in ("view", "add", "change") for noun in ("policy", "policystep")
) + ("approvals.delete_policystep",)
SEE_CHANGES = (*SEE_APPROVALS, *SEE_COST, "stores.view_pricechange", "stores.view_listingchange")
PROPOSE_CHANGES = (*SEE_CHANGES, "stores.propose_change", "stores.export_change")


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its name on screens, its first page, its rights."""

    label: str | Promise
    home: str
    rights: tuple[str, ...]


ROLES: dict[str, Role] = {
    "customer_service": Role(
        _("Customer service"),
        "service",
        (
            *SEE_ORDERS,
            *IMPORT_ORDERS,
            *WORK_ORDERS,
            *SEE_PRODUCTS,
            *SERVE_RETURNS,
            *REPORT_SHIPMENTS,
            "orders.reveal_buyer",
        ),
    ),
    "service_lead": Role(
        _("Customer service lead"),
        "service",
        (*SEE_ORDERS, *IMPORT_ORDERS, *WORK_ORDERS, *SEE_PRODUCTS, *KEEP_RULES, *READ_PAPERS)
        + ("orders.cancel", "orders.reveal_buyer", "orders.export_order", "audit.view_reveal", "audit.view_export")
        + ("orders.amend_price", *SERVE_RETURNS, *DECIDE_REFUNDS, *REPORT_SHIPMENTS, "warehouse.confirm_layout"),
    ),
    "warehouse": Role(
        _("Warehouse"),
        "warehouse",
        ("orders.view_shippingorder", "stores.view_sku", *HANDLE_RETURNS, *READ_PAPERS, *SEE_STOCK)
        + (*SEE_SHIPPING, *PACK_AND_SHIP),
    ),
    "warehouse_lead": Role(
        _("Warehouse lead"),
        "warehouse",
        ("orders.view_shippingorder", "stores.view_sku", "orders.hold", "orders.reveal_buyer", *READ_PAPERS)
        + (*HANDLE_RETURNS, "aftersales.close_return", *SEE_STOCK, *KEEP_STOCK, *IMPORT_STOCK, *EXPORT_STOCK)
        + (*SEE_SHIPPING, *PACK_AND_SHIP, *LEAD_SHIPPING, *SCORE_PEOPLE),
    ),
    "planner": Role(
        _("Operations and planning"),
        "planner",
        (*SEE_ORDERS, *SEE_PRODUCTS, *KEEP_PRODUCTS, *IMPORT_PRODUCTS, *PROPOSE_CHANGES),
    ),
    "manager": Role(
        _("Store manager"),
        "manager",
        (*SEE_ORDERS, *IMPORT_ORDERS, *WORK_ORDERS, *SEE_PRODUCTS, *KEEP_PRODUCTS, *KEEP_RULES, *READ_PAPERS)
        + ("orders.cancel", "orders.export_order", "audit.view_reveal", "audit.view_export", "orders.amend_price")
        + (*SERVE_RETURNS, *DECIDE_REFUNDS, *SEE_STOCK, *SEE_SHIPPING, "warehouse.report_shipments", *IMPORT_PRODUCTS)
        + ("warehouse.confirm_layout", *EXPORT_STOCK, *PROPOSE_CHANGES, *SEND_TO_CLIENTS, *SCORE_PEOPLE),
    ),
    "director": Role(
        _("Director"),
        "manager",
        (*EVERYWHERE, *SEE_ORDERS, *SEE_PRODUCTS, *KEEP_RULES, *KEEP_PARAMETERS, "orders.cancel", "orders.export_order")
        + ("audit.view_reveal", "audit.view_export", "org.view_store", "org.view_warehouse", "org.view_client")
        + (*READ_PAPERS, *SEE_STOCK, *SEE_SHIPPING, *EXPORT_STOCK, *SCORE_PEOPLE, "staff.export_sheets")
        + (*SEE_CHANGES, "stores.export_change", *SEND_TO_CLIENTS, *KEEP_POLICIES, *OVERSEE_CONTRACTS)
        + ("aftersales.view_returnorder", "aftersales.view_refund", *DECIDE_REFUNDS),
    ),
    "finance": Role(
        _("Finance"),
        "finance",
        (*EVERYWHERE, *SEE_ORDERS, *SEE_PRODUCTS, *SEE_COST, *READ_PAPERS, *PAY_REFUNDS, *KEEP_BOOKS)
        + ("orders.export_order", *SEND_TO_CLIENTS, *KEEP_CONTRACTS, "org.view_client"),
    ),
    "hr": Role(_("Human resources"), "hr", (*KEEP_PEOPLE, *KEEP_SCORES)),
    "it": Role(
        _("System administrator"),
        "it",
        (*EVERYWHERE, *KEEP_USERS, *KEEP_PEOPLE, *KEEP_PLACES, *KEEP_PARAMETERS)
        + ("jobs.view_all_jobs", "orders.view_storetoken", "orders.add_storetoken", "orders.change_storetoken")
        + ("audit.view_reveal", "audit.view_export", "core.view_calendarexception", "core.add_calendarexception")
        + ("files.view_storedfile", "links.view_signedlink", "notices.view_notice")
        + ("core.change_calendarexception",),
    ),
}


def home_of(groups: set[str]) -> str:
    """Which first page the user's roles lead to; the earlier role in the table wins."""
    return next((role.home for name, role in ROLES.items() if name in groups), "plain")
