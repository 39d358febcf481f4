"""Two at once about statements: one statement a month, one answer of the client, one approval. On real PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError

from apps.approvals.actions.default_policies import write_default_policies
from apps.approvals.models import ApprovalRequest
from apps.audit.queries import timeline_of
from apps.contracts.actions import (
    Drafted,
    confirm_by_link,
    decide_statement,
    draft,
    draft_statements,
    object_by_link,
)
from apps.contracts.actions.issue import papers_of
from apps.contracts.actions.preparing import work_out
from apps.contracts.models import Contract, SettlementStatement
from apps.documents.models import Document
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from tests.concurrency.hands import abreast, at_once, broken_on, told_at_once, without_constraint
from tests.contracts.builders import day

pytest_plugins = ["tests.contracts.builders"]
pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Any]
JANUARY = day("2026-01")


@pytest.fixture(autouse=True)
def _policies() -> None:
    """Tests that commit begin without what a migration has written."""
    write_default_policies()


@pytest.fixture
def january(a_contract: Make, receive: Make) -> Contract:
    """A contract with a receipt of January, worth 300,000 of commission."""
    contract: Contract = a_contract()
    receive("2026-01-05", "3000000")
    return contract


@pytest.fixture
def both_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody locks the contract, and of two runs neither writes before both have worked the month out."""
    monkeypatch.setattr(draft, "lock_contracts", list)
    monkeypatch.setattr(draft, "work_out", abreast(work_out))


def _draft(contract: Contract, by: Actor = SYSTEM) -> Drafted:
    return draft_statements([contract.pk], JANUARY, by=by)


def test_two_accountants_work_the_same_month_out_and_there_is_one_statement(
    january: Contract, otto: User, finn: User
) -> None:
    results = told_at_once(lambda: _draft(january, Actor.of(otto)), lambda: _draft(january, Actor.of(finn)))

    row = SettlementStatement.objects.get()
    assert results == ["done", "done"]
    assert (row.commission_amount, row.rows.count()) == (300_000, 1)
    assert broken_on("contracts") == []


@pytest.mark.usefixtures("both_worked_out")
def test_control_without_lock_and_constraints_the_month_is_billed_twice_and_the_checker_finds_it(
    january: Contract, otto: User, finn: User
) -> None:
    with (
        without_constraint("contracts_statementrow", "no_receipt_is_settled_twice"),
        without_constraint("contracts_settlementstatement", "one_statement_per_contract_and_month"),
    ):
        results = told_at_once(lambda: _draft(january, Actor.of(otto)), lambda: _draft(january, Actor.of(finn)))

        assert results == ["done", "done"]
        assert list(SettlementStatement.objects.values_list("month", "commission_amount")) == [(JANUARY, 300_000)] * 2
        assert broken_on("contracts") == ["contracts.one_statement_per_receipt"]


@pytest.mark.usefixtures("both_worked_out")
def test_control_without_the_lock_the_constraint_still_stops_the_second_run(
    january: Contract, otto: User, finn: User
) -> None:
    results = at_once(
        [lambda: _draft(january, Actor.of(otto)), lambda: _draft(january, Actor.of(finn))], meets=IntegrityError
    )

    stopped = [type(each) for each in results if "one_statement_per_contract_and_month" in str(each)]
    assert (stopped, SettlementStatement.objects.count()) == ([IntegrityError], 1)


def test_the_client_confirms_and_objects_in_two_windows_and_one_answer_counts(sent: Make, a_contract: Make) -> None:
    row, token = sent(a_contract(), "2026-01")

    results = told_at_once(
        lambda: confirm_by_link(token, name="周敏"), lambda: object_by_link(token, name="周敏", sentence="不对")
    )

    row.refresh_from_db()
    assert sorted(results) == ["done", "not_found"]
    assert row.state in {"confirmed", "objected"}
    assert len([each for each in timeline_of(row) if "state" in each.columns]) == 4


def test_two_directors_decide_one_statement_and_one_paper_is_issued(
    submitted: Make, a_contract: Make, dora: User, person: Make
) -> None:
    row, second = submitted(a_contract(), "2026-01"), person("didi", "director", stores=())
    request = ApprovalRequest.objects.get()

    def decide(user: User) -> object:
        return decide_statement(request.pk, verdict="approve", by=Actor.of(user), version=request.version)

    results = told_at_once(lambda: decide(dora), lambda: decide(second))

    row.refresh_from_db()
    assert sorted(results) == ["done", "ended"]
    assert (row.state, row.revision) == ("approved", 1)
    assert papers_of(row).count() == Document.objects.count() == 1
