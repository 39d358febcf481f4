"""Products, SKUs and listings; proposals to change a listing."""

from apps.stores.models.change import ListingChange, PriceChange
from apps.stores.models.listing import Listing
from apps.stores.models.product import Product, Sku

__all__ = ["Listing", "ListingChange", "PriceChange", "Product", "Sku"]
