"""Sheets of the warehouse: bins, carriers, and the stock that was there before opsdesk counted."""

from apps.sheets.kinds import register
from apps.warehouse.sheets.bins import BINS
from apps.warehouse.sheets.carriers import CARRIERS
from apps.warehouse.sheets.opening import OPENING_STOCK


def register_kinds() -> None:
    """Make the kinds of this floor known."""
    for kind in (BINS, CARRIERS, OPENING_STOCK):
        register(kind)
