"""The state of an order whose lines have states of their own."""

from collections.abc import Collection

CLOSED = frozenset({"closed", "closed_refund", "closed_unpaid"})
_LEAST_FIRST = ("wait_pay", "hold", "wait_ship", "part_shipped", "shipped", "signed", "done")
_GONE_OUT = frozenset({"part_shipped", "shipped", "signed", "done"})


def state_of_lines(states: Collection[str]) -> str:
    """The order's state: that of the line that is furthest behind, closed lines aside.

    Some gone out and some still to ship make it partly shipped. A state that nobody knows makes the order unknown;
    lines that were closed for different reasons make it closed.
    """
    open_states = set(states) - CLOSED
    if "unknown" in open_states:
        return "unknown"
    if not open_states:
        return next(iter(states)) if len(set(states)) == 1 else "closed"
    if "wait_ship" in open_states and open_states & _GONE_OUT:
        return "part_shipped"
    return min(open_states, key=_LEAST_FIRST.index)
