"""Listings and their changes as the pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.approvals.models import ApprovalRequest
from apps.approvals.queries import open_request_of
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.stores.models import Listing, ListingChange, PriceChange
from apps.stores.queries.pricing import pricing_of
from apps.stores.questions import LISTING_STOCK
from apps.stores.rules.pricing import Pricing
from apps.stores.workflows.change import OPEN_CHANGES, ChangeState
from apps.stores.workflows.listing import ListingState

PAGE_SIZE = 60
MOST_CHANGES = 30
MOST_STORES = 20
# By the state of a listing, or by what it lacks.
TABS: dict[str, str | Promise] = {
    "on_sale": _("On sale"),
    "sold_out": _("On sale without stock"),
    "bare": _("Without a SKU"),
    "in_warehouse": _("In the platform's warehouse"),
    "delisted": _("Taken down"),
    "all": _("All"),
}
CHANGE_TABS: dict[str, tuple[str | Promise, Q]] = {
    "submitted": (_("Waits for approval"), Q(state=ChangeState.SUBMITTED)),
    "approved": (_("Applies next"), Q(state=ChangeState.APPROVED)),
    "applied": (pgettext_lazy("change", "Applied"), Q(state=ChangeState.APPLIED)),
    "ended": (_("Not applied"), Q(state__in=[ChangeState.REFUSED, ChangeState.WITHDRAWN, ChangeState.CANCELLED])),
    "all": (_("All"), Q()),
}
ChangeModel = type[PriceChange] | type[ListingChange]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same SKU in another store of the reader's. tone: of its price beside the new one."""

    listing: Listing
    tone: str
    word: str | Promise


@dataclass(frozen=True, slots=True)
class ListingSheet:
    """One listing with what is known around its price."""

    listing: Listing
    pricing: Pricing | None
    free: int | None
    elsewhere: list[Elsewhere]
    prices: "QuerySet[PriceChange]"
    changes: "QuerySet[ListingChange]"


def listings_page(tab: str, text: str, below: int | None, by: Actor) -> tuple[list[Listing], int | None]:
    """A page of listings, the newest first, each with whether a price change is under way; and where the next begins.

    text: a platform item id, the beginning of an outer code, or a part of a title. below: the key after which the page
    begins; what is returned for the next one is such a key, None on the last page.
    """
    open_change = PriceChange.objects.filter(listing=OuterRef("pk"), state__in=OPEN_CHANGES)
    rows = _listings_under(tab, by).select_related("store", "sku")
    if text:
        rows = rows.filter(Q(platform_item_id=text) | Q(outer_code__istartswith=text) | Q(title__icontains=text))
    if below:
        rows = rows.filter(pk__lt=below)
    found: list[Any] = list(rows.annotate(is_changing=Exists(open_change)).order_by("-pk")[: PAGE_SIZE + 1])
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None


def changes_page(model: ChangeModel, tab: str, below: int | None, by: Actor) -> tuple[Sequence[Any], int | None]:
    """A page of changes, the newest first, and the key below which the next one begins; None on the last page."""
    rows: Any = changes_asked(model, tab, by)
    found = list((rows.filter(pk__lt=below) if below else rows)[: PAGE_SIZE + 1])
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None


def changes_asked(model: ChangeModel, tab: str, by: Actor) -> "QuerySet[Any]":
    """All changes of a tab that this person may know of."""
    rows: Any = model.objects.filter(CHANGE_TABS[tab][1])
    return visible(rows, by).select_related("listing__store", "made_by").order_by("-pk")


def listing_sheet(listing: Listing, by: Actor) -> ListingSheet:
    """Put it together; the caller has checked that this person may know of it."""
    price: Decimal | None = listing.list_price_amount
    free = LISTING_STOCK.ask().free(listing.store.warehouse_id, listing.sku_id) if listing.sku_id else None
    return ListingSheet(
        listing=listing,
        pricing=pricing_of(listing, price) if price else None,
        free=free,
        elsewhere=elsewhere(listing, price, by),
        prices=listing.pricechanges.select_related("made_by").order_by("-pk")[:MOST_CHANGES],
        changes=listing.listingchanges.select_related("made_by").order_by("-pk")[:MOST_CHANGES],
    )


def elsewhere(listing: Listing, price: Decimal | None, by: Actor) -> list[Elsewhere]:
    """The same SKU on sale in other stores of the reader's, the cheapest first (LST-23, LST-54: for information)."""
    if listing.sku_id is None:
        return []
    same = Listing.objects.filter(sku=listing.sku_id, list_price_amount__isnull=False, state=ListingState.ON_SALE)
    rows = visible(same.exclude(pk=listing.pk), by).select_related("store").order_by("list_price_amount", "pk")
    return [_compared(row, price) for row in rows[:MOST_STORES]]


def _compared(row: Listing, price: Decimal | None) -> Elsewhere:
    if price is None or row.list_price_amount is None or row.list_price_amount == price:
        return Elsewhere(row, "neutral", _("the same"))
    if row.list_price_amount > price:
        return Elsewhere(row, "amber", _("higher"))
    return Elsewhere(row, "blue", _("lower"))


def elsewhere_of_request(request: ApprovalRequest, by: Actor) -> list[Elsewhere]:
    """For a request about a price: the same SKU in other stores, beside the new price."""
    if request.subject_type != PriceChange._meta.label_lower:
        return []
    change = PriceChange.objects.select_related("listing").filter(pk=request.subject_id).first()
    return elsewhere(change.listing, change.new_price, by) if change else []


def request_pk_of(change: PriceChange | ListingChange) -> int | None:
    """The request that is open about a change."""
    request = open_request_of(change)
    return request.pk if request else None


def sold_out_on_sale(by: Actor) -> "QuerySet[Listing]":
    """Listings on sale whose stock is gone (LST-43)."""
    return visible(Listing.objects.filter(state=ListingState.ON_SALE).filter(LISTING_STOCK.ask().is_sold_out()), by)


def listings_without_sku(by: Actor) -> "QuerySet[Listing]":
    """Listings that sell something opsdesk cannot pick yet."""
    return visible(Listing.objects.filter(sku__isnull=True), by)


def _listings_under(tab: str, by: Actor) -> "QuerySet[Listing]":
    if tab == "sold_out":
        return sold_out_on_sale(by)
    if tab == "bare":
        return listings_without_sku(by)
    return visible(Listing.objects.filter(state=tab) if tab != "all" else Listing.objects.all(), by)
