"""A month's pay from its terms, each part with the formula that made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from apps.core.money import Money, rounded

NOTHING = Decimal("0.00")


class PartKind(StrEnum):
    """What a part of the pay is for."""

    FIXED = "fixed"
    PERFORMANCE = "performance"
    COMMISSION = "commission"
    REWARD = "reward"
    TOP_UP = "top_up"


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody is paid by: a fixed part, a part that the coefficient multiplies, a share of their own sales."""

    fixed: Decimal = NOTHING
    performance: Decimal = NOTHING
    commission_rate: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class PayPart:
    """One line of the slip; formula: figures and signs alone, the same in every language."""

    kind: PartKind
    formula: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Pay:
    """A month's pay; the parts sum to the total, to the cent."""

    parts: tuple[PayPart, ...]
    total: Decimal


def pay_of(
    terms: Terms,
    coefficient: Decimal,
    *,
    sales: Decimal = NOTHING,
    rewards: Sequence[Decimal] = (),
    minimum: Decimal = NOTHING,
) -> Pay:
    """Fixed + performance × coefficient + rate × own net sales + rewards, lifted to the minimum wage where it is less.

    sales: own orders of the month net of returns. rewards: never negative, fines do not exist (OUT-02). Rounded half up
    to the cent once, on the whole; the parts are shares of it. Raises ValueError for a negative amount.
    Rules: STF-102 to STF-105, STF-123, OUT-07, AMB-37; examples EX-52 to EX-54.
    """
    exact = [part for part in _earned(terms, coefficient, sales, rewards) if part.amount]
    if any(part.amount < 0 for part in exact):
        raise ValueError("no part of the pay is negative")
    earned = rounded(sum((part.amount for part in exact), Decimal(0)))
    shares = Money(earned).split([part.amount for part in exact]) if exact else []
    parts = [PayPart(part.kind, part.formula, share.amount) for part, share in zip(exact, shares, strict=True)]
    if earned < minimum:
        parts.append(PayPart(PartKind.TOP_UP, f"{minimum:,.2f} − {earned:,.2f}", minimum - earned))
    return Pay(tuple(parts), max(earned, minimum))


def coefficient_text(coefficient: Decimal) -> str:
    """As it is said: 1.0, 1.2, 0.75."""
    return f"{coefficient:.2f}".removesuffix("0")


def _earned(terms: Terms, coefficient: Decimal, sales: Decimal, rewards: Sequence[Decimal]) -> list[PayPart]:
    percent = f"{(terms.commission_rate * 100).normalize():f}%"
    base = max(sales, NOTHING)
    return [
        PayPart(PartKind.FIXED, f"{terms.fixed:,.2f}", terms.fixed),
        PayPart(
            PartKind.PERFORMANCE,
            f"{terms.performance:,.2f} × {coefficient_text(coefficient)}",
            terms.performance * coefficient,
        ),
        PayPart(PartKind.COMMISSION, f"{base:,.2f} × {percent}", base * terms.commission_rate),
        *(PayPart(PartKind.REWARD, f"{reward:,.2f}", reward) for reward in rewards),
    ]
