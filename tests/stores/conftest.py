"""The builders, for the tests of this folder; others name them as their plug-in."""

from tests.stores.builders import (
    a_listing,
    dora,
    gu,
    listing_to,
    own_store,
    parameter,
    price_to,
    request_of,
    votes,
    wei,
)

__all__ = [
    "a_listing",
    "dora",
    "gu",
    "listing_to",
    "own_store",
    "parameter",
    "price_to",
    "request_of",
    "votes",
    "wei",
]
