"""The clocks that run from the moment an order is accepted or paid."""

from apps.core.clocks import Clock


def contact_clock(minutes: int) -> Clock:
    """How long after acceptance the buyer is to be contacted. Rule: ORD-02."""
    return Clock(rule="ORD-02", minutes=minutes)


def ship_clock(hours: int) -> Clock:
    """How long after payment the goods are to leave. Rules: ORD-11, WHS-15."""
    return Clock(rule="ORD-11", minutes=60 * hours)
