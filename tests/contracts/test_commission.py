"""Commission on paper: the seed's worked examples, and what must hold for every scale and every sum."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.contracts.rules.commission import (
    CommissionScale,
    Tier,
    commission_due,
    exact_commission,
    month_commission,
    slices,
)
from apps.contracts.rules.fees import counted_receipts
from apps.contracts.rules.readings import ReceiptsReading, TierReading
from apps.core.money import CurrencyMismatch, Money

TIERS = (Tier(Decimal(0), Decimal("0.10")), Tier(Decimal(8_000_000), Decimal("0.13")))
SCALE = CommissionScale(Decimal(3_000_000), TIERS)
WHOLE = CommissionScale(Decimal(3_000_000), TIERS, TierReading.WHOLE)
CENTS = st.decimals(0, 12_000_000, places=2)


def yuan(amount: str) -> Money:
    """So much money."""
    return Money(Decimal(amount))


@pytest.mark.rule("CON-39", "CON-40", "CON-42")
@pytest.mark.rule("EX-02", "EX-03", "EX-04", "EX-05", "EX-06", "EX-07", "EX-08", "EX-09", "EX-10")
@pytest.mark.parametrize(
    ("receipts", "commission"),
    [
        ("1999999.99", "0.00"),
        ("2000000.00", "0.00"),
        ("2900000", "0.00"),
        ("2999999.99", "0.00"),
        ("3000000", "300000.00"),
        ("7900000", "790000.00"),
        ("8000000", "800000.00"),
        ("8500000", "865000.00"),
        ("10000000", "1060000.00"),
    ],
    ids=["EX-02", "EX-03", "EX-04", "EX-05", "EX-06", "EX-07", "EX-08", "EX-09", "EX-10"],
)
def test_commission_of_a_year_s_receipts(receipts: str, commission: str) -> None:
    assert commission_due(yuan(receipts), SCALE) == yuan(commission)


@pytest.mark.rule("AMB-01", "AMB-06")
@pytest.mark.parametrize(
    ("receipts", "commission"),
    [("8000000", "800000.00"), ("8500000", "1105000.00"), ("10000000", "1300000.00")],
)
def test_read_as_a_whole_the_highest_rate_takes_everything_and_the_limit_itself_stays_below(
    receipts: str, commission: str
) -> None:
    assert commission_due(yuan(receipts), WHOLE) == yuan(commission)


@pytest.mark.rule("CON-37", "AMB-05", "EX-11")
def test_a_month_s_commission_is_the_difference_of_two_cumulatives_ex_11() -> None:
    months = [400_000, 600_000, 800_000, 1_000_000, 500_000, 5_200_000]
    sums = [Money(Decimal(sum(months[:count]))) for count in range(len(months) + 1)]

    by_month = [month_commission(before, after, SCALE) for before, after in zip(sums, sums[1:], strict=False)]

    assert [each.amount for each in by_month] == [0, 0, 0, 0, Decimal("330000.00"), Decimal("535000.00")]


@pytest.mark.rule("CON-37", "AMB-04", "EX-12")
@pytest.mark.parametrize(("reading", "commission"), [("net", "50000.00"), ("gross", "52000.00")])
def test_refunds_of_the_month_are_taken_off_or_not_by_the_reading_ex_12(reading: str, commission: str) -> None:
    before = yuan("3300000")

    counted = counted_receipts(yuan("520000"), yuan("20000"), ReceiptsReading(reading))

    assert month_commission(before, before + counted, SCALE) == yuan(commission)


def test_a_scale_of_another_currency_is_refused() -> None:
    with pytest.raises(CurrencyMismatch):
        commission_due(Money(Decimal(1), "USD"), SCALE)


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        (Tier(Decimal(5), Decimal("0.1")),),
        (TIERS[1], TIERS[0]),
        (TIERS[0], TIERS[0]),
        (Tier(Decimal(0), Decimal(13)),),
    ],
    ids=["none", "not from zero", "descending", "twice", "percent for a fraction"],
)
def test_a_scale_that_cannot_be_is_refused(tiers: tuple[Tier, ...]) -> None:
    with pytest.raises(ValueError, match=r"tiers ascend|rate lies"):
        CommissionScale(Decimal(0), tiers)


@pytest.mark.rule("CON-41")
def test_the_receipt_that_reaches_the_gate_lets_the_earlier_ones_catch_up() -> None:
    parts = slices(Decimal(2_800_000), Decimal(3_300_000), SCALE)

    assert [(part.rate, part.amount, part.is_catch_up) for part in parts] == [
        (Decimal("0.10"), Decimal(500_000), False),
        (Decimal("0.10"), Decimal(2_800_000), True),
    ]


@pytest.mark.rule("CON-42")
def test_a_receipt_across_a_tier_is_explained_in_two_parts() -> None:
    parts = slices(Decimal(7_900_000), Decimal(8_100_000), SCALE)

    assert [(part.rate, part.amount) for part in parts] == [
        (Decimal("0.10"), Decimal(100_000)),
        (Decimal("0.13"), Decimal(100_000)),
    ]


def test_a_refund_that_falls_below_the_gate_takes_everything_back() -> None:
    parts = slices(Decimal(3_000_000), Decimal(2_900_000), SCALE)

    assert sum(part.commission for part in parts) == Decimal(-300_000)


@given(before=CENTS, after=CENTS, scale=st.sampled_from([SCALE, WHOLE]))
def test_the_parts_add_up_to_the_difference_and_the_own_parts_to_the_receipt(
    before: Decimal, after: Decimal, scale: CommissionScale
) -> None:
    parts = slices(before, after, scale)

    assert sum(part.commission for part in parts) == exact_commission(after, scale) - exact_commission(before, scale)
    assert sum(part.amount for part in parts if not part.is_catch_up) == after - before


@given(less=CENTS, more=CENTS)
def test_more_receipts_never_bring_less_commission(less: Decimal, more: Decimal) -> None:
    less, more = sorted([less, more])

    assert commission_due(Money(less), SCALE) <= commission_due(Money(more), SCALE)


@given(sums=st.lists(CENTS, min_size=2, max_size=8))
def test_the_months_of_a_year_add_up_to_the_commission_of_the_year(sums: list[Decimal]) -> None:
    year = [Money(each) for each in [Decimal(0), *sums]]

    months = sum((month_commission(a, b, SCALE).amount for a, b in zip(year, year[1:], strict=False)), Decimal(0))

    assert months == commission_due(year[-1], SCALE).amount
