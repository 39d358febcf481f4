"""News from the order floor."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrdersConfirmed:
    """Shipping orders were confirmed; who reserves stock may look for them."""


@dataclass(frozen=True, slots=True)
class OrdersCancelled:
    """Shipping orders were cancelled or taken back; who holds goods for them may let go."""
