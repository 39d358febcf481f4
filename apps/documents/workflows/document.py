"""How a paper stands: whether its file has been made from the frozen context."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.workflow.base import Workflow, verb
from apps.workflow.fields import StateField


class DocumentState(models.TextChoices):
    """Issued with number and context; then the printer makes the file, now or once more."""

    ISSUED = "issued", _("Being printed")
    RENDERED = "rendered", _("Ready")
    FAILED = "failed", _("Could not be printed")


class DocumentWorkflow(Workflow):
    """The paper's machine and the moment it stamps."""

    state = StateField(_("state"), default=DocumentState.ISSUED, choices=DocumentState.choices)
    rendered_at = models.DateTimeField(_("printed at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=DocumentState.ISSUED,
        target=DocumentState.RENDERED,
        custom=verb(_("Printed"), stamps=["rendered_at"], internal=True),
    )
    def render(self) -> None:
        """The file is there, made from the frozen context alone."""

    @transition(
        state,
        source=DocumentState.ISSUED,
        target=DocumentState.FAILED,
        custom=verb(_("Printing given up"), internal=True),
    )
    def give_up(self) -> None:
        """The printer failed three times; the frozen context is untouched and can be read as a page."""

    @transition(
        state,
        source=[DocumentState.RENDERED, DocumentState.FAILED],
        target=DocumentState.ISSUED,
        permission="documents.view_document",
        custom=verb(_("Print again")),
    )
    def print_again(self) -> None:
        """Somebody wants the file made once more; number and context stay, and the file so far until then."""
