"""Who gets goods when there are not enough for everybody."""

from collections.abc import Iterable, Mapping, MutableMapping


def served(queue: Iterable[tuple[int, Mapping[int, int]]], free: MutableMapping[int, int]) -> list[int]:
    """The orders that get their goods: first come, first served, and each all of its lines or nothing.

    queue: (order, SKU → pieces that it wants) in the order in which they are served. free: SKU → pieces nobody has
    asked for yet; what is handed out is taken off it. An order that is short of one SKU leaves the others for those
    behind it. Rule: ORD-08.
    """
    return [order for order, wants in queue if _taken(wants, free)]


def givers(holders: Iterable[tuple[int, Mapping[int, int]]], missing: MutableMapping[int, int]) -> list[int]:
    """The orders that give their goods back until nothing is missing any more.

    holders: (order, SKU → pieces that it holds), the first to give first. missing: SKU → pieces; what an order gives is
    taken off it.
    """
    return [order for order, holds in holders if _given(holds, missing)]


def _given(holds: Mapping[int, int], missing: MutableMapping[int, int]) -> bool:
    if all(missing.get(sku, 0) <= 0 for sku in holds):
        return False
    for sku, pieces in holds.items():
        missing[sku] = missing.get(sku, 0) - pieces
    return True


def _taken(wants: Mapping[int, int], free: MutableMapping[int, int]) -> bool:
    if not wants or any(free.get(sku, 0) < pieces for sku, pieces in wants.items()):
        return False
    for sku, pieces in wants.items():
        free[sku] -= pieces
    return True
