"""Money: an amount with its currency, exact, and one rounding function for the whole house."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Self

from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError

CENT = Decimal("0.01")
CNY = "CNY"


class CurrencyMismatch(DomainError):
    """Two currencies met in one sum."""

    code = "currency_mismatch"


def rounded(amount: Decimal) -> Decimal:
    """The amount to the cent, half up: the only rounding in opsdesk, called where a rule id says so."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount of one currency. Refuses floats and refuses to mix currencies."""

    amount: Decimal
    currency: str = CNY

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise TypeError("Money takes a finite Decimal")

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(
                _("Amounts in different currencies cannot be added."), left=self.currency, right=other.currency
            )

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        if isinstance(factor, float):
            raise TypeError("rates are Decimal fractions, not floats")
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount <= other.amount

    def rounded(self) -> "Money":
        """The same money to the cent, half up."""
        return Money(rounded(self.amount), self.currency)

    def split(self, weights: Sequence[Decimal | int]) -> list[Self]:
        """Parts in proportion to the weights, each in whole cents, whose sum is the rounded whole.

        Largest remainder first, earlier parts first when equal. All-zero weights share evenly. Raises ValueError for
        no weights or a negative one.
        """
        shares = [Decimal(weight) for weight in weights]
        if not shares or any(share < 0 for share in shares):
            raise ValueError("weights must be present and not negative")
        if not any(shares):
            shares = [Decimal(1)] * len(shares)
        whole = abs(rounded(self.amount))
        sign = -1 if self.amount < 0 else 1
        exact = [whole * share / sum(shares) for share in shares]
        floors = [part.quantize(CENT, rounding=ROUND_FLOOR) for part in exact]
        spare = int((whole - sum(floors)) / CENT)
        by_remainder = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
        lucky = set(by_remainder[:spare])
        return [
            type(self)(sign * (floor + (CENT if i in lucky else 0)), self.currency) for i, floor in enumerate(floors)
        ]
