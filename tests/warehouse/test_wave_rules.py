"""Who leaves a wave that came up short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.warehouse.rules.waves import Claim, leaving


@pytest.mark.parametrize(("picked", "gone"), [(6, []), (5, [30]), (4, [30]), (3, [30, 20]), (0, [30, 20, 10])])
def test_the_newest_orders_leave_until_the_rest_is_served(picked: int, gone: list[int]) -> None:
    claims = [Claim(10, 1, 1), Claim(20, 2, 3), Claim(30, 3, 2)]

    assert leaving(claims, picked) == gone


CLAIMS = st.lists(st.integers(1, 9), min_size=1, max_size=9).map(
    lambda sizes: [Claim(100 + nth, nth, size) for nth, size in enumerate(sizes, 1)]
)


@given(CLAIMS, st.integers(0, 81))
def test_whoever_stays_is_served_and_nobody_leaves_without_need(claims: list[Claim], picked: int) -> None:
    gone = leaving(claims, picked)

    kept = sum(claim.quantity for claim in claims if claim.order not in gone)
    assert kept <= picked or kept == 0
    if gone:
        last = next(claim for claim in claims if claim.order == gone[-1])
        assert kept + last.quantity > picked
