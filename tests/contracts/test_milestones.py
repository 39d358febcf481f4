"""The milestone payment where years, late receipts and refunds meet: asked for once, credited once."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.contracts.actions import draft_again, submit_statement
from apps.contracts.actions.issue import papers_of
from apps.contracts.actions.lump_sums import find_lump_sums
from apps.contracts.models import LumpSumClaim
from apps.org.actors import Actor
from apps.org.models import User
from tests.contracts.builders import LUMP_SUM, approve, day

Make = Callable[..., Any]


@pytest.mark.rule("CON-41", "AMB-02")
def test_an_unsettled_december_does_not_reach_the_milestone_of_the_new_year(
    a_contract: Make, receive: Make, today_is: Make, drafted: Make, submitted: Make
) -> None:
    today_is("2027-01-05")
    contract = a_contract("2026-12-01", lump_sum=LUMP_SUM)
    receive("2026-12-20", "2900000")
    receive("2027-01-04", "100000")

    without = find_lump_sums()
    drafted(contract, "2026-12")
    receive("2026-12-21", "50000")
    receive("2026-12-31", "2950000")
    with_a_draft = find_lump_sums()
    submitted(contract, "2026-12")
    settled = find_lump_sums()

    assert (without, with_a_draft, settled) == (0, 0, 0)
    assert [claim.year for claim in LumpSumClaim.objects.all()] == [day("2026-01")]


def test_receipts_carried_into_a_year_reach_its_milestone_not_before_its_first_day(
    a_contract: Make, receive: Make, today_is: Make, submitted: Make
) -> None:
    today_is("2027-01-05")
    submitted(a_contract("2026-12-01", lump_sum=LUMP_SUM), "2026-12")
    receive("2026-12-30", "3000000")

    assert find_lump_sums() == 1

    claim = LumpSumClaim.objects.get()
    assert (claim.year, claim.reached_on) == (day("2027-01"), day("2027-01-01"))


@pytest.mark.rule("CON-41", "FIN-24")
def test_a_milestone_that_refunds_took_back_within_its_month_is_credited_once(
    a_contract: Make, receive: Make, today_is: Make, submitted: Make, as_dora: Actor
) -> None:
    today_is("2026-01-20")
    contract = a_contract(lump_sum=LUMP_SUM)
    receive("2026-01-10", "3000000")
    assert find_lump_sums() == 1
    receive("2026-01-25", "-100000")
    receive("2026-02-05", "200000")
    today_is("2026-03-02")

    january = submitted(contract, "2026-01")
    approve(january, by=as_dora)
    february = submitted(contract, "2026-02")

    paper = papers_of(january).get().context
    assert (january.total_amount, january.lump_amount) == (0, 300_000)
    assert (paper["lump_sum"]["reached_on"], paper["due_amount"]) == ("2026-01-10", "-300000.00")
    assert (february.total_amount, february.lump_amount) == (310_000, 0)


def test_a_draft_notices_a_milestone_that_was_found_after_it(
    a_contract: Make, receive: Make, today_is: Make, drafted: Make, as_otto: Actor, *, dora: User
) -> None:
    today_is("2026-02-02")
    row = drafted(a_contract(lump_sum=LUMP_SUM), "2026-01")
    receive("2026-01-31", "3000000")
    assert find_lump_sums() == 1
    receive("2026-01-31", "-3000000")

    row = submit_statement(draft_again(row.pk, by=as_otto).pk, by=as_otto)

    assert (row.commission_amount, row.lump_amount) == (0, 300_000)
