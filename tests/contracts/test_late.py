"""Receipts that come after the last statement of an ended contract: named, told once, shown to who settles them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from apps.contracts.actions import end_contract, revise_statement
from apps.contracts.actions.draft import draft_again
from apps.contracts.actions.remind import remind_of_late_receipts
from apps.contracts.models import Contract, SettlementStatement
from apps.contracts.queries.late import late_by_contract, late_receipts
from apps.notices.models import Notice
from apps.org.actors import SYSTEM, Actor
from tests.contracts.builders import approve, day

Make = Callable[..., Any]
pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(a_contract: Make, receive: Make, submitted: Make, as_dora: Actor) -> SettlementStatement:
    """The approved last statement of a contract that ended with January."""
    receive("2026-01-05", "4000000")
    contract: Contract = a_contract()
    end_contract(contract.pk, on=day("2026-01-31"), reason="解约", by=SYSTEM)
    row: SettlementStatement = submitted(contract, "2026-01")
    approve(row, by=as_dora)
    return row


@pytest.mark.rule("CON-37")
@pytest.mark.usefixtures("dora", "pia")
def test_late_receipts_are_named_with_their_sum_and_told_once(ended: SettlementStatement, receive: Make) -> None:
    first, second = receive("2026-01-30", "100"), receive("2026-01-31", "-30")
    receive("2026-02-01", "999")

    told = [remind_of_late_receipts() for _ in range(2)]

    (late,) = late_by_contract()
    assert (late.contract_id, late.count, late.amount, late.latest) == (
        ended.contract_id, 2, Decimal("70.00"), second.pk,
    )  # fmt: skip
    assert list(late_receipts(ended.contract_id)) == [first, second]
    assert told == [1, 1]
    bells = Notice.objects.filter(key__startswith="contracts.late:")
    assert list(bells.values_list("user__username", "url")) == [("otto", f"/desk/contracts/{ended.contract_id}/")]


def test_another_late_receipt_rings_again(ended: SettlementStatement, receive: Make) -> None:
    receive("2026-01-30", "100")
    remind_of_late_receipts()
    receive("2026-01-30", "5")

    remind_of_late_receipts()

    assert Notice.objects.filter(key__startswith="contracts.late:", user__username="otto").count() == 2


def test_a_revised_last_statement_takes_them_in(ended: SettlementStatement, receive: Make, as_otto: Actor) -> None:
    receive("2026-01-30", "100")

    revise_statement(ended.pk, reason="补收", by=as_otto)
    row = draft_again(ended.pk, by=as_otto)

    assert row.received_amount == Decimal("4000100.00")
    assert (late_by_contract(), list(late_receipts(row.contract_id))) == ([], [])


def test_a_contract_in_force_has_none_because_its_next_statement_takes_them(
    a_contract: Make, receive: Make, submitted: Make, as_dora: Actor
) -> None:
    contract = a_contract()
    approve(submitted(contract, "2026-01"), by=as_dora)
    receive("2026-01-30", "100")

    assert (late_by_contract(), remind_of_late_receipts()) == ([], 0)
    assert not Notice.objects.filter(key__startswith="contracts.late:").exists()
