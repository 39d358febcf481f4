"""The return order: where the goods are that come back (AFT-01, AFT-04)."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.aftersales.workflows.refund import NO_MONEY, OPEN_MONEY
from apps.workflow.base import Condition, Workflow, guard, rows_of, verb
from apps.workflow.fields import StateField


class ReturnState(models.TextChoices):
    """With the buyer, in the house, looked at, done."""

    ANNOUNCED = "announced", _("Announced")
    RECEIVED = "received", _("To inspect")
    INSPECTED = "inspected", _("Inspected")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_RETURNS = [ReturnState.ANNOUNCED, ReturnState.RECEIVED, ReturnState.INSPECTED]
BEFORE_INSPECTION = [ReturnState.ANNOUNCED, ReturnState.RECEIVED]
LOOKED_AT = [ReturnState.INSPECTED, ReturnState.CLOSED]


@guard(_("Nobody knows yet whose parcel this is; match it with an order first."))
def belongs_to_an_order() -> Condition:
    """It is not ownerless."""
    return Q(shipping_order__isnull=False)


@guard(_("Count every line first: how many are good, how many are bad."))
def every_line_is_counted() -> Condition:
    """The inspection says something about each line."""
    lines = rows_of("aftersales.ReturnLine").filter(return_order=OuterRef("pk"))
    return Q(Exists(lines)) & ~Exists(lines.filter(good_quantity__isnull=True))


@guard(_("A refund of this return is still open; settle it first."))
def no_refund_is_open() -> Condition:
    """Nobody waits for money any more."""
    return ~Exists(rows_of("aftersales.Refund").filter(return_order=OuterRef("pk"), state__in=OPEN_MONEY))


@guard(_("A refund stands on this return; cancel or refuse that first."))
def no_refund_stands_on_it() -> Condition:
    """No money was promised or paid because of it."""
    return ~Exists(rows_of("aftersales.Refund").filter(return_order=OuterRef("pk")).exclude(state__in=NO_MONEY))


class ReturnOrderWorkflow(Workflow):
    """The machine and the moments it stamps."""

    state = StateField(_("state"), default=ReturnState.ANNOUNCED, choices=ReturnState.choices)
    received_at = models.DateTimeField(_("received at"), null=True, editable=False)
    inspected_at = models.DateTimeField(_("inspected at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=ReturnState.ANNOUNCED,
        target=ReturnState.RECEIVED,
        permission="aftersales.receive_return",
        custom=verb(_("Receive"), stamps=["received_at"], tone="primary"),
    )
    def receive(self) -> None:
        """The parcel is in the house. Rule: AFT-07."""

    @transition(
        state,
        source=ReturnState.RECEIVED,
        target=ReturnState.INSPECTED,
        conditions=[belongs_to_an_order, every_line_is_counted],
        permission="aftersales.inspect_return",
        custom=verb(_("Finish inspection"), stamps=["inspected_at"], tone="primary"),
    )
    def inspect(self) -> None:
        """Good pieces are back in stock, bad ones lie with the defects. Rule: AFT-04."""

    @transition(
        state,
        source=ReturnState.INSPECTED,
        target=ReturnState.CLOSED,
        conditions=[no_refund_is_open],
        permission="aftersales.close_return",
        custom=verb(_("Close"), stamps=["closed_at"]),
    )
    def close(self) -> None:
        """Goods and money are settled. Rule: AFT-01."""

    @transition(
        state,
        source=BEFORE_INSPECTION,
        target=ReturnState.CANCELLED,
        conditions=[no_refund_stands_on_it],
        permission="aftersales.cancel_return",
        custom=verb(_("Cancel the return"), stamps=["cancelled_at"], needs_reason=True, tone="danger"),
    )
    def cancel(self) -> None:
        """It does not come, it was scanned by mistake, or it went back to the buyer."""
