"""A new price with everything that is known around it."""

import datetime as dt
from decimal import Decimal

from apps.parameters.queries import value_of
from apps.stores.models import Listing
from apps.stores.parameters import LOWEST_MARGIN, PRICE_BAND, REFERENCE_STORE
from apps.stores.rules.pricing import Pricing


def pricing_of(listing: Listing, after: Decimal, *, on: dt.date | None = None) -> Pricing:
    """What this price would mean for this listing, by the parameters of a day (default: today). Rules: LST-22, LST-24."""
    store, sku = listing.store_id, listing.sku
    band = value_of(PRICE_BAND, on=on, store_id=store)
    return Pricing(
        before=listing.list_price_amount,
        after=after,
        cost=sku.cost_amount if sku else None,
        guide=sku.guide_price_amount if sku else None,
        reference=_reference(listing, on) if band else None,
        band=band,
        lowest_margin=value_of(LOWEST_MARGIN, on=on, store_id=store),
    )


def _reference(listing: Listing, on: dt.date | None) -> Decimal | None:
    """The list price of the same SKU in the reference store, not a promotion's. Rule: AMB-17."""
    code = value_of(REFERENCE_STORE, on=on, store_id=listing.store_id)
    if not code or listing.sku_id is None:
        return None
    same = Listing.objects.filter(store__code=code, sku=listing.sku_id, list_price_amount__isnull=False)
    return same.order_by("pk").values_list("list_price_amount", flat=True).first()
