"""How a wave is put together and what becomes of it when a bin holds less than the books say."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class WaveKind(StrEnum):
    """Which orders walk together: of one piece, of several, or whatever comes."""

    SINGLE = "single"
    MULTI = "multi"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class WaveRule:
    """Which waiting orders make a wave: oldest payment first, at most so many.

    store_ids: only these stores; empty for all. carrier_id: only parcels that already have a waybill of this carrier.
    """

    kind: WaveKind = WaveKind.MIXED
    most_orders: int = 50
    store_ids: tuple[int, ...] = ()
    carrier_id: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """How much of a pick line one order waits for. slot: its place in the wave, the oldest order first."""

    order: int
    slot: int
    quantity: int


def leaving(claims: Sequence[Claim], picked: int) -> list[int]:
    """Which orders leave the wave when a pick line gave less than it should: the newest, until the rest is served.

    Whole orders leave; one that can still be served in full stays, even if a newer one does too. Never more leave than
    must: an older order is asked only when leaving newer ones did not suffice.
    """
    missing = sum(claim.quantity for claim in claims) - picked
    gone: list[int] = []
    for claim in sorted(claims, key=lambda claim: -claim.slot):
        if missing <= 0:
            break
        gone.append(claim.order)
        missing -= claim.quantity
    return gone
