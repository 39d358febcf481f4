"""From items to a final score: weights as printed, two voices, extra points, and the coefficient that follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import rounded

FULL = Decimal(100)
MOST_EXTRA = Decimal(20)
CAP = Decimal(120)
COMMITTEE_SHARE = Decimal("0.75")


@dataclass(frozen=True, slots=True)
class Mark:
    """One item: its weight as printed, and how well it was done, 0 to 100."""

    weight: Decimal
    score: Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """From this score on (inclusive) the coefficient is this one."""

    from_score: Decimal
    coefficient: Decimal


USUAL_BANDS = (
    Band(Decimal(0), Decimal("0.5")),
    Band(Decimal(65), Decimal("1.0")),
    Band(Decimal(80), Decimal("1.2")),
    Band(Decimal(95), Decimal("1.5")),
)


def sheet_score(marks: Iterable[Mark]) -> Decimal:
    """The score of a whole sheet, 0 to 100, two places: Σ(weight × score) ÷ Σ weights.

    Printed weights need not sum to 100; the sum is what they are divided by. Raises ValueError for no weight at all.
    Rules: STF-71, AMB-33; example EX-46.
    """
    known = list(marks)
    weights = sum((mark.weight for mark in known), Decimal(0))
    if weights <= 0:
        raise ValueError("a sheet has at least one weight")
    return rounded(sum((mark.weight * mark.score for mark in known), Decimal(0)) / weights)


def final_score(
    committee: Decimal, self_score: Decimal, extra: Decimal = Decimal(0), *, share: Decimal = COMMITTEE_SHARE
) -> Decimal:
    """What the month is worth: share × committee + the rest × self, then extra points, capped at 120; two places.

    committee, self_score: two places each, so that the printed figures give the printed result. extra: 0 to 20, for
    voluntary tasks. share: the committee's part, a fraction. Raises ValueError for other extra points. Rules: STF-71,
    STF-72, AMB-34; examples EX-41 to EX-44.
    """
    if not 0 <= extra <= MOST_EXTRA:
        raise ValueError("extra points lie between 0 and 20")
    return min(rounded(committee * share + self_score * (1 - share)) + extra, CAP)


def coefficient_for(score: Decimal, bands: Sequence[Band] = USUAL_BANDS) -> Decimal:
    """The performance coefficient of a final score; the score is compared as it is, 64.96 lies below 65.

    Raises ValueError when no band begins at or below the score. Rules: STF-73, AMB-35; example EX-40.
    """
    reached = [band for band in bands if band.from_score <= score]
    if not reached:
        raise ValueError("no band reaches down to this score")
    return max(reached, key=lambda band: band.from_score).coefficient
