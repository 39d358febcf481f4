"""An import batch: received, looked at, then imported, once."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition

from apps.workflow.base import Workflow, verb
from apps.workflow.fields import StateField


class BatchState(models.TextChoices):
    """Nothing in the business tables changes before `importing`."""

    RECEIVED = "received", _("Being checked")
    CHECKED = "checked", _("Checked, not imported")
    IMPORTING = "importing", _("Being imported")
    IMPORTED = "imported", _("Imported")
    REFUSED = "refused", pgettext_lazy("file", "Refused")
    CANCELLED = "cancelled", _("Discarded")


class ImportBatchWorkflow(Workflow):
    """The batch's machine and the moments it stamps."""

    state = StateField(_("state"), default=BatchState.RECEIVED, choices=BatchState.choices)
    checked_at = models.DateTimeField(_("checked at"), null=True, editable=False)
    imported_at = models.DateTimeField(_("imported at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=BatchState.RECEIVED,
        target=BatchState.CHECKED,
        custom=verb(_("Check"), stamps=["checked_at"], internal=True),
    )
    def pass_check(self) -> None:
        """The files can be read; what an import would do is known."""

    @transition(state, source=BatchState.RECEIVED, target=BatchState.REFUSED, custom=verb(_("Refuse"), internal=True))
    def refuse(self) -> None:
        """The files cannot be used at all; the job says why."""

    @transition(
        state,
        source=BatchState.CHECKED,
        target=BatchState.IMPORTING,
        permission="orders.run_importbatch",
        custom=verb(_("Import"), tone="primary"),
    )
    def begin(self) -> None:
        """Somebody has seen the dry run and wants it."""

    @transition(
        state,
        source=BatchState.IMPORTING,
        target=BatchState.IMPORTED,
        custom=verb(_("Finish"), stamps=["imported_at"], internal=True),
    )
    def finish(self) -> None:
        """Every chunk is in."""

    @transition(
        state, source=BatchState.IMPORTING, target=BatchState.CHECKED, custom=verb(_("Interrupt"), internal=True)
    )
    def interrupt(self) -> None:
        """The import stopped; what is in stays in, the rest can be imported again."""

    @transition(
        state,
        source=[BatchState.RECEIVED, BatchState.CHECKED],
        target=BatchState.CANCELLED,
        permission="orders.add_importbatch",
        custom=verb(_("Discard"), tone="danger"),
    )
    def discard(self) -> None:
        """Nobody wants it; the same file may be uploaded again."""
