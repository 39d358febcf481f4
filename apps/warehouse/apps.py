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
        from apps.core.invariants import declare
        from apps.orders.questions import STOCK
        from apps.stores.questions import LISTING_STOCK
        from apps.warehouse import documents, invariants, jobs, sheets, subscribers
        from apps.warehouse.queries.on_sale import ListingStock
        from apps.warehouse.queries.stock import WarehouseStock

        declare(*invariants.STOCK, *invariants.SHIPPING)
        documents.register_kinds()
        jobs.register_kinds()
        sheets.register_kinds()
        STOCK.answer_with(WarehouseStock())
        LISTING_STOCK.answer_with(ListingStock())
        subscribers.subscribe_to_news()
