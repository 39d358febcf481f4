"""The refund: what becomes of the money. Who asks does not decide, and nothing is sent to a platform (AFT-03)."""

from decimal import Decimal

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.workflow.base import Condition, Workflow, guard, rows_of, verb
from apps.workflow.fields import StateField


class RefundState(models.TextChoices):
    """Asked for, agreed, paid."""

    REQUESTED = "requested", _("To approve")
    APPROVED = "approved", _("To pay")
    PAID = "paid", _("Paid back")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_MONEY = [RefundState.REQUESTED, RefundState.APPROVED]
NOTHING = Value(Decimal(0))
NO_MONEY = [RefundState.REFUSED, RefundState.CANCELLED]


@guard(_("All refunds of this order together would be more than the buyer has paid."))
def within_what_was_paid() -> Condition:
    """What was asked for, agreed and paid so far does not exceed the payment (reliability: M7)."""
    others = rows_of("aftersales.Refund").filter(order=OuterRef("order_id")).exclude(state__in=NO_MONEY)
    total = others.order_by().values("order").annotate(total=Sum("amount")).values("total")
    return Q(order__paid_amount__gte=Subquery(total))


@guard(
    _("With what the platform says was refunded already it would be more than the buyer has paid. Cancel it instead.")
)
def not_repaid_there_already() -> Condition:
    """What is open here still fits beside what the platform has paid back, our own refunds among it (AFT-03)."""
    others = rows_of("aftersales.Refund").filter(order=OuterRef("order_id")).order_by().values("order")
    still_open, repaid = (
        Coalesce(Subquery(others.filter(state__in=states).annotate(total=Sum("amount")).values("total")), NOTHING)
        for states in (OPEN_MONEY, [RefundState.PAID])
    )
    gone = Greatest(repaid, Coalesce("order__refund_amount", NOTHING))
    return Q(order__paid_amount__gte=still_open + gone)


@guard(_("The goods have not come back and been inspected yet."))
def goods_came_back() -> Condition:
    """Its return was inspected, or it does not wait for goods."""
    return Q(waits_for_goods=False) | Q(return_order__state__in=["inspected", "closed"])


class RefundWorkflow(Workflow):
    """The machine and the moments it stamps."""

    state = StateField(_("state"), default=RefundState.REQUESTED, choices=RefundState.choices)
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    refused_at = models.DateTimeField(_("refused at"), null=True, editable=False)
    paid_at = models.DateTimeField(_("paid back at"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=RefundState.REQUESTED,
        target=RefundState.APPROVED,
        conditions=[within_what_was_paid, not_repaid_there_already, goods_came_back],
        permission="aftersales.approve_refund",
        custom=verb(_("Approve"), stamps=["approved_at"], tone="primary"),
    )
    def approve(self) -> None:
        """Somebody else than who asked agrees. Rule: AFT-03."""

    @transition(
        state,
        source=RefundState.REQUESTED,
        target=RefundState.REFUSED,
        permission="aftersales.approve_refund",
        custom=verb(_("Refuse"), stamps=["refused_at"], needs_reason=True, tone="danger"),
    )
    def refuse(self) -> None:
        """The buyer gets nothing for this; the reason says why."""

    @transition(
        state,
        source=RefundState.APPROVED,
        target=RefundState.PAID,
        conditions=[within_what_was_paid, goods_came_back],
        permission="aftersales.pay_refund",
        custom=verb(_("Record as paid"), stamps=["paid_at"], tone="primary"),
    )
    def pay(self) -> None:
        """The money has gone back on the platform; here it is only written down. Rules: AFT-03, FIN-30."""

    @transition(
        state,
        source=OPEN_MONEY,
        target=RefundState.CANCELLED,
        permission="aftersales.request_refund",
        custom=verb(_("Cancel the refund"), stamps=["cancelled_at"], needs_reason=True),
    )
    def cancel(self) -> None:
        """Nobody wants it any more, before it was paid."""
