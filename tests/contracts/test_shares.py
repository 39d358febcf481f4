"""What each receipt brought, in whole cents: as the rule cuts it, and to the cent of the total."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.contracts.rules.commission import CommissionScale, Slice, Tier, exact_commission, slices
from apps.contracts.rules.readings import TierReading
from apps.contracts.rules.shares import CENTS, RATES, shares_of
from apps.core.money import rounded

SCALES = [
    CommissionScale(Decimal(gate), tiers, reading)
    for gate in (0, 300, 900)
    for tiers in (
        (Tier(Decimal(0), Decimal("0.1")),),
        (Tier(Decimal(0), Decimal("0.1")), Tier(Decimal(500), Decimal("0.13")), Tier(Decimal(900), Decimal("0.0333"))),
    )
    for reading in TierReading
]


def yuan(cents: int) -> Decimal:
    """Cents as yuan."""
    return Decimal(cents) / CENTS


def total_of(before: int, counted: list[int], scale: CommissionScale) -> int:
    """A month's commission in cents: the difference of two rounded sums."""
    after, was = (rounded(exact_commission(yuan(each), scale)) for each in (before + sum(counted), before))
    return int((after - was) * CENTS)


@pytest.mark.rule("CON-37", "AMB-05")
@given(
    before=st.integers(-50_000, 120_000),
    counted=st.lists(st.integers(-70_000, 70_000), min_size=1, max_size=40),
    scale=st.sampled_from(SCALES),
)
def test_every_receipt_is_cut_as_the_rule_cuts_it_and_the_cents_add_up(
    before: int, counted: list[int], scale: CommissionScale
) -> None:
    total = total_of(before, counted, scale)

    found = shares_of(counted, before, scale, total)

    expected, so_far = [], before
    for place, each in enumerate(counted):
        parts = slices(yuan(so_far), yuan(so_far + each), scale) or [Slice(Decimal(0), Decimal(0))]
        if not each and scale.reading == TierReading.MARGINAL:
            parts = [Slice(Decimal(0), Decimal(0))]
        expected += [(place, nth, *_whole(part)) for nth, part in enumerate(parts, start=1)]
        so_far += each
    rows = zip(found.receipt, found.part, found.rate, found.amount, found.is_catch_up, strict=True)
    assert list(rows) == expected
    assert found.exact == [rate * amount for rate, amount in zip(found.rate, found.amount, strict=True)]
    assert sum(found.commission) == total
    assert all(abs(cents * RATES - exact) < RATES for cents, exact in zip(found.commission, found.exact, strict=True))


def test_the_cents_that_are_left_go_to_the_largest_remainders_and_to_the_earlier_row_when_equal() -> None:
    scale = CommissionScale(Decimal(0), (Tier(Decimal(0), Decimal("0.1")),))

    found = shares_of([15, 25, 19, 25], 0, scale, 8)

    assert found.exact == [15_000, 25_000, 19_000, 25_000]
    assert found.commission == [2, 2, 2, 2]


def test_a_receipt_that_does_not_count_has_a_row_that_brings_nothing() -> None:
    scale = CommissionScale(Decimal(0), (Tier(Decimal(0), Decimal("0.1")),))

    found = shares_of([10_000, 0], 50_000, scale, 1_000)

    assert (found.receipt, found.rate, found.commission) == ([0, 1], [1_000, 0], [1_000, 0])


def test_parts_of_a_cent_are_refused() -> None:
    scale = CommissionScale(Decimal("0.005"), (Tier(Decimal(0), Decimal("0.1")),))

    with pytest.raises(ValueError, match="no whole number"):
        shares_of([100], 0, scale, 10)


def _whole(part: Slice) -> tuple[int, int, bool]:
    return int(part.rate * RATES), int(part.amount * CENTS), part.is_catch_up
