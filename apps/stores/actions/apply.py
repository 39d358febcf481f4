"""Apply what was approved, on its day; take down what is sold out. All of it set-wise, by the house itself."""

from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from apps.audit.context import signed
from apps.core.calendar import today
from apps.org.actors import SYSTEM
from apps.stores.models import Listing, ListingChange, PriceChange
from apps.stores.models.listing import APPLY_CHANGE, APPLY_PRICE
from apps.stores.questions import LISTING_STOCK
from apps.stores.workflows.change import ChangeState
from apps.stores.workflows.listing import ListingState
from apps.workflow.move import move_many

Kind = ListingChange.Kind


def apply_due_changes() -> int:
    """Apply every approved change whose day has come. Returns how many; running twice is harmless. Rules: LST-10, LST-11."""
    return _apply_prices() + _apply_listings()


@transaction.atomic
def _apply_prices() -> int:
    done = move_many(_due(PriceChange), PriceChange.apply, by=SYSTEM).done
    if done:
        price = PriceChange.objects.filter(pk__in=done, listing=OuterRef("pk")).values("new_price")[:1]
        with signed(APPLY_PRICE, by=SYSTEM):
            Listing.objects.filter(pricechanges__in=done).update(list_price_amount=Subquery(price))
    return len(done)


@transaction.atomic
def _apply_listings() -> int:
    done = move_many(_due(ListingChange), ListingChange.apply, by=SYSTEM).done
    if done:
        _write_titles(done)
        _move_listings(done)
    return len(done)


def _due(model: type[PriceChange] | type[ListingChange]) -> "QuerySet[Any]":
    """The changes whose day has come, their listings locked: whoever proposes holds the listing before the change too."""
    rows: Any = model.objects.filter(state=ChangeState.APPROVED, applies_on__lte=today())
    listings = dict(rows.values_list("pk", "listing"))
    list(Listing.objects.filter(pk__in=set(listings.values())).locked().values_list("pk"))
    due: QuerySet[Any] = rows.filter(pk__in=listings)
    return due


def _write_titles(done: list[int]) -> None:
    titles = ListingChange.objects.filter(pk__in=done, kind=Kind.TITLE)
    title = titles.filter(listing=OuterRef("pk")).values("new_title")[:1]
    with signed(APPLY_CHANGE, by=SYSTEM):
        Listing.objects.filter(pk__in=titles.values("listing")).update(title=Subquery(title))


def _move_listings(done: list[int]) -> None:
    """A listing that has gone the same way by itself meanwhile stays where it is."""
    changes = ListingChange.objects.filter(pk__in=done)
    listed = Listing.objects.filter(pk__in=changes.filter(kind=Kind.LIST).values("listing"))
    delisted = Listing.objects.filter(pk__in=changes.filter(kind=Kind.DELIST).values("listing"))
    move_many(listed, Listing.put_on_sale, by=SYSTEM)
    move_many(delisted, Listing.take_down, by=SYSTEM, reason="approved change")


@transaction.atomic
def delist_sold_out() -> int:
    """Take every listing on sale down whose stock is gone. Returns how many. Rules: LST-13, LST-43.

    The house does it, without anybody's consent; a listing whose stock nobody counts stays.
    """
    gone = LISTING_STOCK.ask().is_sold_out()
    rows = Listing.objects.filter(state=ListingState.ON_SALE, sku__isnull=False).filter(gone)
    return len(move_many(rows, Listing.sell_out, by=SYSTEM).done)
