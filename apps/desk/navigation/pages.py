"""The pages of the sidebar and the palette, who may open them, and which count stands beside them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Item:
    """One page in the sidebar and the palette.

    permission: empty for everybody. badge: the name of a count, for those who hold badge_for. letter: opens the page
    after G.
    """

    label: str | Promise
    icon: str
    url_name: str
    permission: str = ""
    badge: str = ""
    badge_for: str = ""
    tone: str = ""
    letter: str = ""

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.url_name)


@dataclass(frozen=True, slots=True)
class Section:
    """Items under a heading; the first section has none."""

    label: str | Promise
    items: tuple[Item, ...]


def _records(label: Promise, icon: str, model: str) -> Item:
    """The record pages of a model, for those who may see its records."""
    app, name = model.split(".")
    return Item(label, icon=icon, url_name=f"admin:{app}_{name}_changelist", permission=f"{app}.view_{name}")


SECTIONS = (
    Section(
        "",
        (
            Item(_("Home"), icon="house", url_name="desk:home", letter="h"),
            Item(_("Approvals"), icon="inbox", url_name="desk:inbox", badge="my.waiting", letter="a"),
        ),
    ),
    Section(
        _("Orders"),
        (
            Item(
                _("Order desk"),
                icon="clipboard-list",
                url_name="desk:orders",
                permission="orders.view_shippingorder",
                badge="orders.to_confirm",
                badge_for="orders.confirm",
                letter="o",
            ),
            Item(
                _("Platform orders"),
                icon="shopping-bag",
                url_name="desk:platform_orders",
                permission="orders.view_order",
                letter="p",
            ),
            Item(
                _("Imports"),
                icon="file-up",
                url_name="desk:imports",
                permission="orders.view_importbatch",
                badge="imports.to_decide",
                badge_for="orders.run_importbatch",
                letter="i",
            ),
        ),
    ),
    Section(
        _("Warehouse"),
        (
            Item(
                _("Cut-off board"),
                icon="alarm-clock",
                url_name="desk:board",
                permission="warehouse.view_wave",
                letter="b",
            ),
            Item(_("Waves"), icon="route", url_name="desk:waves", permission="warehouse.view_wave", letter="w"),
            Item(_("Scan-check"), icon="scan-barcode", url_name="desk:check", permission="warehouse.check", letter="c"),
            Item(
                _("Shipments"),
                icon="truck",
                url_name="desk:shipments",
                permission="warehouse.view_shipment",
                letter="s",
            ),
            Item(
                _("Batch-ship files"),
                icon="file-down",
                url_name="desk:reports",
                permission="warehouse.view_shipreport",
            ),
            Item(_("Stock"), icon="boxes", url_name="desk:stock", permission="warehouse.view_stockbalance", letter="k"),
            Item(_("Papers"), icon="printer", url_name="desk:papers", permission="documents.view_document"),
        ),
    ),
    Section(
        _("After-sales"),
        (
            Item(
                _("Returns"),
                icon="package-open",
                url_name="desk:returns",
                permission="aftersales.view_returnorder",
                badge="returns.to_inspect",
                badge_for="aftersales.inspect_return",
                letter="r",
            ),
            Item(
                _("Refunds"),
                icon="banknote",
                url_name="desk:refunds",
                permission="aftersales.view_refund",
                badge="refunds.to_approve",
                badge_for="aftersales.approve_refund",
            ),
        ),
    ),
    Section(
        _("Products"),
        (
            Item(
                _("Listings and prices"),
                icon="tag",
                url_name="desk:listings",
                permission="stores.view_listing",
                letter="n",
            ),
            Item(
                _("Price changes"),
                icon="banknote",
                url_name="desk:price_changes",
                permission="stores.view_pricechange",
                letter="v",
            ),
            Item(
                _("Listing changes"),
                icon="sticky-note",
                url_name="desk:listing_changes",
                permission="stores.view_listingchange",
            ),
        ),
    ),
    Section(
        _("Finance"),
        (
            Item(
                _("Bills"),
                icon="file-down",
                url_name="desk:bills",
                permission="finance.view_bill",
                badge="bills.to_import",
                badge_for="finance.run_bill",
                letter="l",
            ),
            Item(
                _("Reconciliation"),
                icon="check-check",
                url_name="desk:bill_lines",
                permission="finance.view_billline",
                badge="bill_lines.unmatched",
                badge_for="finance.match_line",
                tone="late",
                letter="m",
            ),
            Item(
                _("Statements"),
                icon="banknote",
                url_name="desk:statements",
                permission="contracts.view_settlementstatement",
                badge="statements.to_work_on",
                badge_for="contracts.draft_statement",
                letter="d",
            ),
            Item(_("Contracts"), icon="sticky-note", url_name="desk:contracts", permission="contracts.view_contract"),
        ),
    ),
    Section(
        _("People"),
        (
            Item(
                _("Score sheets"),
                icon="clipboard-check",
                url_name="desk:scores",
                permission="staff.view_scoresheet",
                letter="e",
            ),
            Item(_("Pay"), icon="banknote", url_name="desk:pay", permission="staff.view_payline"),
            Item(_("My scores and pay"), icon="user-round", url_name="desk:my_scores", letter="y"),
        ),
    ),
    Section(
        _("Records"),
        (
            Item(
                _("Sheets"),
                icon="columns-3",
                url_name="desk:sheets",
                permission="sheets.view_sheet",
                letter="t",
            ),
            _records(_("SKUs"), icon="package", model="stores.sku"),
            _records(_("Listings"), icon="tag", model="stores.listing"),
            _records(_("Audit rules"), icon="shield-check", model="orders.auditrule"),
            _records(_("Return reasons"), icon="list-checks", model="aftersales.returnreason"),
            _records(_("Class rules"), icon="list-filter", model="finance.classrule"),
            _records(_("Pay accounts"), icon="database", model="finance.payaccount"),
            _records(_("Bins"), icon="boxes", model="warehouse.bin"),
            _records(_("Carriers"), icon="truck", model="warehouse.carrier"),
            _records(_("Stores"), icon="store", model="org.store"),
            _records(_("Warehouses"), icon="warehouse", model="org.warehouse"),
            _records(_("Employees"), icon="users", model="org.employee"),
            _records(_("Score sheet templates"), icon="clipboard-list", model="staff.scoretemplate"),
            _records(_("Performance coefficients"), icon="list-filter", model="staff.coefficientband"),
            _records(_("Pay schemes"), icon="banknote", model="staff.payscheme"),
            _records(_("Users"), icon="user-cog", model="org.user"),
            _records(_("Approval policies"), icon="shield-check", model="approvals.policy"),
            _records(_("Parameters"), icon="sliders-horizontal", model="parameters.parametervalue"),
        ),
    ),
    Section(
        _("System"),
        (
            Item(_("Jobs"), icon="list-checks", url_name="desk:jobs", letter="j"),
            Item(
                _("Failed jobs"),
                icon="triangle-alert",
                url_name="desk:jobs_failed",
                permission="jobs.view_all_jobs",
                badge="jobs.failed",
                badge_for="jobs.view_all_jobs",
                tone="late",
            ),
            _records(_("Looks at plain data"), icon="eye", model="audit.reveal"),
            _records(_("Exports taken"), icon="download", model="audit.export"),
        ),
    ),
)
