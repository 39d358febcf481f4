"""What the warehouse tells the stores about the stock behind their listings."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef

from apps.warehouse.models import StockBalance
from apps.workflow.base import Condition


class ListingStock:
    """The answer to the stores' question."""

    def free(self, warehouse_id: int, sku_id: int) -> int | None:
        """Pieces on hand that are not set aside."""
        balance = StockBalance.objects.filter(warehouse=warehouse_id, sku=sku_id)
        return balance.annotate(free=F("on_hand") - F("reserved")).values_list("free", flat=True).first()

    def is_sold_out(self) -> Condition:
        """The balance is known, and all of it is gone or set aside. Rule: LST-13."""
        balance = StockBalance.objects.filter(sku=OuterRef("sku"), warehouse=OuterRef("store__warehouse"))
        return Exists(balance.filter(on_hand__lte=F("reserved")))

    def is_kept_in(self, warehouse_ids: Collection[int]) -> Condition:
        """The warehouse has a balance of it; a balance stays when the goods are gone."""
        return Exists(StockBalance.objects.filter(sku=OuterRef("pk"), warehouse__in=warehouse_ids))
