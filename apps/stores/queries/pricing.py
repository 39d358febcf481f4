"""A new price with everything that is known around it."""

import datetime as dt
from decimal import Decimal

from apps.core.calendar import today
from apps.parameters.queries import value_of
from apps.stores.models import Listing
from apps.stores.parameters import LOWEST_MARGIN, PRICE_BAND, REFERENCE_STORE
from apps.stores.questions import PRICE_TERMS, PriceTerms
from apps.stores.rules.pricing import Pricing


def pricing_of(listing: Listing, after: Decimal, *, on: dt.date | None = None) -> Pricing:
    """What this price would mean for this listing, by what is agreed for a day (default: today).

    What the contract says comes before the parameters; where it says nothing, a client is asked. Rules: LST-20, LST-22,
    LST-24, LST-76.
    """
    day, store, sku = on or today(), listing.store_id, listing.sku
    terms = PRICE_TERMS.ask().terms(store, day)
    band = terms.band if terms.band is not None else value_of(PRICE_BAND, on=day, store_id=store)
    margin = terms.lowest_margin
    return Pricing(
        before=listing.list_price_amount,
        after=after,
        cost=sku.cost_amount if sku else None,
        guide=sku.guide_price_amount if sku else None,
        reference=_reference(listing, terms, day) if band else None,
        band=band,
        lowest_margin=margin if margin is not None else value_of(LOWEST_MARGIN, on=day, store_id=store),
        asks_client=_asks_client(listing, terms),
    )


def _asks_client(listing: Listing, terms: PriceTerms) -> bool:
    return listing.store.client_id is not None if terms.asks_client is None else terms.asks_client


def _reference(listing: Listing, terms: PriceTerms, day: dt.date) -> Decimal | None:
    """The list price of the same SKU in the reference store, not a promotion's. Rule: AMB-17."""
    code = terms.reference_store or value_of(REFERENCE_STORE, on=day, store_id=listing.store_id)
    if not code or listing.sku_id is None:
        return None
    same = Listing.objects.filter(store__code=code, sku=listing.sku_id, list_price_amount__isnull=False)
    return same.order_by("pk").values_list("list_price_amount", flat=True).first()
