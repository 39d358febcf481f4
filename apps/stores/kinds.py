"""The names of the approvals that this floor asks for."""

PRICE = "stores.price_change"
LISTING = "stores.listing_change"
DELISTING = "stores.delisting"
