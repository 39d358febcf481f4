"""News from the warehouse."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StockArrived:
    """Goods came into a warehouse; orders that wait for them may be served."""
