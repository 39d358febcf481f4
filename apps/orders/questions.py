"""What the order floor would like to know from above."""

from typing import Protocol

from apps.core.questions import Question


class StockAnswer(Protocol):
    """Whether stock is there: for one SKU and for a set (SKU id → quantity that is available)."""

    def available(self, warehouse_id: int, sku_id: int) -> int | None:
        """How many are free to sell; None when nobody knows."""

    def available_many(self, warehouse_id: int, sku_ids: list[int]) -> dict[int, int]:
        """The same for a set; SKUs that nobody knows are not in it."""


class NobodyKnows:
    """The default while no warehouse answers: stock is unknown, never zero."""

    def available(self, warehouse_id: int, sku_id: int) -> int | None:
        """Unknown."""
        return None

    def available_many(self, warehouse_id: int, sku_ids: list[int]) -> dict[int, int]:
        """Unknown."""
        return {}


STOCK: Question[StockAnswer] = Question("orders.stock", NobodyKnows())
