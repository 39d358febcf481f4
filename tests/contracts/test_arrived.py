"""Receipts that are booked while a statement waits for its approval: counted, named, and where they end up."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from apps.approvals.queries import open_request_of
from apps.contracts.actions import end_contract, withdraw_statement
from apps.contracts.actions.draft import draft_again
from apps.contracts.models import SettlementStatement
from apps.contracts.queries.arrived import Arrived, arrived_since, said_of_arrived, since_asked
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store
from tests.contracts.builders import approve, day
from tests.performance.counting import statements_of

Make = Callable[..., Any]
pytestmark = [pytest.mark.django_db, pytest.mark.rule("CON-37", "CON-43")]


@pytest.fixture
def asked(a_contract: Make, receive: Make, submitted: Make) -> SettlementStatement:
    """January's statement, which waits for its approval."""
    receive("2026-01-05", "4000000")
    row: SettlementStatement = submitted(a_contract(), "2026-01")
    return row


def test_what_is_booked_for_the_month_while_it_waits_is_counted_with_its_sum(
    asked: SettlementStatement, receive: Make, fengdu: Store
) -> None:
    for on, amount in (("2026-01-01", "100.10"), ("2026-01-31", "-30")):
        receive(on, amount)
    receive("2026-02-01", "999")
    receive("2026-01-31", "777", store=fengdu)
    receive("2026-01-31", "-5", kind="other")

    assert arrived_since([asked.pk]) == {asked.pk: Arrived(2, Decimal("70.10"))}


def test_nothing_is_said_while_the_figures_are_whole_nor_once_it_is_decided(
    asked: SettlementStatement, receive: Make, as_dora: Actor
) -> None:
    whole = arrived_since([asked.pk])
    approve(asked, by=as_dora)
    receive("2026-01-31", "100")

    assert (whole, arrived_since([asked.pk])) == ({}, {})


def test_the_sentence_says_how_many_how_much_and_both_ways_to_act(asked: SettlementStatement, receive: Make) -> None:
    receive("2026-01-31", "1234.5")

    with override("en"):
        (said,) = map(str, since_asked(asked.pk))

    assert said == (
        "Receipts of this month were booked after this was worked out: 1, together ¥1,234.50. Withdrawn and worked out "
        "again, it takes them in; approved as it is, it leaves them to the next statement."
    )


def test_of_a_contracts_last_month_it_says_that_no_statement_comes_after(
    asked: SettlementStatement, receive: Make
) -> None:
    end_contract(asked.contract_id, on=day("2026-01-31"), reason="解约", by=SYSTEM)
    receive("2026-01-31", "100")

    with override("en"):
        (said,) = map(str, since_asked(asked.pk))

    assert "It is the contract's last month: approved as it is, no statement settles them." in said


def test_withdrawn_and_worked_out_again_it_takes_them_in(
    asked: SettlementStatement, receive: Make, as_otto: Actor
) -> None:
    receive("2026-01-31", "100")

    request = open_request_of(asked)
    assert request is not None
    withdraw_statement(request.pk, reason="补收", by=as_otto)
    row = draft_again(asked.pk, by=as_otto)

    assert row.received_amount == Decimal("4000100.00")
    assert said_of_arrived(row) == []


def test_approved_as_it_is_the_next_statement_takes_them_in(
    asked: SettlementStatement, receive: Make, drafted: Make, as_dora: Actor
) -> None:
    receive("2026-01-31", "100")

    approve(asked, by=as_dora)
    row = drafted(asked.contract, "2026-02")

    assert (row.received_amount, row.row_count) == (Decimal("100.00"), 1)


def test_asking_for_many_statements_and_many_receipts_takes_one_statement(
    asked: SettlementStatement, a_contract: Make, receive: Make, submitted: Make, fengdu: Store, *, qinghe: Store
) -> None:
    fengdu.client = qinghe.client
    fengdu.save()
    other = submitted(a_contract(stores=(fengdu,)), "2026-01")
    for nth in range(1, 6):
        receive("2026-01-31", nth)
        receive("2026-01-31", 10 * nth, store=fengdu)

    found: dict[int, Arrived] = {}
    asked_for = statements_of(lambda: found.update(arrived_since([asked.pk, other.pk])))

    assert len(asked_for) == 1
    assert found == {asked.pk: Arrived(5, Decimal(15)), other.pk: Arrived(5, Decimal(150))}
