"""The settlement statement as a document of two parties: worked out, approved, sent, confirmed or objected to, paid."""

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition

from apps.contracts.rules.months import month_after, month_of
from apps.core.calendar import today
from apps.core.speech import filled
from apps.workflow.base import Condition, Workflow, guard, rows_of, verb
from apps.workflow.fields import StateField


class StatementState(models.TextChoices):
    """Where the statement lies."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("To approve")
    APPROVED = "approved", _("To send")
    SENT = "sent", _("With the client")
    OBJECTED = "objected", _("Objected to")
    CONFIRMED = "confirmed", _("Confirmed")
    OVERDUE = "overdue", pgettext_lazy("statement", "Overdue")
    PAID = "paid", _("Paid by the client")


OPEN_WORK = [StatementState.DRAFT, StatementState.SUBMITTED]
# The client knows the figures, or is about to.
SETTLED = [
    StatementState.APPROVED, StatementState.SENT, StatementState.OBJECTED, StatementState.CONFIRMED,
    StatementState.OVERDUE, StatementState.PAID,
]  # fmt: skip


NOT_OVER = _(
    "This month is not over yet. A statement counts everything that arrives until its last day; it can be worked out and "
    "submitted from %(day)s on."
)


def not_over(month: dt.date) -> Promise:
    """Why nothing is settled before a month is over, with the day from which on it is."""
    return filled(NOT_OVER, day=f"{month_after(month):%Y-%m-%d}")


def _next_month() -> str:
    """The first day after the running month, as whoever reads it has it: a guard's sentence outlives many months."""
    return f"{month_after(month_of(today())):%Y-%m-%d}"


@guard(filled(NOT_OVER, day=lazy(_next_month, str)()))
def month_is_over() -> Condition:
    """Everything that the statement counts has arrived or is late (CON-43)."""
    return Q(month__lt=month_of(today()))


@guard(_("An earlier month of this contract is not approved yet."))
def earlier_months_are_settled() -> Condition:
    """The year's sum before this month stands."""
    earlier = rows_of("contracts.SettlementStatement").filter(
        contract=OuterRef("contract_id"), month__lt=OuterRef("month"), state__in=OPEN_WORK
    )
    return ~Exists(earlier)


@guard(_("A later month is approved already; the difference goes into the next statement."))
def no_later_month_is_settled() -> Condition:
    """Nothing has been built on this month's figures that the client knows."""
    later = rows_of("contracts.SettlementStatement").filter(
        contract=OuterRef("contract_id"), month__gt=OuterRef("month"), state__in=[StatementState.SUBMITTED, *SETTLED]
    )
    return ~Exists(later)


class StatementWorkflow(Workflow):
    """The statement's machine and the moments it stamps."""

    state = StateField(_("state"), default=StatementState.DRAFT, choices=StatementState.choices)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    paid_at = models.DateTimeField(_("payment recorded at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=StatementState.DRAFT,
        target=StatementState.SUBMITTED,
        conditions=[month_is_over, earlier_months_are_settled],
        permission="contracts.draft_statement",
        custom=verb(_("Submit for approval"), stamps=["submitted_at"], tone="primary"),
    )
    def submit(self) -> None:
        """Finance has checked it and asks the director. Rule: CON-43."""

    @transition(
        state,
        source=StatementState.SUBMITTED,
        target=StatementState.DRAFT,
        permission="contracts.draft_statement",
        custom=verb(_("Take back"), needs_reason=True),
    )
    def recall(self) -> None:
        """Finance wants to look at it again before anybody decides."""

    @transition(
        state,
        source=StatementState.SUBMITTED,
        target=StatementState.APPROVED,
        custom=verb(_("Approve"), stamps=["approved_at"], tone="primary", asked_in="approvals.actions.decide.decide"),
    )
    def approve(self) -> None:
        """Whoever the policy asks has agreed, never who submitted it; the paper is issued."""

    @transition(
        state,
        source=StatementState.SUBMITTED,
        target=StatementState.DRAFT,
        custom=verb(_("Refuse"), needs_reason=True, tone="danger", asked_in="approvals.actions.decide.decide"),
    )
    def refuse(self) -> None:
        """It goes back to finance; the reason says why."""

    @transition(
        state,
        source=[StatementState.APPROVED, StatementState.OBJECTED],
        target=StatementState.DRAFT,
        conditions=[no_later_month_is_settled],
        permission="contracts.draft_statement",
        custom=verb(_("Revise"), needs_reason=True),
    )
    def revise(self) -> None:
        """It is worked out anew; its next paper replaces the one so far."""

    @transition(
        state,
        source=StatementState.APPROVED,
        target=StatementState.SENT,
        permission="contracts.send_statement",
        custom=verb(_("Send to the client"), stamps=["sent_at"], tone="primary"),
    )
    def send(self) -> None:
        """The client gets a signed link. Rule: CON-44."""

    @transition(
        state,
        source=StatementState.SENT,
        target=StatementState.CONFIRMED,
        permission="contracts.record_answer",
        custom=verb(_("Record the confirmation"), stamps=["answered_at"], needs_reason=True),
    )
    def confirm(self) -> None:
        """The client agrees, over the link or in writing."""

    @transition(
        state,
        source=StatementState.SENT,
        target=StatementState.CONFIRMED,
        custom=verb(_("Deemed accepted"), stamps=["answered_at"], internal=True),
    )
    def deem(self) -> None:
        """The days for an answer are over and the client has said nothing. Rule: CON-31."""

    @transition(
        state,
        source=StatementState.SENT,
        target=StatementState.OBJECTED,
        permission="contracts.record_answer",
        custom=verb(_("Record an objection"), stamps=["answered_at"], needs_reason=True),
    )
    def object(self) -> None:
        """The client disagrees; the reason is the client's own sentence."""

    @transition(
        state,
        source=StatementState.CONFIRMED,
        target=StatementState.OVERDUE,
        custom=verb(_("Became overdue"), internal=True),
    )
    def fall_overdue(self) -> None:
        """The due day has passed without payment. Rule: CON-45."""

    @transition(
        state,
        source=[StatementState.SENT, StatementState.CONFIRMED, StatementState.OVERDUE],
        target=StatementState.PAID,
        permission="contracts.pay_statement",
        custom=verb(pgettext_lazy("statement", "Record as paid"), stamps=["paid_at"], tone="primary"),
    )
    def pay(self) -> None:
        """The money is there, or nothing was owed. Rule: CON-44."""
