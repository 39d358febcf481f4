"""Prices with pencil and paper."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.stores.rules.pricing import Pricing, band_limits, change_percent, floor_of, is_within, margin

D = Decimal


@pytest.mark.rule("LST-24", "EX-29")
@pytest.mark.parametrize(("price", "keeps"), [("95.00", True), ("105.00", True), ("94.99", False), ("105.01", False)])
def test_the_limits_of_the_band_are_inside_it(price: str, keeps: bool) -> None:
    limits = band_limits(D("100.00"), D(5))

    assert limits == (D("95.00"), D("105.00"))
    assert is_within(D(price), limits) is keeps


@pytest.mark.rule("LST-24")
def test_the_band_is_rounded_to_cents() -> None:
    assert band_limits(D("33.33"), D("7.5")) == (D("30.83"), D("35.83"))


@pytest.mark.rule("LST-76")
def test_margin_floor_and_change_are_exact() -> None:
    assert margin(D("100.00"), D("60.00")) == D("40.00")
    assert margin(D("50.00"), D("60.00")) == D("-20.00")
    assert floor_of(D("60.00"), D(0)) == D("60.00")
    assert floor_of(D("60.00"), D(20)) == D("75.00")
    assert change_percent(D("129.00"), D("99.00")) == D("-23.26")


@given(
    cost=st.decimals(min_value="0.01", max_value="9999", places=2),
    lowest=st.integers(min_value=0, max_value=95),
)
def test_the_floor_price_leaves_the_lowest_margin_up_to_a_cent(cost: Decimal, lowest: int) -> None:
    floor = floor_of(cost, D(lowest))

    assert floor >= cost
    assert abs(floor * (1 - D(lowest) / 100) - cost) <= D("0.005")


def test_what_nobody_has_said_is_not_guessed() -> None:
    bare = Pricing(before=None, after=D("10.00"))

    assert (bare.change, bare.floor, bare.margin_before, bare.margin_after, bare.limits) == (None,) * 5
    assert [bare.is_below_floor, bare.is_off_guide, bare.is_outside_band] == [False] * 3


@pytest.mark.rule("LST-24")
@pytest.mark.parametrize(
    ("band", "reference", "unknown"), [("5", None, True), ("5", "100.00", False), ("0", None, False)]
)
def test_a_band_around_an_unknown_price_is_neither_kept_nor_left(
    band: str, reference: str | None, unknown: bool
) -> None:
    pricing = Pricing(
        before=D("99.00"), after=D("100.00"), band=D(band), reference=None if reference is None else D(reference)
    )

    assert (pricing.is_band_unknown, pricing.is_outside_band) == (unknown, False)


@pytest.mark.rule("LST-22")
def test_a_price_is_held_against_floor_guide_and_band() -> None:
    pricing = Pricing(
        before=D("100.00"), after=D("74.99"), cost=D("60.00"), guide=D("99.00"), reference=D("100.00"), band=D(5),
        lowest_margin=D(20),
    )  # fmt: skip

    assert pricing.is_below_floor
    assert pricing.is_off_guide
    assert pricing.is_outside_band
    assert (pricing.margin_before, pricing.margin_after) == (D("40.00"), D("19.99"))
