"""A bill: received, checked as a whole, imported once, reconciled when each difference has a cause (FIN-21)."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition

from apps.workflow.base import Condition, Workflow, guard, rows_of, verb
from apps.workflow.fields import StateField


class BillState(models.TextChoices):
    """Nothing in the books changes before `importing`."""

    RECEIVED = "received", _("Being checked")
    CHECKED = "checked", _("Checked, not imported")
    IMPORTING = "importing", _("Being imported")
    IMPORTED = "imported", _("Imported, differences open")
    RECONCILED = "reconciled", _("Reconciled")
    REFUSED = "refused", pgettext_lazy("file", "Refused")
    DISCARDED = "discarded", _("Discarded")


IN_THE_BOOKS = [BillState.IMPORTING, BillState.IMPORTED, BillState.RECONCILED]
SET_ASIDE = [BillState.REFUSED, BillState.DISCARDED]


def _lines() -> "models.QuerySet[models.Model]":
    return rows_of("finance.BillLine").filter(bill=OuterRef("pk"))


@guard(_("Some of its lines have neither an order nor a cause yet."))
def has_no_unmatched_line() -> Condition:
    """Each difference has a cause."""
    return ~Exists(_lines().filter(state="unmatched"))


@guard(_("A part of it is in the books already; import the rest."))
def has_no_line_in_the_books() -> Condition:
    """Nothing of it was imported."""
    return ~Exists(_lines())


class BillWorkflow(Workflow):
    """The bill's machine and the moments it stamps."""

    state = StateField(_("state"), default=BillState.RECEIVED, choices=BillState.choices)
    checked_at = models.DateTimeField(_("checked at"), null=True, editable=False)
    imported_at = models.DateTimeField(_("imported at"), null=True, editable=False)
    reconciled_at = models.DateTimeField(_("reconciled at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=BillState.RECEIVED,
        target=BillState.CHECKED,
        custom=verb(_("Check"), stamps=["checked_at"], internal=True),
    )
    def pass_check(self) -> None:
        """The file is whole: account, period, footer and balances agree with its rows."""

    @transition(state, source=BillState.RECEIVED, target=BillState.REFUSED, custom=verb(_("Refuse"), internal=True))
    def refuse(self) -> None:
        """The file cannot be used; the job says why."""

    @transition(
        state,
        source=BillState.CHECKED,
        target=BillState.IMPORTING,
        permission="finance.run_bill",
        custom=verb(_("Import"), tone="primary"),
    )
    def begin(self) -> None:
        """Somebody has seen the sums and wants them in the books."""

    @transition(
        state,
        source=BillState.IMPORTING,
        target=BillState.IMPORTED,
        custom=verb(_("Finish"), stamps=["imported_at"], internal=True),
    )
    def finish(self) -> None:
        """Every line is in."""

    @transition(state, source=BillState.IMPORTING, target=BillState.CHECKED, custom=verb(_("Interrupt"), internal=True))
    def interrupt(self) -> None:
        """The import stopped; what is in stays in, the rest can be imported again."""

    @transition(
        state,
        source=BillState.IMPORTED,
        target=BillState.RECONCILED,
        conditions=[has_no_unmatched_line],
        custom=verb(_("Reconcile"), stamps=["reconciled_at"], internal=True),
    )
    def reconcile(self) -> None:
        """Each line has an order, a refund, a class or a cause. Rule: FIN-21."""

    @transition(state, source=BillState.RECONCILED, target=BillState.IMPORTED, custom=verb(_("Reopen"), internal=True))
    def reopen(self) -> None:
        """A line was taken back: the bill has an open difference again."""

    @transition(
        state,
        source=[BillState.RECEIVED, BillState.CHECKED],
        target=BillState.DISCARDED,
        conditions=[has_no_line_in_the_books],
        permission="finance.add_bill",
        custom=verb(_("Discard"), tone="danger"),
    )
    def discard(self) -> None:
        """Nobody wants it; the same file may be uploaded again."""
