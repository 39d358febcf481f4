"""A clause changes while a month is worked out or submitted: the statement says what the contract says, or nobody sees it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from apps.approvals.actions.default_policies import write_default_policies
from apps.approvals.models import ApprovalRequest
from apps.contracts.actions import Scale, draft, draft_statements, set_clause, submit, submit_statement
from apps.contracts.actions.draft import check_fresh
from apps.contracts.actions.preparing import work_out
from apps.contracts.models import Contract, SettlementStatement
from apps.contracts.queries.terms import for_month
from apps.contracts.rules.terms import digest_of_terms
from apps.core.errors import Conflict
from apps.core.querysets import HouseQuerySet
from apps.org.actors import SYSTEM, Actor
from tests.concurrency.hands import broken_on, interrupted, told_in_turn
from tests.contracts.builders import SCALE, day

pytest_plugins = ["tests.contracts.builders"]
pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Any]
JANUARY = day("2026-01")
NEW_SCALE = Scale(SCALE.gate, ((SCALE.tiers[0][0], SCALE.tiers[1][1]),))


@pytest.fixture(autouse=True)
def _policies() -> None:
    """Tests that commit begin without what a migration has written."""
    write_default_policies()


@pytest.fixture
def january(a_contract: Make, receive: Make) -> Contract:
    """A contract with a receipt of January: 300,000 of commission by its two tiers, 390,000 by the one of `NEW_SCALE`."""
    contract: Contract = a_contract()
    receive("2026-01-05", "3000000")
    return contract


def _draft(contract: Contract) -> object:
    return draft_statements([contract.pk], JANUARY, by=SYSTEM)


def _change(contract: Contract) -> object:
    return set_clause(contract.pk, NEW_SCALE, effective_from=JANUARY, by=SYSTEM, reason="补充协议")


def _said() -> tuple[int, Decimal]:
    """How many tiers the statement counts with, and its commission."""
    row = SettlementStatement.objects.get()
    assert row.terms_digest == digest_of_terms(row.terms)
    return len(row.terms["scale"]["tiers"]), row.commission_amount


def _held(contract: Contract) -> HouseQuerySet[Contract]:
    return Contract.objects.filter(pk=contract.pk)


def _is_fresh(row: SettlementStatement) -> bool:
    """Whether the contract still says what the statement counts with."""
    (contract,) = for_month([row.contract_id], row.month)
    return digest_of_terms(contract.terms) == row.terms_digest


def test_a_run_that_came_before_the_change_of_a_clause_counts_with_the_clause_so_far(
    january: Contract, as_otto: Actor
) -> None:
    results = told_in_turn(_held(january), lambda: _draft(january), lambda: _change(january))

    assert results == ["done", "done"]
    assert _said() == (2, 300_000)
    with pytest.raises(Conflict) as refusal:
        submit_statement(SettlementStatement.objects.get().pk, by=as_otto)
    assert (refusal.value.code, SettlementStatement.objects.get().state) == ("stale", "draft")
    assert broken_on("contracts") == []


def test_a_run_that_came_after_the_change_of_a_clause_counts_with_the_new_one(january: Contract) -> None:
    results = told_in_turn(_held(january), lambda: _change(january), lambda: _draft(january))

    assert results == ["done", "done"]
    assert (_said(), _is_fresh(SettlementStatement.objects.get())) == ((1, 390_000), True)
    assert broken_on("contracts") == []


def test_control_without_the_lock_a_run_writes_what_the_contract_does_not_say_any_more(
    january: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "lock_contracts", list)
    monkeypatch.setattr(draft, "work_out", interrupted(work_out, by=lambda: _change(january)))

    _draft(january)

    assert (_said(), _is_fresh(SettlementStatement.objects.get())) == ((2, 300_000), False)


@pytest.mark.usefixtures("dora")
def test_a_month_that_is_submitted_first_keeps_its_clause(january: Contract, drafted: Make, as_otto: Actor) -> None:
    row = drafted(january, "2026-01")

    results = told_in_turn(_held(january), lambda: submit_statement(row.pk, by=as_otto), lambda: _change(january))

    row.refresh_from_db()
    assert results == ["done", "settled"]
    assert (row.state, _is_fresh(row)) == ("submitted", True)


def test_a_clause_that_changes_first_keeps_the_month_from_being_submitted(
    january: Contract, drafted: Make, as_otto: Actor
) -> None:
    row = drafted(january, "2026-01")

    results = told_in_turn(_held(january), lambda: _change(january), lambda: submit_statement(row.pk, by=as_otto))

    row.refresh_from_db()
    assert results == ["done", "stale"]
    assert (row.state, ApprovalRequest.objects.count()) == ("draft", 0)


@pytest.mark.usefixtures("dora")
def test_control_without_the_lock_a_month_is_submitted_that_counts_with_another_clause_than_the_contract(
    january: Contract, drafted: Make, as_otto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = drafted(january, "2026-01")
    monkeypatch.setattr(submit, "lock_contracts", list)
    monkeypatch.setattr(submit, "check_fresh", interrupted(check_fresh, by=lambda: _change(january)))

    submit_statement(row.pk, by=as_otto)

    row.refresh_from_db()
    assert (row.state, _is_fresh(row)) == ("submitted", False)
