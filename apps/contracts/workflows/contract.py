"""How a contract stands: being written, in force, over."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.workflow.base import Condition, Workflow, guard, rows_of, verb
from apps.workflow.fields import StateField


class ContractState(models.TextChoices):
    """Written, in force, over, or never signed."""

    DRAFT = "draft", _("Being written")
    ACTIVE = "active", _("In force")
    ENDED = "ended", _("Ended")
    DISCARDED = "discarded", _("Discarded")


@guard(_("Add the stores that the contract is about first."))
def has_stores() -> Condition:
    """At least one store belongs to it."""
    return Exists(rows_of("contracts.ContractStore").filter(contract=OuterRef("pk")))


@guard(_("Say how the commission is counted first."))
def has_a_scale() -> Condition:
    """It has a commission clause."""
    return Exists(rows_of("contracts.ScaleClause").filter(contract=OuterRef("pk")))


@guard(_("Say when settlements are due first."))
def has_a_due_day() -> Condition:
    """It has a due clause."""
    return Exists(rows_of("contracts.DueClause").filter(contract=OuterRef("pk")))


class ContractWorkflow(Workflow):
    """The contract's machine and the moments it stamps."""

    state = StateField(_("state"), default=ContractState.DRAFT, choices=ContractState.choices)
    activated_at = models.DateTimeField(_("in force since"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=ContractState.DRAFT,
        target=ContractState.ACTIVE,
        conditions=[has_stores, has_a_scale, has_a_due_day],
        permission="contracts.activate_contract",
        custom=verb(_("Put in force"), stamps=["activated_at"], tone="primary"),
    )
    def activate(self) -> None:
        """Both sides have signed and sealed. Rule: CON-17."""

    @transition(
        state,
        source=ContractState.ACTIVE,
        target=ContractState.ENDED,
        permission="contracts.activate_contract",
        custom=verb(_("End the contract"), stamps=["ended_at"], needs_reason=True, tone="danger"),
    )
    def end(self) -> None:
        """It is over; what was received until then is still settled."""

    @transition(
        state,
        source=ContractState.DRAFT,
        target=ContractState.DISCARDED,
        permission="contracts.keep_contract",
        custom=verb(_("Discard"), needs_reason=True),
    )
    def discard(self) -> None:
        """It was never signed; its stores are free for another contract."""
