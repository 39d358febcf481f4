"""What a decision about a change is shown, and the facts that a policy's conditions ask about."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.approvals.rules.shown import Change, Figure, as_plain, shown_as
from apps.approvals.rules.steps import Fact
from apps.core.calendar import today
from apps.core.speech import filled
from apps.stores.models import Listing, ListingChange, PriceChange
from apps.stores.queries.pricing import pricing_of
from apps.stores.rules.pricing import Pricing
from apps.stores.workflows.listing import ListingState

# The bare figures behind the words, by which a stale request is found out. Never shown to a client.
BASIS = "basis"
UNKNOWN = _("not known")
BELOW_FLOOR = _("The new price is below the floor price of %(floor)s.")
OFF_GUIDE = _("The new price differs from the client's guide price of %(guide)s.")
OUTSIDE_BAND = _("The new price is outside the agreed band of %(low)s to %(high)s.")
BAND_UNKNOWN = _(
    "A band of %(band)s up or down is agreed, but no reference store has a price of this SKU: whether the new price keeps "
    "the band cannot be checked."
)
HOLDS_FROM = _("Holds from %(day)s")


def price_facts(change: PriceChange, pricing: Pricing) -> dict[str, Fact]:
    """What conditions may ask, rates in percent. Without a known price or cost the figure is left out, and its step stands.

    A client who is asked only outside a band is asked also where nobody can say what lies outside. Rules: LST-20, LST-24.
    """
    agency = change.listing.store.client_id is not None
    facts: dict[str, Fact] = {
        "agency": agency,
        "below_floor": pricing.is_below_floor,
        "outside_band": pricing.is_outside_band,
        "asks_client": pricing.asks_client or pricing.is_outside_band or (agency and pricing.is_band_unknown),
    }
    if pricing.change is not None:
        facts["change_percent"] = abs(pricing.change)
    if pricing.margin_after is not None:
        facts["margin_percent"] = pricing.margin_after
    return facts


def price_shown(change: PriceChange, pricing: Pricing) -> dict[str, Any]:
    """Price now and then, change, margin, floor, guide price; and what is wrong with it, as an approval keeps it."""
    shown = shown_as(
        title=change.listing.title,
        note=_note(change),
        changes=[Change(_("List price"), amount(change.old_price), amount(change.new_price))],
        figures=figures_of(pricing),
        warnings=warnings_of(pricing),
    )
    return {**shown, BASIS: as_plain(asdict(pricing))}


def figures_of(pricing: Pricing) -> list[Figure]:
    """Change, margin, floor, guide price and band of a price, with what is good and bad about each."""
    margin_note = filled(_("now %(margin)s"), margin=percent(pricing.margin_before))
    floor_tone = "plain" if pricing.floor is None else ("bad" if pricing.is_below_floor else "good")
    guide_tone = "plain" if pricing.guide is None else ("bad" if pricing.is_off_guide else "good")
    figures = [
        Figure(pgettext_lazy("price", "Change"), percent(pricing.change, signed=True)),
        Figure(_("Margin"), percent(pricing.margin_after), note=margin_note),
        Figure(_("Floor price"), amount(pricing.floor), floor_tone),
        Figure(_("Guide price"), amount(pricing.guide), guide_tone),
    ]
    if pricing.limits is not None:
        low, high = pricing.limits
        tone = "bad" if pricing.is_outside_band else "good"
        figures.append(Figure(_("Price band"), f"{amount(low)} – {amount(high)}", tone))
    return figures


def warnings_of(pricing: Pricing) -> list[str | Promise]:
    """What whoever proposes or decides should have read: below the floor, off the guide price, outside the band."""
    found: list[str | Promise] = []
    if pricing.is_below_floor:
        found.append(filled(BELOW_FLOOR, floor=amount(pricing.floor)))
    if pricing.is_off_guide:
        found.append(filled(OFF_GUIDE, guide=amount(pricing.guide)))
    if pricing.is_outside_band and pricing.limits:
        found.append(filled(OUTSIDE_BAND, low=amount(pricing.limits[0]), high=amount(pricing.limits[1])))
    if pricing.is_band_unknown:
        found.append(filled(BAND_UNKNOWN, band=percent(pricing.band)))
    return found


def listing_shown(change: ListingChange) -> dict[str, Any]:
    """The title now and then, or the place now and then."""
    return shown_as(title=change.listing.title, note=_note(change), changes=[_difference(change)])


def _difference(change: ListingChange) -> Change:
    if change.kind == ListingChange.Kind.TITLE:
        return Change(_("Title"), change.old_title, change.new_title)
    after = ListingState.ON_SALE if change.kind == ListingChange.Kind.LIST else ListingState.DELISTED
    return Change(_("State"), ListingState(change.listing.state).label, after.label)


def price_now(change: PriceChange) -> tuple[dict[str, Any], dict[str, Fact]]:
    """What would be shown and asked today, to compare with what was; by what is agreed for the day it applies."""
    listing = Listing.objects.select_related("store", "sku").get(pk=change.listing_id)
    change.listing = listing
    pricing = pricing_of(listing, change.new_price, on=max(change.applies_on, today()))
    return price_shown(change, pricing), price_facts(change, pricing)


def listing_now(change: ListingChange) -> tuple[dict[str, Any], dict[str, Fact]]:
    """The same for a listing change."""
    change.listing = Listing.objects.select_related("store").get(pk=change.listing_id)
    basis = {"title": change.listing.title, "state": str(change.listing.state)}
    return {**listing_shown(change), BASIS: basis}, {"agency": change.listing.store.client_id is not None}


def is_stale(shown: dict[str, Any], change: PriceChange | ListingChange) -> bool:
    """Whether the figures behind what was shown are others by now; words may be translated anew meanwhile.

    A figure that nobody was shown, because opsdesk did not know it yet, is no other than before.
    """
    now, _facts = price_now(change) if isinstance(change, PriceChange) else listing_now(change)
    before = shown.get(BASIS)
    return not before or any(now[BASIS].get(name) != figure for name, figure in before.items())


def _note(change: PriceChange | ListingChange) -> Promise:
    return filled(HOLDS_FROM, day=f"{change.applies_on:%Y-%m-%d}")


def amount(value: Decimal | None) -> str | Promise:
    """Yuan with thousands apart, or that nobody knows."""
    return UNKNOWN if value is None else f"¥{value:,.2f}"


def percent(value: Decimal | None, *, signed: bool = False) -> str | Promise:
    """Percent, or that nobody knows."""
    if value is None:
        return UNKNOWN
    return f"{value:+.2f} %" if signed else f"{value:.2f} %"
