"""The shipment: one parcel from the bench to the carrier."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import Exact, IsNull
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.warehouse.workflows.remarks import remarks_print
from apps.workflow.base import Condition, Workflow, guard, rows_of, verb
from apps.workflow.fields import StateField


class ShipmentState(models.TextChoices):
    """Scanned and closed, then handed over."""

    OPEN = "open", _("Being packed")
    READY = "ready", _("Ready for the carrier")
    DISPATCHED = "dispatched", _("With the carrier")
    CANCELLED = "cancelled", _("Cancelled")


IN_THE_HOUSE = [ShipmentState.OPEN, ShipmentState.READY]


@guard(_("Not every item has been scanned yet."))
def every_item_is_scanned() -> Condition:
    """The parcel holds what it should, which was written down when it came to the bench (WHS-20, WHS-22)."""
    lines = rows_of("warehouse.CheckLine").filter(shipment=OuterRef("pk"))
    return Exists(lines) & ~Exists(lines.filter(scanned_quantity__lt=F("quantity")))


@guard(_("Its messages, memos and gifts have not been confirmed yet, or have changed since."))
def remarks_are_confirmed() -> Condition:
    """Somebody has read what the parcel asks for now, or it asks for nothing (WHS-18)."""
    now = remarks_print()
    return Q(IsNull(now, True)) | Q(Exact(now, F("remarks_digest")))


class ShipmentWorkflow(Workflow):
    """The parcel's machine and the moments it stamps."""

    state = StateField(_("state"), default=ShipmentState.OPEN, choices=ShipmentState.choices)
    checked_at = models.DateTimeField(_("checked at"), null=True, editable=False)
    dispatched_at = models.DateTimeField(_("handed over at"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=ShipmentState.OPEN,
        target=ShipmentState.READY,
        conditions=[every_item_is_scanned, remarks_are_confirmed],
        permission="warehouse.check",
        custom=verb(_("Pass the check"), stamps=["checked_at"], tone="primary"),
    )
    def pass_check(self) -> None:
        """Content and remarks are right, the parcel is closed. Rules: WHS-18, WHS-19, WHS-20, WHS-22."""

    @transition(
        state,
        source=ShipmentState.READY,
        target=ShipmentState.DISPATCHED,
        permission="warehouse.dispatch",
        custom=verb(_("Hand over"), stamps=["dispatched_at"], tone="primary"),
    )
    def dispatch(self) -> None:
        """The carrier has it; Postgres refuses it without waybill and handover. Rules: WHS-05, WHS-06, WHS-60."""

    @transition(
        state,
        source=IN_THE_HOUSE,
        target=ShipmentState.CANCELLED,
        custom=verb(_("Cancel the parcel"), stamps=["cancelled_at"], needs_reason=True, internal=True),
    )
    def cancel(self) -> None:
        """Its order left the bench; the waybill number is free again."""
