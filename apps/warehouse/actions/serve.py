"""Serve everybody who can be served: free what has ended, then set aside until nothing more fits."""

from apps.warehouse.actions.release import release_ended
from apps.warehouse.actions.reserve import reserve_waiting
from apps.warehouse.queries.stock import warehouses_with_orders_to_serve

MOST_RUNS = 50


def serve_waiting() -> int:
    """Release and reserve in all warehouses, each run a transaction of its own. Returns how many orders got goods.

    The state is the queue: a run that was killed left nothing half, and the next one goes on. What is left after so
    many runs waits for the next sweep, so that one large import does not keep a worker for good.
    """
    for _ in range(MOST_RUNS):
        if not release_ended():
            break
    return sum(_served(warehouse) for warehouse in warehouses_with_orders_to_serve())


def _served(warehouse_id: int) -> int:
    total = 0
    for _ in range(MOST_RUNS):
        tally = reserve_waiting(warehouse_id)
        if not tally.reserved:
            break
        total += tally.reserved
    return total
