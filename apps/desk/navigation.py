"""The sidebar: which pages there are, who may open them, and which count stands beside them."""

from dataclasses import dataclass
from hashlib import blake2s
from html import escape

from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.desk.marks import icon, safe, short
from apps.desk.queries.counts import counts_of
from apps.org.actors import Actor

KEPT_SECONDS = 300


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
        ),
    ),
)
# Pages that are not in the sidebar stand under the one that leads to them.
STANDS_UNDER = {
    "desk:statement": "desk:statements",
    "desk:contract": "desk:contracts",
    "desk:contract_new": "desk:contracts",
    "desk:contract_clause": "desk:contracts",
    "desk:return": "desk:returns",
    "desk:return_new": "desk:returns",
    "desk:returns_scan": "desk:returns",
    "desk:refund": "desk:refunds",
    "desk:refund_order": "desk:refunds",
    "desk:listing": "desk:listings",
    "desk:listing_propose": "desk:listings",
    "desk:price_change": "desk:price_changes",
    "desk:price_change_cancel": "desk:price_changes",
    "desk:listing_change": "desk:listing_changes",
    "desk:listing_change_cancel": "desk:listing_changes",
    "desk:score": "desk:scores",
    "desk:order": "desk:orders",
    "desk:order_reveal": "desk:orders",
    "desk:orders_bulk": "desk:orders",
    "desk:platform_order": "desk:platform_orders",
    "desk:import_batch": "desk:imports",
    "desk:import_upload": "desk:imports",
    "desk:bill": "desk:bills",
    "desk:bill_upload": "desk:bills",
    "desk:bill_line": "desk:bill_lines",
    "desk:bill_lines_bulk": "desk:bill_lines",
    "desk:sheet": "desk:sheets",
    "desk:sheet_upload": "desk:sheets",
    "desk:job": "desk:jobs",
    "desk:wave": "desk:waves",
    "desk:wave_plan": "desk:waves",
    "desk:wave_pick": "desk:waves",
    "desk:wave_pick_short": "desk:waves",
    "desk:paper": "desk:papers",
    "desk:check_parcel": "desk:check",
    "desk:shipments_dispatch": "desk:shipments",
    "desk:stock_of": "desk:stock",
}


def items_for(by: Actor) -> list[Section]:
    """The sections with the items that this person may open; items whose page is not there yet are left out."""
    open_sections = (Section(section.label, tuple(i for i in section.items if _is_open(i, by))) for section in SECTIONS)
    return [section for section in open_sections if section.items]


def badges_of(by: Actor) -> list[str]:
    """The names of the counts that this person's sidebar shows."""
    return _skeleton(by)[1]


def sidebar_html(by: Actor, current: str) -> SafeString:
    """The sidebar's list. Links are kept per rights and language; the counts and the current page are new."""
    html, badges = _skeleton(by)
    counts = counts_of(badges, by)
    for name, count in counts.items():
        html = html.replace(f"<!--{name}-->", short(count))
    page = STANDS_UNDER.get(current, current)
    return safe(html.replace(f'data-page="{page}"', 'aria-current="page"', 1))


def _is_open(item: Item, by: Actor) -> bool:
    return by.may(item.permission) and _exists(item.url_name)


def _exists(url_name: str) -> bool:
    try:
        reverse(url_name)
    except NoReverseMatch:
        return False
    return True


def _skeleton(by: Actor) -> tuple[str, list[str]]:
    rights = ",".join(sorted(by.user.get_all_permissions())) if by.user else ""
    print_ = blake2s(rights.encode(), digest_size=8).hexdigest()
    key = f"desk.sidebar.{get_language()}.{print_}"
    kept: tuple[str, list[str]] | None = cache.get(key)
    if kept is None:
        sections = items_for(by)
        badges = [i.badge for section in sections for i in section.items if i.badge and by.may(i.badge_for)]
        kept = ("".join(map(_section_html, sections)), badges)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _section_html(section: Section) -> str:
    heading = f"<h2>{escape(str(section.label))}</h2>" if section.label else ""
    return f"{heading}<ul>{''.join(map(_item_html, section.items))}</ul>"


def _item_html(item: Item) -> str:
    letter = f' data-go="{item.letter}"' if item.letter else ""
    tone = f' class="{item.tone}"' if item.tone else ""
    badge = f"<em{tone}><!--{item.badge}--></em>" if item.badge else ""
    return (
        f'<li><a href="{item.url}" data-page="{item.url_name}"{letter}>{icon(item.icon)}'
        f"<span>{escape(str(item.label))}</span>{badge}</a></li>"
    )
