"""The refund: money that goes back for an order, because goods came back or without."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.aftersales.models.return_order import ReturnOrder
from apps.aftersales.models.triggers import within_what_was_paid
from apps.aftersales.workflows.refund import OPEN_MONEY, RefundState, RefundWorkflow
from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.orders.models import Order
from apps.org.models import User
from apps.org.scope import StoreScope
from apps.workflow.triggers import frozen, machine

GIVEN_ONCE = [
    "number", "order_id", "return_order_id", "amount", "reason", "waits_for_goods", "key", "requested_by_id",
    "requested_at",
]  # fmt: skip


@tracked()
@machine(initial=RefundState.REQUESTED)
class Refund(RefundWorkflow):
    """One amount for one platform order, in the order's currency (AFT-03).

    return_order: null when the buyer keeps the goods or never got any. waits_for_goods: whether the rule of the day on
    which it was asked for wants the goods back first. platform_refund_number: what the platform calls the payment, when
    it was made there. key: of the form that asked, so that a second press makes no second refund.
    """

    number = models.CharField(_("refund number"), max_length=30, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds", verbose_name=_("order"))
    return_order = models.ForeignKey(
        ReturnOrder, models.PROTECT, null=True, related_name="refunds", verbose_name=_("return order")
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    waits_for_goods = models.BooleanField(_("only after the goods came"), editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("requested by"))
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by"))
    paid_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    platform_refund_number = models.CharField(_("platform refund number"), max_length=40, blank=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="order__store_id")

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [
            ("request_refund", "May ask for refunds and cancel them"),
            ("approve_refund", "May approve and refuse refunds that somebody else asked for"),
            ("pay_refund", "May record refunds as paid"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            # Four eyes: a comparison with nobody is neither true nor false, and passes.
            models.CheckConstraint(condition=~Q(approved_by=F("requested_by")), name="refund_approved_by_another"),
            models.UniqueConstraint(
                fields=["return_order", "order"],
                condition=Q(return_order__isnull=False, state__in=OPEN_MONEY),
                name="one_open_refund_per_return_and_order",
            ),
            models.UniqueConstraint(
                fields=["order", "platform_refund_number"],
                condition=~Q(platform_refund_number=""),
                name="one_refund_per_platform_refund_number",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="refunds_by_state")]
        triggers = [frozen(GIVEN_ONCE), *within_what_was_paid()]

    def __str__(self) -> str:
        return self.number
