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
KEEP_PRODUCTS = tuple(f"stores.{verb}_{noun}" for verb in ("add", "change") for noun in ("sku", "product", "listing"))
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
KEEP_PARAMETERS = ("parameters.view_parametervalue", "parameters.add_parametervalue")


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
        + ("orders.amend_price", *SERVE_RETURNS, *DECIDE_REFUNDS, *REPORT_SHIPMENTS),
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
        + (*SEE_SHIPPING, *PACK_AND_SHIP, *LEAD_SHIPPING),
    ),
    "planner": Role(
        _("Operations and planning"), "planner", (*SEE_ORDERS, *SEE_PRODUCTS, *KEEP_PRODUCTS, *IMPORT_PRODUCTS)
    ),
    "manager": Role(
        _("Store manager"),
        "manager",
        (*SEE_ORDERS, *IMPORT_ORDERS, *WORK_ORDERS, *SEE_PRODUCTS, *KEEP_PRODUCTS, *KEEP_RULES, *READ_PAPERS)
        + ("orders.cancel", "orders.export_order", "audit.view_reveal", "audit.view_export", "orders.amend_price")
        + (*SERVE_RETURNS, *DECIDE_REFUNDS, *SEE_STOCK, *SEE_SHIPPING, "warehouse.report_shipments", *IMPORT_PRODUCTS)
        + EXPORT_STOCK,
    ),
    "director": Role(
        _("Director"),
        "manager",
        (*EVERYWHERE, *SEE_ORDERS, *SEE_PRODUCTS, *KEEP_RULES, *KEEP_PARAMETERS, "orders.cancel", "orders.export_order")
        + ("audit.view_reveal", "audit.view_export", "org.view_store", "org.view_warehouse", "org.view_client")
        + (*READ_PAPERS, *SEE_STOCK, *SEE_SHIPPING, *EXPORT_STOCK)
        + ("aftersales.view_returnorder", "aftersales.view_refund", *DECIDE_REFUNDS),
    ),
    "finance": Role(
        _("Finance"),
        "finance",
        (*EVERYWHERE, *SEE_ORDERS, *SEE_PRODUCTS, *READ_PAPERS, *PAY_REFUNDS, "orders.export_order"),
    ),
    "hr": Role(_("Human resources"), "hr", (*KEEP_PEOPLE,)),
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
