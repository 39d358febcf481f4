"""What the stores' floor would like to know from above."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.db.models import Q

from apps.core.questions import Question
from apps.workflow.base import Condition


class ListingStock(Protocol):
    """What the warehouse knows of what listings sell."""

    def free(self, warehouse_id: int, sku_id: int) -> int | None:
        """How many pieces are free to sell; None when nobody knows."""

    def is_sold_out(self) -> Condition:
        """A condition on `Listing`: its store's warehouse kept its SKU once and has none left. Unknown is not zero."""

    def is_kept_in(self, warehouse_ids: Collection[int]) -> Condition:
        """A condition on `Sku`: one of these warehouses has it, or had it once."""


class NobodyCounts:
    """The default while no warehouse answers: nothing is known, so nothing is sold out."""

    def free(self, warehouse_id: int, sku_id: int) -> int | None:
        """Unknown."""
        return None

    def is_sold_out(self) -> Condition:
        """Never."""
        return Q(pk__in=[])

    def is_kept_in(self, warehouse_ids: Collection[int]) -> Condition:
        """None is."""
        return Q(pk__in=[])


LISTING_STOCK: Question[ListingStock] = Question("stores.listing_stock", NobodyCounts())


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """What is agreed with a store's client about prices; None and an empty code: nothing is.

    asks_client: whether each change of a price needs the client's word (LST-20). band: ± percent of the list price in the
    store with the code reference_store, 0 for no band (LST-24). lowest_margin: percent of the price (LST-76).
    """

    asks_client: bool | None = None
    band: Decimal | None = None
    reference_store: str = ""
    lowest_margin: Decimal | None = None


class PriceContracts(Protocol):
    """What the contracts know of the prices of stores. Asked for one listing at a time, so it has one face."""

    def terms(self, store_id: int, on: dt.date) -> PriceTerms:
        """What is agreed about this store's prices on a day."""


class NothingAgreed:
    """The default while no contracts answer: the parameters hold, and a client is asked about each price."""

    def terms(self, store_id: int, on: dt.date) -> PriceTerms:
        """Nothing."""
        return PriceTerms()


PRICE_TERMS: Question[PriceContracts] = Question("stores.price_terms", NothingAgreed())
