"""The desk's menu in the words of the record pages' theme, so that both shells lead to the same places."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.desk.navigation import Item, items_for
from apps.org.actors import Actor

# The record pages bring their own icon font; these are its names.
SYMBOLS = {
    "desk:home": "home",
    "desk:orders": "assignment",
    "desk:platform_orders": "shopping_bag",
    "desk:imports": "upload_file",
    "desk:board": "schedule",
    "desk:waves": "route",
    "desk:papers": "print",
    "admin:stores_sku_changelist": "package_2",
    "admin:stores_listing_changelist": "sell",
    "admin:orders_auditrule_changelist": "verified_user",
    "admin:org_store_changelist": "storefront",
    "admin:org_warehouse_changelist": "warehouse",
    "admin:org_employee_changelist": "group",
    "admin:org_user_changelist": "manage_accounts",
    "admin:parameters_parametervalue_changelist": "tune",
    "desk:returns": "assignment_return",
    "desk:refunds": "payments",
    "admin:aftersales_returnreason_changelist": "checklist",
    "desk:inbox": "inbox",
    "desk:check": "barcode_scanner",
    "desk:shipments": "local_shipping",
    "desk:reports": "download",
    "desk:stock": "inventory_2",
    "desk:listings": "sell",
    "desk:price_changes": "price_change",
    "desk:listing_changes": "edit_note",
    "desk:bills": "receipt_long",
    "desk:bill_lines": "done_all",
    "desk:statements": "request_quote",
    "desk:contracts": "contract",
    "desk:scores": "fact_check",
    "desk:pay": "payments",
    "desk:my_scores": "person",
    "desk:sheets": "view_column",
    "admin:finance_classrule_changelist": "filter_list",
    "admin:finance_payaccount_changelist": "account_balance_wallet",
    "admin:staff_scoretemplate_changelist": "assignment",
    "admin:staff_coefficientband_changelist": "percent",
    "admin:staff_payscheme_changelist": "savings",
    "admin:approvals_policy_changelist": "rule",
    "admin:warehouse_bin_changelist": "shelves",
    "admin:warehouse_carrier_changelist": "local_shipping",
    "admin:audit_reveal_changelist": "visibility",
    "admin:audit_export_changelist": "download",
    "desk:jobs": "checklist",
    "desk:jobs_failed": "error",
}
ALL_RECORDS = Item(gettext_lazy("All records"), icon="list-checks", url_name="admin:index")


def records_menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the sidebar for this person; what they may not open is not in it."""
    if not request.user.is_authenticated:
        return []
    groups = [
        {"title": section.label, "separator": False, "items": [_entry(item) for item in section.items]}
        for section in items_for(Actor.of(request.user))
    ]
    return [*groups, {"title": _("Everything"), "items": [_entry(ALL_RECORDS)]}]


def _entry(item: Item) -> dict[str, Any]:
    entry = {"title": item.label, "icon": SYMBOLS.get(item.url_name, "list"), "link": item.url}
    # The index would count as open on every record page below it.
    return {**entry, "active": False} if item is ALL_RECORDS else entry
