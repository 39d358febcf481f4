"""The warehouse app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WarehouseConfig(AppConfig):
    """Stock, reservations, waves, shipments."""

    name = "apps.warehouse"
    label = "warehouse"
    verbose_name = _("Warehouse")

    def ready(self) -> None:
        """Listen for orders, say what is in stock, and tell the checker what must be true of it."""
        from apps.core.invariants import declare  # noqa: PLC0415 - beside the next
        from apps.orders.questions import STOCK  # noqa: PLC0415 - beside the next
        from apps.stores.questions import LISTING_STOCK  # noqa: PLC0415 - beside the next
        from apps.warehouse import documents, invariants, jobs, sheets, subscribers  # noqa: PLC0415 - models are ready only now
        from apps.warehouse.queries.on_sale import ListingStock  # noqa: PLC0415 - models are ready only now
        from apps.warehouse.queries.stock import WarehouseStock  # noqa: PLC0415 - models are ready only now

        declare(*invariants.STOCK, *invariants.SHIPPING)
        documents.register_kinds()
        jobs.register_kinds()
        sheets.register_kinds()
        STOCK.answer_with(WarehouseStock())
        LISTING_STOCK.answer_with(ListingStock())
        subscribers.subscribe_to_news()
