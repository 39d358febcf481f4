"""The change: proposed, decided by others, applied on its day. Prices and listings go the same way (LST-10 to LST-14)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition

from apps.workflow.base import Workflow, verb
from apps.workflow.fields import StateField


class ChangeState(models.TextChoices):
    """Proposed, decided, applied."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    APPLIED = "applied", pgettext_lazy("change", "Applied")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_CHANGES = [ChangeState.DRAFT, ChangeState.SUBMITTED, ChangeState.APPROVED]


class ChangeWorkflow(Workflow):
    """The machine and the moments it stamps.

    What follows an answer asks for no right: the approval found out who may answer.
    """

    state = StateField(_("state"), default=ChangeState.DRAFT, choices=ChangeState.choices)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    applied_at = models.DateTimeField(pgettext_lazy("change", "applied at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=ChangeState.DRAFT,
        target=ChangeState.SUBMITTED,
        permission="stores.propose_change",
        custom=verb(_("Submit for approval"), stamps=["submitted_at"], tone="primary"),
    )
    def submit(self) -> None:
        """Ask those whom the policy names. Rules: LST-11, LST-12, LST-14."""

    @transition(
        state,
        source=ChangeState.SUBMITTED,
        target=ChangeState.APPROVED,
        custom=verb(_("Approve"), stamps=["decided_at"], tone="primary", asked_in="approvals.actions.decide.decide"),
    )
    def approve(self) -> None:
        """Everybody whom the policy names has said yes. Rules: LST-11, LST-20."""

    @transition(
        state,
        source=ChangeState.SUBMITTED,
        target=ChangeState.REFUSED,
        custom=verb(
            _("Refuse"),
            stamps=["decided_at", "ended_at"],
            needs_reason=True,
            tone="danger",
            asked_in="approvals.actions.decide.decide",
        ),
    )
    def refuse(self) -> None:
        """Somebody has said no; the listing stays as it is."""

    @transition(
        state,
        source=ChangeState.SUBMITTED,
        target=ChangeState.WITHDRAWN,
        custom=verb(
            _("Withdraw"), stamps=["ended_at"], needs_reason=True, asked_in="approvals.actions.withdraw.withdraw"
        ),
    )
    def withdraw(self) -> None:
        """Whoever asked does not want it any more."""

    @transition(
        state,
        source=ChangeState.APPROVED,
        target=ChangeState.APPLIED,
        custom=verb(_("Apply"), stamps=["applied_at", "ended_at"], tone="primary", internal=True),
    )
    def apply(self) -> None:
        """Its day has come: the listing changes. Rules: LST-10, LST-11."""

    @transition(
        state,
        source=[ChangeState.DRAFT, ChangeState.APPROVED],
        target=ChangeState.CANCELLED,
        permission="stores.propose_change",
        custom=verb(_("Cancel"), stamps=["ended_at"], needs_reason=True, tone="danger"),
    )
    def cancel(self) -> None:
        """It is not wanted any more, before its day."""
