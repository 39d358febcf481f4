"""News from the warehouse."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShipmentsDispatched:
    """Parcels were handed to a carrier; whoever follows them on their way may begin."""


@dataclass(frozen=True, slots=True)
class StockArrived:
    """Goods came into a warehouse; orders that wait for them may be served."""
