"""What the order floor would like to know from above."""

from decimal import Decimal
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


class RefundAnswer(Protocol):
    """What after-sales knows of the money that goes back."""

    def standing(self, order: int) -> Decimal:
        """What was asked for, agreed and paid back for a platform order, refusals left out."""


class NothingGoesBack:
    """The default while no after-sales answers."""

    def standing(self, order: int) -> Decimal:
        """Nothing."""
        return Decimal(0)


STOCK: Question[StockAnswer] = Question("orders.stock", NobodyKnows())
REFUNDS: Question[RefundAnswer] = Question("orders.refunds", NothingGoesBack())
