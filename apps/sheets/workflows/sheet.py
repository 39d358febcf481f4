"""A sheet: received, looked at, then applied, once."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition

from apps.workflow.base import Condition, Workflow, guard, rows_of, verb
from apps.workflow.fields import StateField


class SheetState(models.TextChoices):
    """Nothing in the business tables changes before `applying`."""

    RECEIVED = "received", _("Being checked")
    CHECKED = "checked", _("Checked, not applied")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    REFUSED = "refused", pgettext_lazy("file", "Refused")
    CANCELLED = "cancelled", _("Discarded")


@guard(_("No row of this sheet would change anything."))
def has_rows_to_apply() -> Condition:
    """Whether a row would make or change something."""
    rows = rows_of("sheets.sheetrow").filter(sheet=OuterRef("pk"), is_applied=False)
    return Exists(rows.filter(verdict__in=["new", "changed"]))


@guard(_("A part of this sheet is applied already; apply the rest."))
def has_no_applied_rows() -> Condition:
    """Whether nothing of the sheet is in yet."""
    return ~Exists(rows_of("sheets.sheetrow").filter(sheet=OuterRef("pk"), is_applied=True))


class SheetWorkflow(Workflow):
    """The sheet's machine and the moments it stamps."""

    state = StateField(_("state"), default=SheetState.RECEIVED, choices=SheetState.choices)
    checked_at = models.DateTimeField(_("checked at"), null=True, editable=False)
    applied_at = models.DateTimeField(_("applied at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=SheetState.RECEIVED,
        target=SheetState.CHECKED,
        custom=verb(_("Check"), stamps=["checked_at"], internal=True),
    )
    def pass_check(self) -> None:
        """The file can be read; what each row would do is known."""

    @transition(state, source=SheetState.RECEIVED, target=SheetState.REFUSED, custom=verb(_("Refuse"), internal=True))
    def refuse(self) -> None:
        """The file cannot be used at all; the job says why."""

    @transition(
        state,
        source=SheetState.CHECKED,
        target=SheetState.APPLYING,
        permission="sheets.view_sheet",
        conditions=[has_rows_to_apply],
        custom=verb(_("Apply this sheet"), tone="primary"),
    )
    def apply(self) -> None:
        """Somebody has seen the dry run and wants it."""

    @transition(
        state,
        source=SheetState.APPLYING,
        target=SheetState.APPLIED,
        custom=verb(_("Finish"), stamps=["applied_at"], internal=True),
    )
    def finish(self) -> None:
        """Every row is in, or has its refusal."""

    @transition(
        state, source=SheetState.APPLYING, target=SheetState.CHECKED, custom=verb(_("Interrupt"), internal=True)
    )
    def interrupt(self) -> None:
        """It stopped half-way; what is in stays in, the rest can be applied again."""

    @transition(
        state,
        source=[SheetState.RECEIVED, SheetState.CHECKED],
        target=SheetState.CANCELLED,
        permission="sheets.view_sheet",
        conditions=[has_no_applied_rows],
        custom=verb(_("Discard"), tone="danger"),
    )
    def discard(self) -> None:
        """Nobody wants it; the same file may be uploaded again."""
