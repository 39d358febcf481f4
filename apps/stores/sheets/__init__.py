"""Sheets of this floor: SKUs with their products, and what each listing of a store sells."""

from apps.sheets.kinds import register
from apps.stores.sheets.listings import LISTINGS
from apps.stores.sheets.skus import SKUS


def register_kinds() -> None:
    """Make the kinds of this floor known."""
    register(SKUS)
    register(LISTINGS)
