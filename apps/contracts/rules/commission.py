"""Commission in tiers on one year's receipts, and how much of it each receipt has brought."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from apps.contracts.rules.readings import TierReading
from apps.core.money import CurrencyMismatch, Money

ZERO = Decimal(0)


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
    return sum((part.commission for part in _parts(ZERO, cumulative, scale)), ZERO)


def rate_at(cumulative: Decimal, scale: CommissionScale) -> Decimal:
    """The rate of the tier in which a sum of receipts lies; a bound itself belongs to the tier below (AMB-01)."""
    if cumulative < scale.gate or cumulative <= 0:
        return ZERO
    return next(tier.rate for tier in reversed(scale.tiers) if tier.lower_bound < cumulative)


def slices(before: Decimal, after: Decimal, scale: CommissionScale) -> list[Slice]:
    """What one receipt brings, in parts: its own yuan tier by tier, then what earlier yuan catch up on.

    before, after: the year's receipts without and with it. The parts' commission adds up to the difference of the two
    exact commissions; the own parts' amounts add up to the receipt. The statement's rows are these parts, made in SQL.
    """
    if scale.reading == TierReading.WHOLE:
        return list(_whole_slices(before, after, scale))
    earns_before, earns_after = (x >= scale.gate and x > 0 for x in (before, after))
    if not earns_before and not earns_after:
        return [Slice(ZERO, after - before)]
    own = list(_signed_parts(before, after, scale))
    if earns_after and not earns_before:
        own += [Slice(part.rate, part.amount, is_catch_up=True) for part in _parts(ZERO, before, scale)]
    if earns_before and not earns_after:
        own += [Slice(part.rate, -part.amount, is_catch_up=True) for part in _parts(ZERO, after, scale)]
    return own


def _whole_slices(before: Decimal, after: Decimal, scale: CommissionScale) -> Iterator[Slice]:
    rate, was = rate_at(after, scale), rate_at(before, scale)
    yield Slice(rate, after - before)
    if rate != was and before:
        yield Slice(rate - was, before, is_catch_up=True)


def _signed_parts(before: Decimal, after: Decimal, scale: CommissionScale) -> Iterator[Slice]:
    """The yuan between two sums, tier by tier; a refund walks back down."""
    sign = 1 if after >= before else -1
    low, high = min(before, after), max(before, after)
    if low < 0:
        yield Slice(ZERO, sign * (min(high, ZERO) - low))
    yield from (Slice(part.rate, sign * part.amount) for part in _parts(max(low, ZERO), high, scale))


def _parts(low: Decimal, high: Decimal, scale: CommissionScale) -> Iterator[Slice]:
    """The yuan from low to high, tier by tier."""
    uppers = [*(tier.lower_bound for tier in scale.tiers[1:]), None]
    for tier, upper in zip(scale.tiers, uppers, strict=True):
        end = high if upper is None else min(high, upper)
        if end > max(low, tier.lower_bound):
            yield Slice(tier.rate, end - max(low, tier.lower_bound))
