"""The intention: a decision that somebody has given and may take back until it takes effect."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.workflow.base import Workflow, verb
from apps.workflow.fields import StateField


class IntentionState(models.TextChoices):
    """Open until its moment has come, or how it ended."""

    OPEN = "open", _("Takes effect soon")
    TAKEN_BACK = "taken_back", _("Taken back")
    CARRIED_OUT = "carried_out", _("Took effect")
    FELL_THROUGH = "fell_through", _("Did not take effect")


class IntentionWorkflow(Workflow):
    """The machine and the moment it ends. Whose it is decides who takes it back; the clock does the rest."""

    state = StateField(_("state"), default=IntentionState.OPEN, choices=IntentionState.choices)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=IntentionState.OPEN,
        target=IntentionState.TAKEN_BACK,
        custom=verb(_("Undo"), stamps=["ended_at"], asked_in="approvals.actions.intend.take_back"),
    )
    def take_back(self) -> None:
        """Whoever gave it presses Undo in time."""

    @transition(
        state,
        source=IntentionState.OPEN,
        target=IntentionState.CARRIED_OUT,
        custom=verb(_("Let it take effect"), stamps=["ended_at"], internal=True),
    )
    def carry_out(self) -> None:
        """Its moment has come: the decision is written, in the same transaction."""

    @transition(
        state,
        source=IntentionState.OPEN,
        target=IntentionState.FELL_THROUGH,
        custom=verb(_("Let it fall through"), stamps=["ended_at"], internal=True),
    )
    def fall_through(self) -> None:
        """Its moment has come, and the decision is refused by now: somebody was faster, or something has changed."""
