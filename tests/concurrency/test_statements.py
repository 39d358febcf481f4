"""Two at once about statements: one statement a month, one answer of the client, one approval. On real PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.approvals.actions.default_policies import write_default_policies
from apps.approvals.models import ApprovalRequest
from apps.audit.queries import timeline_of
from apps.contracts.actions import (
    Scale,
    confirm_by_link,
    decide_statement,
    draft_statements,
    object_by_link,
    set_clause,
)
from apps.contracts.models import SettlementStatement
from apps.contracts.rules.terms import digest_of_terms
from apps.core.invariants import broken
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from tests.concurrency.test_refunds import _at_once
from tests.contracts.builders import SCALE, day

pytest_plugins = ["tests.contracts.builders"]
pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Any]


@pytest.fixture(autouse=True)
def _policies() -> None:
    """Tests that commit begin without what a migration has written."""
    write_default_policies()


def test_two_accountants_work_the_same_month_out_and_there_is_one_statement(
    a_contract: Make, receive: Make, otto: User, finn: User
) -> None:
    contract = a_contract()
    receive("2026-01-05", "3000000")

    results = _at_once(
        lambda: draft_statements([contract.pk], day("2026-01"), by=Actor.of(otto)),
        lambda: draft_statements([contract.pk], day("2026-01"), by=Actor.of(finn)),
    )

    row = SettlementStatement.objects.get()
    assert results == ["done", "done"]
    assert (row.commission_amount, row.rows.count()) == (300_000, 1)
    assert broken_here() == []


def test_a_clause_that_changes_during_the_run_is_in_the_statement_whole_or_not_at_all(
    a_contract: Make, receive: Make
) -> None:
    contract = a_contract()
    receive("2026-01-05", "3000000")
    other = Scale(SCALE.gate, ((SCALE.tiers[0][0], SCALE.tiers[1][1]),))

    results = _at_once(
        lambda: draft_statements([contract.pk], day("2026-01"), by=SYSTEM),
        lambda: set_clause(contract.pk, other, effective_from=day("2026-01"), by=SYSTEM, reason="补充协议"),
    )

    row = SettlementStatement.objects.get()
    assert results == ["done", "done"]
    assert row.terms_digest == digest_of_terms(row.terms)
    assert (len(row.terms["scale"]["tiers"]), row.commission_amount) in {(2, 300_000), (1, 390_000)}


def test_the_client_confirms_and_objects_in_two_windows_and_one_answer_counts(sent: Make, a_contract: Make) -> None:
    row, token = sent(a_contract(), "2026-01")

    results = _at_once(
        lambda: confirm_by_link(token, name="周敏"), lambda: object_by_link(token, name="周敏", sentence="不对")
    )

    row.refresh_from_db()
    assert results == ["done", "not_found"]
    assert row.state in {"confirmed", "objected"}
    assert len([each for each in timeline_of(row) if "state" in each.columns]) == 4


def test_two_directors_decide_one_statement_and_one_paper_is_issued(
    submitted: Make, a_contract: Make, dora: User, person: Make
) -> None:
    row, second = submitted(a_contract(), "2026-01"), person("didi", "director", stores=())
    request = ApprovalRequest.objects.get()

    def decide(user: User) -> object:
        return decide_statement(request.pk, verdict="approve", by=Actor.of(user), version=request.version)

    results = _at_once(lambda: decide(dora), lambda: decide(second))

    row.refresh_from_db()
    assert results == ["done", "ended"]
    assert (row.state, row.revision) == ("approved", 1)


def broken_here() -> list[str]:
    """Promises of contracts that do not hold."""
    return [each.invariant.id for each in broken() if each.invariant.id.startswith("contracts.")]
