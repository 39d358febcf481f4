"""Return reasons, return orders and their lines, refunds."""

from apps.aftersales.models.reason import ReturnReason
from apps.aftersales.models.refund import Refund
from apps.aftersales.models.return_order import ReturnLine, ReturnOrder

__all__ = ["Refund", "ReturnLine", "ReturnOrder", "ReturnReason"]
