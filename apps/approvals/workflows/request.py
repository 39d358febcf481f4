"""The approval request: open until somebody has decided, or nobody needs to any more."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.workflow.base import Workflow, verb
from apps.workflow.fields import StateField


class RequestState(models.TextChoices):
    """Open, or how it ended."""

    OPEN = "open", _("Open")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")


class ApprovalRequestWorkflow(Workflow):
    """The machine and the moment it ends. No transition asks for a right: who may was found out voice by voice."""

    state = StateField(_("state"), default=RequestState.OPEN, choices=RequestState.choices)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=RequestState.OPEN,
        target=RequestState.APPROVED,
        custom=verb(_("Approve"), stamps=["ended_at"], tone="primary", asked_in="approvals.actions.decide.decide"),
    )
    def approve(self) -> None:
        """Every step has its voices."""

    @transition(
        state,
        source=RequestState.OPEN,
        target=RequestState.REFUSED,
        custom=verb(
            _("Refuse"),
            stamps=["ended_at"],
            needs_reason=True,
            tone="danger",
            asked_in="approvals.actions.decide.decide",
        ),
    )
    def refuse(self) -> None:
        """One voice said no; the reason says why."""

    @transition(
        state,
        source=RequestState.OPEN,
        target=RequestState.WITHDRAWN,
        custom=verb(
            _("Withdraw"), stamps=["ended_at"], needs_reason=True, asked_in="approvals.actions.withdraw.withdraw"
        ),
    )
    def withdraw(self) -> None:
        """Whoever asked does not want it any more."""

    @transition(
        state,
        source=RequestState.OPEN,
        target=RequestState.LAPSED,
        custom=verb(_("Let lapse"), stamps=["ended_at"], needs_reason=True, internal=True),
    )
    def lapse(self) -> None:
        """What was asked about has changed or ended meanwhile, so there is nothing left to decide."""
