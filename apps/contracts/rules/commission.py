"""Commission in tiers on one year's receipts, and how much of it each receipt has brought."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Generic, TypeVar

from apps.contracts.rules.readings import TierReading
from apps.core.money import CurrencyMismatch, Money

ZERO = Decimal(0)
# Many contracts of a house have the same scale; as plain numbers each of them is made once.
SCALES_KEPT = 500
# Yuan and fractions, or whole numbers of cents and ten-thousandths: a scale is walked alike.
Number = TypeVar("Number", int, Decimal)


@dataclass(frozen=True, slots=True)
class Tier:
    """From this sum of receipts on (the sum itself still belongs to the tier below) the rate applies; 0.10 is 10 %."""

    lower_bound: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class CommissionScale:
    """One contract's scale. gate: below it there is no commission. tiers: ascending, the first one from 0."""

    gate: Decimal
    tiers: tuple[Tier, ...]
    reading: TierReading = TierReading.MARGINAL
    currency: str = "CNY"

    def __post_init__(self) -> None:
        bounds = [tier.lower_bound for tier in self.tiers]
        if not bounds or bounds[0] != 0 or sorted(set(bounds)) != bounds:
            raise ValueError("tiers ascend from 0, each bound once")
        if self.gate < 0 or any(not 0 <= tier.rate <= 1 for tier in self.tiers):
            raise ValueError("a gate is not negative and a rate lies between 0 and 1")


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of what a change of the year's receipts brings.

    amount: yuan of receipts in this part, negative for a refund. is_catch_up: earlier receipts of the year, which earn
    (or lose) commission only because this receipt reached (or left) the gate or a tier.
    """

    rate: Decimal
    amount: Decimal
    is_catch_up: bool = False

    @property
    def commission(self) -> Decimal:
        """What this part brings, exactly."""
        return self.rate * self.amount


def commission_due(cumulative: Money, scale: CommissionScale) -> Money:
    """Commission on one year's receipts so far.

    cumulative: receipts since the year began, by the contract's reading, contract currency; negative counts as none.
    Rounded half up to the cent, once, at the end. A month's commission is the difference of two cumulatives.
    Raises CurrencyMismatch. Rules: CON-37, CON-39, CON-40, CON-42, AMB-01, AMB-06; examples EX-02 to EX-11.
    """
    if cumulative.currency != scale.currency:
        raise CurrencyMismatch("a scale knows one currency", left=cumulative.currency, right=scale.currency)
    return Money(exact_commission(cumulative.amount, scale), scale.currency).rounded()


def month_commission(before: Money, after: Money, scale: CommissionScale) -> Money:
    """A month's commission: what is due on the year's receipts after it, less what was due before. Rule: AMB-05."""
    return commission_due(after, scale) - commission_due(before, scale)


def exact_commission(cumulative: Decimal, scale: CommissionScale) -> Decimal:
    """As `commission_due`, before rounding."""
    if cumulative < scale.gate or cumulative <= 0:
        return ZERO
    if scale.reading == TierReading.WHOLE:
        return cumulative * rate_at(cumulative, scale)
    return sum((rate * amount for rate, amount, _is_catch_up in _parts(ZERO, cumulative, steps_of(scale))), ZERO)


def rate_at(cumulative: Decimal, scale: CommissionScale) -> Decimal:
    """The rate of the tier in which a sum of receipts lies; a bound itself belongs to the tier below (AMB-01)."""
    return steps_of(scale).rate_at(cumulative)


def slices(before: Decimal, after: Decimal, scale: CommissionScale) -> list[Slice]:
    """What one receipt brings, in parts: its own yuan tier by tier, then what earlier yuan catch up on.

    before, after: the year's receipts without and with it. The parts' commission adds up to the difference of the two
    exact commissions; the own parts' amounts add up to the receipt.
    """
    return [Slice(*part) for part in cut(before, after, steps_of(scale))]


@dataclass(frozen=True, slots=True)
class Steps(Generic[Number]):
    """A scale as plain numbers. tiers: lower bound and rate, ascending. nothing: zero in these numbers."""

    gate: Number
    tiers: Sequence[tuple[Number, Number]]
    is_whole: bool
    nothing: Number

    def earns(self, cumulative: Number) -> bool:
        """Whether a year with these receipts brings commission."""
        return cumulative >= self.gate and cumulative > 0

    def rate_at(self, cumulative: Number) -> Number:
        """As the function of that name."""
        if not self.earns(cumulative):
            return self.nothing
        return next(rate for bound, rate in reversed(self.tiers) if bound < cumulative)


@lru_cache(maxsize=SCALES_KEPT)
def steps_of(scale: CommissionScale) -> Steps[Decimal]:
    """A scale in yuan and fractions."""
    tiers = [(tier.lower_bound, tier.rate) for tier in scale.tiers]
    return Steps(scale.gate, tiers, scale.reading == TierReading.WHOLE, ZERO)


# Rate, amount, whether earlier receipts catch up: as a `Slice`, in whatever numbers.
Part = tuple[Number, Number, bool]


def cut(before: Number, after: Number, steps: Steps[Number]) -> list[Part[Number]]:
    """The parts of `slices`, in the numbers of the steps."""
    if steps.is_whole:
        return _whole_parts(before, after, steps)
    earns_before, earns_after = steps.earns(before), steps.earns(after)
    if not earns_before and not earns_after:
        return [(steps.nothing, after - before, False)]
    own = list(_signed_parts(before, after, steps))
    if earns_after and not earns_before:
        own += [(rate, amount, True) for rate, amount, _own in _parts(steps.nothing, before, steps)]
    if earns_before and not earns_after:
        own += [(rate, -amount, True) for rate, amount, _own in _parts(steps.nothing, after, steps)]
    return own


def _whole_parts(before: Number, after: Number, steps: Steps[Number]) -> list[Part[Number]]:
    rate, was = steps.rate_at(after), steps.rate_at(before)
    parts: list[Part[Number]] = [(rate, after - before, False)]
    if rate != was and before:
        parts.append((rate - was, before, True))
    return parts


def _signed_parts(before: Number, after: Number, steps: Steps[Number]) -> Iterator[Part[Number]]:
    """What lies between two sums, tier by tier; a refund walks back down."""
    sign = 1 if after >= before else -1
    low, high = min(before, after), max(before, after)
    if low < 0:
        yield steps.nothing, sign * (min(high, steps.nothing) - low), False
    for rate, amount, is_catch_up in _parts(max(low, steps.nothing), high, steps):
        yield rate, sign * amount, is_catch_up


def _parts(low: Number, high: Number, steps: Steps[Number]) -> Iterator[Part[Number]]:
    """What lies from low to high, tier by tier."""
    for nth, (bound, rate) in enumerate(steps.tiers, start=1):
        begin = max(low, bound)
        end = min(high, steps.tiers[nth][0]) if nth < len(steps.tiers) else high
        if end > begin:
            yield rate, end - begin, False
