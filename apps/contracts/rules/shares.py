"""A statement's rows: what each receipt brought, tier by tier, and the rounded total split over them to the cent.

Receipts come by the ten thousand, so everything here is counted in whole numbers: cents of yuan, ten-thousandths of a
rate, and their product, millionths of a yuan. Nothing is rounded but the shares, and those add up.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate, compress, islice
from operator import mul, ne, not_, or_

from apps.contracts.rules.commission import SCALES_KEPT, CommissionScale, Part, Steps, cut
from apps.contracts.rules.readings import TierReading

CENTS, RATES = 100, 10_000


@dataclass(frozen=True, slots=True)
class Shares:
    """Rows as columns of the same length, in the statement's order.

    receipt: the place of the row's receipt among those given. part: counts the rows of a receipt from 1. rate:
    ten-thousandths. amount: cents. commission: cents.
    """

    receipt: list[int] = field(default_factory=list)
    part: list[int] = field(default_factory=list)
    rate: list[int] = field(default_factory=list)
    amount: list[int] = field(default_factory=list)
    is_catch_up: list[bool] = field(default_factory=list)
    commission: list[int] = field(default_factory=list)

    @property
    def exact(self) -> list[int]:
        """Rate × amount, in millionths of a yuan."""
        return list(map(mul, self.rate, self.amount))

    def add_whole(self, places: range, rates: Sequence[int], amounts: Sequence[int]) -> None:
        """Receipts that lie in one tier each."""
        self.receipt.extend(places)
        self.part.extend([1] * len(places))
        self.rate.extend(rates)
        self.amount.extend(amounts)
        self.is_catch_up.extend([False] * len(places))

    def add_cut(self, place: int, parts: Sequence[Part[int]]) -> None:
        """A receipt that reaches from one tier into another, or brings earlier ones their commission."""
        self.receipt.extend([place] * len(parts))
        self.part.extend(range(1, len(parts) + 1))
        for rate, amount, is_catch_up in parts:
            self.rate.append(rate)
            self.amount.append(amount)
            self.is_catch_up.append(is_catch_up)


def cents(amount: Decimal) -> int:
    """An amount of yuan in cents. Raises ValueError for parts of a cent."""
    return _whole(amount, CENTS)


def shares_of(counted: Sequence[int], before: int, scale: CommissionScale, total: int) -> Shares:
    """Every receipt of a statement with what it brought, as `commission.slices` cuts it; each has at least one row.

    counted: cents of each receipt as far as it counts, in order. before: the year's receipts so far; total: the month's
    commission, which the shares add up to by largest remainder, earlier rows first when equal, as `Money.split` does.
    Rules: CON-37, AMB-05; reliability: M3, M5.
    """
    steps, bounds, rates = _stretched(scale)
    sums = list(accumulate(counted, initial=before))
    stretches = [bisect_left(bounds, each) for each in sums]
    found, start, earned = Shares(), 0, [rates[each] for each in islice(stretches, 1, None)]
    for place in _crossing(stretches, counted, steps):
        found.add_whole(range(start, place), earned[start:place], counted[start:place])
        found.add_cut(place, cut(sums[place], sums[place + 1], steps) or [(0, 0, False)])
        start = place + 1
    found.add_whole(range(start, len(counted)), earned[start:], counted[start:])
    found.commission.extend(_split(found.exact, total))
    return found


def whole_steps(scale: CommissionScale) -> Steps[int]:
    """A scale in cents and ten-thousandths. Raises ValueError for parts of one."""
    tiers = [(cents(tier.lower_bound), _whole(tier.rate, RATES)) for tier in scale.tiers]
    return Steps(cents(scale.gate), tiers, scale.reading == TierReading.WHOLE, 0)


@lru_cache(maxsize=SCALES_KEPT)
def _stretched(scale: CommissionScale) -> tuple[Steps[int], list[int], list[int]]:
    """A scale's steps and stretches."""
    steps = whole_steps(scale)
    return steps, *_stretches(steps)


def _stretches(steps: Steps[int]) -> tuple[list[int], list[int]]:
    """Sums up to which one rate applies, ascending, and the rates: one more, for what lies above the last."""
    first = max(steps.gate - 1, 0)
    bounds = [first, *(bound for bound, _rate in steps.tiers if bound > first)]
    return bounds, [0, *(steps.rate_at(bound + 1) for bound in bounds)]


def _crossing(stretches: Sequence[int], counted: Sequence[int], steps: Steps[int]) -> Iterator[int]:
    """The places of receipts that begin in one stretch and end in another, and of those that bring nothing."""
    moved = map(ne, stretches, islice(stretches, 1, None))
    return compress(range(len(counted)), moved if steps.is_whole else map(or_, moved, map(not_, counted)))


def _split(exact: Sequence[int], total: int) -> list[int]:
    """Whole cents whose sum is the total; each differs from its exact share by less than one."""
    unit = RATES
    parts, rests = [each // unit for each in exact], [each % unit for each in exact]
    spare = total - sum(parts)
    for place in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[: max(spare, 0)]:
        parts[place] += 1
    return parts


def _whole(value: Decimal, unit: int) -> int:
    """How many units a value has. Raises ValueError when it is not a whole number of them."""
    units = int(value * unit)
    if units != value * unit:
        raise ValueError(f"{value} is no whole number of 1/{unit}")
    return units
