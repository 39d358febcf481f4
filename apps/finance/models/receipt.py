"""Receipts: money that arrived or went back and is accounted for. Appended to, never changed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.aftersales.models import Refund
from apps.core.querysets import HouseQuerySet
from apps.finance.models.line import BillLine
from apps.finance.models.triggers import appended_to
from apps.finance.rules.classes import ReceiptKind
from apps.orders.models import Order
from apps.org.models import Store, User
from apps.org.scope import StoreScope


class Receipt(models.Model):
    """One signed amount in CNY that a line of a bill proves, written when the line is matched or explained.

    A correction is a reversal: the same amount with the other sign, `reverses` naming the first row and the same
    received_on, so that a month's sum is right again. received_on: the day the money moved. booked_at: the moment it was
    accounted for, which may lie in a later month.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False, verbose_name=_("store"))
    line = models.ForeignKey(BillLine, models.PROTECT, related_name="receipts", verbose_name=_("bill line"))
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="receipts", verbose_name=_("order"))
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="receipts", verbose_name=_("refund"))
    kind = models.CharField(_("kind"), max_length=10, choices=ReceiptKind.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    received_on = models.DateField(_("received on"))
    booked_at = models.DateTimeField(_("booked at"), auto_now_add=True)
    booked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("booked by"))
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversal", verbose_name=_("reverses")
    )

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id")

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="a_receipt_moves_money"),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reverses=F("id")), name="no_receipt_reverses_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "received_on", "id"], name="receipts_by_store_and_day"),
        ]
        triggers = appended_to()

    def __str__(self) -> str:
        return f"{self.received_on} {self.amount}"
