"""News from the order floor."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrdersConfirmed:
    """Shipping orders were confirmed; who reserves stock may look for them."""


@dataclass(frozen=True, slots=True)
class OrdersStopped:
    """Shipping orders were cancelled, taken back or held; who holds goods for them may let go."""


@dataclass(frozen=True, slots=True)
class OrdersImported:
    """An import has ended; who waits for orders may look for them."""
