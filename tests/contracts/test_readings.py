"""Where the words of a contract can be read in two ways: whole months of statements under both (AMB-02, AMB-09)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from apps.contracts.actions import BaseFee, Due, OpeningTerms, confirm_by_link, pay_statement
from apps.contracts.actions.daily import note_overdue
from apps.contracts.actions.lump_sums import find_lump_sums
from apps.contracts.models import LumpSumClaim, SettlementStatement
from apps.contracts.rules.months import month_after
from apps.contracts.rules.readings import PenaltyReading, YearReading
from apps.core.invariants import broken
from apps.org.actors import SYSTEM, Actor
from apps.workflow.move import move
from tests.contracts.builders import BASE_FEE, LUMP_SUM, day, stamp_sending

Make = Callable[..., Any]


def _ours() -> list[str]:
    return [each.invariant.id for each in broken() if each.invariant.id.startswith("contracts.")]


@pytest.fixture
def settled(drafted: Make) -> Callable[..., list[SettlementStatement]]:
    """So many months of a contract worked out and approved, one after the other: `settled(contract, "2026-03", 12)`."""

    def make(contract: Any, first: str, count: int) -> list[SettlementStatement]:
        rows = []
        for nth in range(count):
            row = drafted(contract, f"{month_after(day(first), nth):%Y-%m}")
            with transaction.atomic():
                move(row.submit, by=SYSTEM)
                move(row.approve, by=SYSTEM)
            rows.append(row)
        return rows

    return make


@pytest.mark.rule("CON-38", "CON-39", "AMB-02", "AMB-07")
@pytest.mark.parametrize(
    ("receipts", "credit"), [("1999999.99", "30000.00"), ("2000000.00", "0.00")], ids=["EX-02", "EX-03"]
)
def test_a_rolling_year_gives_the_base_fee_back_with_its_twelfth_month_and_not_with_december(
    a_contract: Make, receive: Make, settled: Make, today_is: Make, *, receipts: str, credit: str
) -> None:
    today_is("2027-03-04")
    contract = a_contract("2026-03-01", base_fee=BASE_FEE, year_reading=YearReading.ROLLING)
    receive("2026-03-05", receipts)

    rows = settled(contract, "2026-03", 12)

    assert [row.base_fee_amount for row in rows[:3]] == [15_000, 15_000, 0]
    assert {row.credit_amount for row in rows[:-1]} == {Decimal("0.00")}
    assert (rows[-1].month, rows[-1].credit_amount, rows[-1].commission_amount) == (day("2027-02"), Decimal(credit), 0)
    assert _ours() == []


@pytest.mark.rule("CON-38", "AMB-02")
@pytest.mark.parametrize(("reading", "credits"), [(YearReading.CALENDAR, [30_000, 0]), (YearReading.ROLLING, [0, 0])])
def test_receipts_of_january_save_the_base_fee_only_in_a_rolling_year(
    a_contract: Make, receive: Make, settled: Make, today_is: Make, *, reading: YearReading, credits: list[int]
) -> None:
    today_is("2027-11-02")
    contract = a_contract("2026-11-01", base_fee=BASE_FEE, year_reading=reading)
    receive("2026-11-05", "1500000")
    receive("2027-01-05", "500000")

    rows = settled(contract, "2026-11", 12)

    given_back = {row.month: row.credit_amount for row in rows}
    assert [given_back[day("2026-12")], given_back[day("2027-10")]] == credits


@pytest.mark.rule("CON-37", "CON-41", "AMB-02", "AMB-05", "EX-11")
@pytest.mark.parametrize(
    ("reading", "commission", "lump", "year"),
    [
        (YearReading.ROLLING, [0, 0, 0, 0, 330_000, 535_000], [0, 0, 0, 0, 300_000, 0], "2026-09"),
        (YearReading.CALENDAR, [0, 0, 0, 0, 0, 570_000], [0, 0, 0, 0, 0, 300_000], "2027-01"),
    ],
)
def test_the_six_months_of_ex_11_across_the_turn_of_the_year(
    a_contract: Make, receive: Make, settled: Make, today_is: Make, *, reading: YearReading, commission: list[int],
    lump: list[int], year: str,
) -> None:  # fmt: skip
    today_is("2027-03-02")
    contract = a_contract("2026-09-01", lump_sum=LUMP_SUM, year_reading=reading)
    receipts = {"2026-09": 400_000, "2026-10": 600_000, "2026-11": 800_000, "2026-12": 1_000_000, "2027-01": 500_000}
    for month, amount in (receipts | {"2027-02": 5_200_000}).items():
        receive(f"{month}-11", amount)

    rows = settled(contract, "2026-09", 6)

    assert [row.commission_amount for row in rows] == commission
    assert [row.lump_amount for row in rows] == lump
    assert LumpSumClaim.objects.get().year == day(year)
    assert _ours() == []


@pytest.mark.rule("CON-45", "AMB-09", "FIN-25")
@pytest.mark.parametrize(
    ("paid_on", "penalty"),
    [("2026-03-20", 0), ("2026-03-21", 1_100), ("2026-03-25", 1_500)],
    ids=["EX-15", "EX-16", "EX-17"],
)
def test_a_penalty_from_the_first_day_late_is_owed_whole_once_the_days_of_grace_are_over(
    sent: Make, a_contract: Make, today_is: Make, as_otto: Actor, *, paid_on: str, penalty: int
) -> None:
    today_is("2026-03-02")
    fee = BaseFee(Decimal(100_000), 12)
    due = Due(penalty_reading=PenaltyReading.FROM_FIRST_DAY)
    row, token = sent(a_contract("2026-02-01", base_fee=fee, due=due), "2026-02")
    stamp_sending(row)
    confirm_by_link(token, name="周敏")

    today_is(paid_on)
    became_overdue = note_overdue()
    pay_statement(row.pk, paid_on=day(paid_on), by=as_otto)

    row.refresh_from_db()
    assert (row.due_on, row.total_amount) == (day("2026-03-10"), 100_000)
    assert (became_overdue, row.state, row.penalty_amount) == (1, "paid", penalty)


@pytest.mark.rule("CON-37", "CON-41")
@pytest.mark.parametrize(("is_paid", "lump", "claims"), [(True, 0, 0), (False, 300_000, 1)])
def test_a_milestone_that_was_settled_before_opsdesk_is_not_asked_for_again(
    a_contract: Make, receive: Make, drafted: Make, today_is: Make, *, is_paid: bool, lump: int, claims: int
) -> None:
    today_is("2026-04-01")
    opening = OpeningTerms(day("2026-03"), Decimal(2_900_000), is_paid)
    contract = a_contract(lump_sum=LUMP_SUM, opening=opening)
    receive("2026-03-05", "200000")

    row = drafted(contract, "2026-03")

    assert (row.cumulative_before, row.commission_amount) == (2_900_000, 310_000)
    assert (row.lump_amount, find_lump_sums(), LumpSumClaim.objects.count()) == (lump, 0, claims)


@pytest.mark.rule("CON-41", "AMB-02")
def test_a_milestone_of_the_opening_year_does_not_spare_the_next_years(
    a_contract: Make, receive: Make, settled: Make, today_is: Make
) -> None:
    today_is("2027-02-01")
    opening = OpeningTerms(day("2026-11"), Decimal(3_500_000), is_lump_paid=True)
    contract = a_contract(lump_sum=LUMP_SUM, opening=opening)
    receive("2027-01-08", "3000000")

    rows = settled(contract, "2026-11", 3)

    assert [row.lump_amount for row in rows] == [0, 0, 300_000]
    assert [claim.year for claim in LumpSumClaim.objects.all()] == [day("2027-01")]
