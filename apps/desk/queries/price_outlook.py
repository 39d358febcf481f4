"""What a price would mean, for whoever is about to propose it: the figures that the approver will see, and what is wrong."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

from apps.approvals.rules.shown import Figure
from apps.stores.actions.propose import MOST
from apps.stores.models import Listing
from apps.stores.queries.pricing import pricing_of
from apps.stores.queries.shown import figures_of, warnings_of


@dataclass(frozen=True, slots=True)
class PriceOutlook:
    """One price before it is proposed. must_be_seen: the price as digits, where nobody proposes it without the warning."""

    figures: list[Figure]
    warnings: list[str | Promise]
    must_be_seen: str = ""


def price_outlook(listing: Listing, price: Decimal, on: dt.date) -> PriceOutlook | None:
    """By what is agreed for the day from which it would hold; None for what is no price. Rules: LST-22, LST-24, LST-76."""
    if not price.is_finite() or not 0 < price < MOST:
        return None
    pricing = pricing_of(listing, price, on=on)
    seen = f"{price:.2f}" if pricing.is_below_floor else ""
    return PriceOutlook(figures_of(pricing), warnings_of(pricing), seen)


def present_outlook(listing: Listing, on: dt.date) -> PriceOutlook | None:
    """The figures as they are, while no other price is typed, without a warning; None while it has no price."""
    if listing.list_price_amount is None:
        return None
    return PriceOutlook(figures_of(pricing_of(listing, listing.list_price_amount, on=on)), [])
