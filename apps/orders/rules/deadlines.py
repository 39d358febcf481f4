"""The clock that runs from the moment an order is accepted."""

from apps.core.clocks import Clock


def contact_clock(minutes: int) -> Clock:
    """How long after acceptance the buyer is to be contacted. Rule: ORD-02."""
    return Clock(rule="ORD-02", minutes=minutes)
