"""Propose a change of a listing and ask for its approval."""

import datetime as dt
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.approvals.actions import request_approval
from apps.audit.context import signed
from apps.core.calendar import today
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.money import rounded
from apps.core.speech import filled
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.stores.kinds import DELISTING, LISTING, PRICE
from apps.stores.models import Listing, ListingChange, PriceChange
from apps.stores.queries.pricing import pricing_of
from apps.stores.queries.shown import amount, listing_now, price_now
from apps.stores.workflows.listing import ListingState
from apps.workflow.move import move

PROPOSE = "stores.change.propose"
MOST = Decimal(10) ** 9
LONGEST_REASON, LONGEST_TITLE = 300, 200
OUTSIDE = _("This price is outside the agreed band of %(low)s to %(high)s. Ask for an exception, and say why.")
ALREADY_OPEN = _("A change of this listing is on its way already. Withdraw or cancel it first.")
NO_NEWS = _("This is what the listing says already.")
Kind = ListingChange.Kind


@transaction.atomic
def propose_price_change(
    listing_pk: int, *, new_price: Decimal, applies_on: dt.date, reason: str, by: Actor, as_exception: bool = False
) -> PriceChange:
    """Propose a list price and ask those whom the policy names.

    as_exception: the price may leave the band, and the client decides it (LST-25). Raises NotFound, NotAllowed, Invalid
    (price, day, reason, outside the band), Conflict (a change is open, nobody could decide). Rules: LST-11, LST-20,
    LST-24.
    """
    listing = _listing(listing_pk, by)
    _check(applies_on, reason)
    if not new_price.is_finite() or not 0 < new_price < MOST or rounded(new_price) != new_price:
        raise Invalid(_("Give a price of at least 0.01, in whole cents."), code="no_price")
    # As the database keeps it: what is shown is compared with what is read again, and "89" is not "89.00".
    new_price = rounded(new_price)
    if listing.list_price_amount == new_price:
        raise Invalid(NO_NEWS, code="no_news")
    pricing = pricing_of(listing, new_price, on=applies_on)
    if pricing.is_outside_band and pricing.limits and not as_exception:
        low, high = pricing.limits
        raise Invalid(filled(OUTSIDE, low=amount(low), high=amount(high)), code="outside_band")
    change = PriceChange(
        listing=listing, old_price=listing.list_price_amount, new_price=new_price, applies_on=applies_on,
        is_exception=pricing.is_outside_band, reason=reason.strip()[:LONGEST_REASON], made_by_id=by.id,
    )  # fmt: skip
    _submit(change, by, reason)
    return change


@transaction.atomic
def propose_listing_change(
    listing_pk: int, *, kind: str, applies_on: dt.date, reason: str, by: Actor, new_title: str = ""
) -> ListingChange:
    """Propose another title, to put the listing on sale, or to take it down while there is stock.

    kind: of `ListingChange.Kind`. Raises NotFound, NotAllowed, Invalid, Conflict. Rules: LST-12, LST-14.
    """
    listing = _listing(listing_pk, by)
    _check(applies_on, reason)
    title = " ".join(new_title.replace("\0", "").split())
    _check_news(listing, kind, title)
    is_title = kind == Kind.TITLE
    change = ListingChange(
        listing=listing, kind=kind, old_title=listing.title if is_title else "", new_title=title if is_title else "",
        applies_on=applies_on, reason=reason.strip()[:LONGEST_REASON], made_by_id=by.id,
    )  # fmt: skip
    _submit(change, by, reason)
    return change


def _listing(pk: int, by: Actor) -> Listing:
    if not by.may("stores.propose_change"):
        raise NotAllowed(_("You do not have the right to do this."))
    the_visible(Listing.objects.all(), by, pk=pk)
    locked = Listing.objects.filter(pk=pk).select_related("store", "sku")
    return locked.order_by("pk").select_for_update(of=("self",)).get()


def _check(applies_on: dt.date, reason: str) -> None:
    if applies_on < today():
        raise Invalid(_("A change can apply from today on, not in the past."), code="past_day")
    if not reason.strip():
        raise Invalid(_("Please give a reason."), code="reason_missing")


def _check_news(listing: Listing, kind: str, title: str) -> None:
    already = {Kind.LIST: ListingState.ON_SALE, Kind.DELIST: ListingState.DELISTED}
    if kind not in Kind.values:
        raise Invalid(_("Choose what shall change."), code="no_kind")
    if kind == Kind.TITLE and not 0 < len(title) <= LONGEST_TITLE:
        raise Invalid(_("A title has between 1 and 200 characters."), code="no_title")
    if (kind == Kind.TITLE and title == listing.title) or already.get(Kind(kind)) == listing.state:
        raise Invalid(NO_NEWS, code="no_news")


def _submit(change: PriceChange | ListingChange, by: Actor, reason: str) -> None:
    with signed(PROPOSE, by=by, reason=reason):
        _save(change)
    shown, facts = price_now(change) if isinstance(change, PriceChange) else listing_now(change)
    move(change.submit, by=by)
    request_approval(
        kind=kind_of(change), subject=change, store_ids=[change.listing.store_id], facts=facts, shown=shown, by=by,
        reason=change.reason,
    )  # fmt: skip


def _save(change: PriceChange | ListingChange) -> None:
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as error:
        if "one_open_" in str(error):
            raise Conflict(ALREADY_OPEN, code="change_open") from error
        raise


def kind_of(change: PriceChange | ListingChange) -> str:
    """Which kind of approval a change needs."""
    if isinstance(change, PriceChange):
        return PRICE
    return DELISTING if change.kind == Kind.DELIST else LISTING
