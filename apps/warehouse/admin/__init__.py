"""Record pages of the warehouse."""

from apps.warehouse.admin import places, shipments, stock, waves

__all__ = ["places", "shipments", "stock", "waves"]
