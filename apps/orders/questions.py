"""What the order floor would like to know from above."""

from typing import Protocol

from django.db.models import Q

from apps.core.questions import Question
from apps.workflow.base import Condition


class StockAnswer(Protocol):
    """What the warehouse knows of the goods that orders ask for."""

    def is_short(self) -> Condition:
        """A condition on `ShippingOrder`: of some SKU it asks for more than is free in its warehouse.

        Unknown is not short: a SKU that the warehouse never kept stops nothing.
        """


class NobodyKnows:
    """The default while no warehouse answers: stock is unknown, never short."""

    def is_short(self) -> Condition:
        """Never."""
        return Q(pk__in=[])


STOCK: Question[StockAnswer] = Question("orders.stock", NobodyKnows())
