"""What a new price means: its change, margin, floor, and whether it keeps the band (LST-22, LST-24, LST-76).

Changes, margins and bands are in percent here, 12.5 for 12.5 %, as parameters take them and approvals ask for them.
Contracts keep fractions; whoever answers for them turns those into percent. Prices and costs are in the store's currency.
"""

from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import rounded

HUNDRED = Decimal(100)


def band_limits(reference: Decimal, percent: Decimal) -> tuple[Decimal, Decimal]:
    """The lowest and highest price of the band, to the cent, both inside. percent: up and down, from 0 to 100.

    Rules: LST-24, AMB-17; example: EX-29.
    """
    part = percent / HUNDRED
    return rounded(reference * (1 - part)), rounded(reference * (1 + part))


def is_within(price: Decimal, limits: tuple[Decimal, Decimal]) -> bool:
    """Whether a price keeps the band; both limits are inside. Rule: LST-24."""
    low, high = limits
    return low <= price <= high


def margin(price: Decimal, cost: Decimal) -> Decimal:
    """What remains of the price after the cost, in percent of the price with two places; negative for a loss.

    price: above zero. Rule: LST-76.
    """
    return rounded((price - cost) / price * HUNDRED)


def floor_of(cost: Decimal, lowest_margin: Decimal) -> Decimal:
    """The price, to the cent, that leaves exactly the lowest margin. lowest_margin: percent below 100. Rule: LST-76."""
    return rounded(cost / (1 - lowest_margin / HUNDRED))


def change_percent(before: Decimal, after: Decimal) -> Decimal:
    """How far the price moves, in percent of what it was, with two places; negative for a lower price. before: above zero."""
    return rounded((after - before) / before * HUNDRED)


@dataclass(frozen=True, slots=True)
class Pricing:
    """A new price with all that is known around it; None where nobody has said.

    reference: the list price in the reference store. band: ± percent of it, 0 for no band. lowest_margin: percent of the
    price, below 100.
    asks_client: whether the client's word is needed for any change.
    """

    before: Decimal | None
    after: Decimal
    cost: Decimal | None = None
    guide: Decimal | None = None
    reference: Decimal | None = None
    band: Decimal = Decimal(0)
    lowest_margin: Decimal = Decimal(0)
    asks_client: bool = False

    @property
    def change(self) -> Decimal | None:
        """Percent up or down; None when there was no price, or none above zero."""
        return change_percent(self.before, self.after) if self.before else None

    @property
    def floor(self) -> Decimal | None:
        """The floor price (底价); None without a cost. Rule: LST-76."""
        return None if self.cost is None else floor_of(self.cost, self.lowest_margin)

    @property
    def is_below_floor(self) -> bool:
        """Whether the new price is lower than the floor."""
        return self.floor is not None and self.after < self.floor

    @property
    def margin_before(self) -> Decimal | None:
        """The margin now, in percent; None without a cost or a price."""
        return None if self.cost is None or not self.before else margin(self.before, self.cost)

    @property
    def margin_after(self) -> Decimal | None:
        """The margin then, in percent; None without a cost."""
        return None if self.cost is None else margin(self.after, self.cost)

    @property
    def is_off_guide(self) -> bool:
        """Whether it differs from the client's guide price. Rule: LST-22."""
        return self.guide is not None and self.after != self.guide

    @property
    def limits(self) -> tuple[Decimal, Decimal] | None:
        """The band, where one is agreed and the reference store has a price."""
        return band_limits(self.reference, self.band) if self.band and self.reference else None

    @property
    def is_band_unknown(self) -> bool:
        """Whether a band is agreed, but around a price that nobody knows. Rule: LST-24."""
        return self.band > 0 and self.limits is None

    @property
    def is_outside_band(self) -> bool:
        """Whether only an exception allows it. Rules: LST-24, LST-25."""
        return self.limits is not None and not is_within(self.after, self.limits)
