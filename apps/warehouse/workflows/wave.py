"""The wave: orders that are picked on one walk."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.workflow.base import Condition, Workflow, guard, rows_of, verb
from apps.workflow.fields import StateField


class WaveState(models.TextChoices):
    """From the plan to the last parcel of it."""

    PLANNED = "planned", _("Planned")
    PICKING = "picking", _("Being picked")
    PICKED = "picked", _("Picked")
    CLOSED = "closed", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


UNDER_WAY = [WaveState.PLANNED, WaveState.PICKING, WaveState.PICKED]
BEFORE_THE_BENCH = [WaveState.PLANNED, WaveState.PICKING]


@guard(_("A place on the pick list is not picked yet."))
def every_line_is_picked() -> Condition:
    """The walk is over: each bin was visited, or what it was for has left the wave."""
    return ~Exists(rows_of("warehouse.PickLine").filter(wave=OuterRef("pk"), picked_at__isnull=True, quantity__gt=0))


@guard(_("Some of its orders are still on their way to the carrier."))
def has_no_order_left() -> Condition:
    """Every order went out or was taken out."""
    return ~Exists(
        rows_of("warehouse.WaveOrder").filter(wave=OuterRef("pk"), taken_out_at__isnull=True, done_at__isnull=True)
    )


class WaveWorkflow(Workflow):
    """The wave's machine and the moments it stamps."""

    state = StateField(_("state"), default=WaveState.PLANNED, choices=WaveState.choices)
    started_at = models.DateTimeField(_("picking since"), null=True, editable=False)
    picked_at = models.DateTimeField(_("picked at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("done at"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=WaveState.PLANNED,
        target=WaveState.PICKING,
        permission="warehouse.pick",
        custom=verb(_("Start picking"), stamps=["started_at"], tone="primary"),
    )
    def start(self) -> None:
        """Somebody takes the list and walks. Rule: WHS-03."""

    @transition(
        state,
        source=WaveState.PICKING,
        target=WaveState.PICKED,
        conditions=[every_line_is_picked],
        permission="warehouse.pick",
        custom=verb(_("Finish picking"), stamps=["picked_at"], tone="primary"),
    )
    def finish(self) -> None:
        """All goods of the wave are at the bench. Rule: WHS-03."""

    @transition(
        state,
        source=UNDER_WAY,
        target=WaveState.CLOSED,
        conditions=[has_no_order_left],
        custom=verb(_("Done"), stamps=["closed_at"], internal=True),
    )
    def close(self) -> None:
        """No order of it is left in the warehouse."""

    @transition(
        state,
        source=BEFORE_THE_BENCH,
        target=WaveState.CANCELLED,
        conditions=[has_no_order_left],
        permission="warehouse.plan_wave",
        custom=verb(_("Cancel the wave"), stamps=["cancelled_at"], needs_reason=True, tone="danger"),
    )
    def cancel(self) -> None:
        """It is not walked; its orders were taken out and wait for another wave."""
