"""What the stores' floor would like to know from above."""

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


class NobodyCounts:
    """The default while no warehouse answers: nothing is known, so nothing is sold out."""

    def free(self, warehouse_id: int, sku_id: int) -> int | None:
        """Unknown."""
        return None

    def is_sold_out(self) -> Condition:
        """Never."""
        return Q(pk__in=[])


LISTING_STOCK: Question[ListingStock] = Question("stores.listing_stock", NobodyCounts())
