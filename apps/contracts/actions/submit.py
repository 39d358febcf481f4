"""Ask for a statement's approval, decide on it, take it back, work it out anew."""

from django.db import transaction

from apps.approvals.actions import decide, request_approval, withdraw
from apps.approvals.models import ApprovalRequest
from apps.approvals.rules.steps import Answer
from apps.contracts.actions.draft import check_fresh
from apps.contracts.actions.invoice import drop_invoice
from apps.contracts.actions.issue import issue_paper, stores_of
from apps.contracts.actions.preparing import lock_contracts
from apps.contracts.models import SettlementStatement
from apps.contracts.queries.shown import facts_of, shown
from apps.contracts.workflows.statement import StatementState
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.workflow.move import move

KIND = "contracts.statement"


@transaction.atomic
def submit_statement(pk: int, *, by: Actor, comment: str = "") -> SettlementStatement:
    """Ask the people that the policy names; what they are shown is frozen.

    Raises NotFound, NotAllowed, IllegalMove while an earlier month is open, Conflict when receipts or clauses have
    changed since it was worked out. Rules: CON-43, FIN-23.
    """
    row = _held_with_contract(pk, by)
    if row.state == StatementState.DRAFT:
        check_fresh(row)
    move(row.submit, by=by, also={"submitted_by_id": by.id})
    request_approval(
        kind=KIND, subject=row, store_ids=stores_of(row), facts=facts_of(row), shown=shown(row), by=by,
        reason=comment, makers=[row.drafted_by_id] if row.drafted_by_id else [],
    )  # fmt: skip
    return row


@transaction.atomic
def decide_statement(request_id: int, *, verdict: str, by: Actor, version: str, comment: str = "") -> Answer:
    """Say yes or no to what was shown; the last yes issues the paper, a no gives the draft back.

    Raises what `approvals.actions.decide` raises. Rule: FIN-23.
    """
    row = _subject(request_id)
    answer = decide(request_id, verdict=verdict, by=by, version=version, comment=comment)
    if answer == Answer.APPROVED:
        move(row.approve, by=by, reason=comment, also={"revision": row.revision + 1})
        issue_paper(row, by=by)
    elif answer == Answer.REFUSED:
        move(row.refuse, by=by, reason=comment)
    return answer


@transaction.atomic
def withdraw_statement(request_id: int, *, by: Actor, reason: str) -> SettlementStatement:
    """Take the request back before it is decided; the statement is a draft again. Raises as `approvals.withdraw`."""
    row = _subject(request_id)
    withdraw(request_id, by=by, reason=reason)
    move(row.recall, by=by, reason=reason)
    return row


@transaction.atomic
def revise_statement(pk: int, *, reason: str, by: Actor) -> SettlementStatement:
    """Open an approved or contested statement again; its next paper replaces the one so far, and it needs a new invoice.

    Raises NotFound, NotAllowed, Invalid without a reason, IllegalMove once a later month stands on it. Rule: CON-43.
    """
    row = _held_with_contract(pk, by)
    move(row.revise, by=by, reason=reason, also={"answer": "", "answered_by": "", "answer_until": None})
    drop_invoice(row, reason=reason, by=by)
    return row


def _held_with_contract(pk: int, by: Actor) -> SettlementStatement:
    """The contract before the statement, as a run and a change of a clause take them."""
    known = the_visible(SettlementStatement.objects.all(), by, pk=pk)
    lock_contracts([known.contract_id])
    return SettlementStatement.objects.filter(pk=pk).locked().select_related("contract__client").get()


def _subject(request_id: int) -> SettlementStatement:
    """The statement of a request, held; a request about nothing raises NotFound in `decide`."""
    subject = ApprovalRequest.objects.filter(pk=request_id, kind=KIND).values("subject_id")
    return SettlementStatement.objects.filter(pk__in=subject).locked().get()
