"""The line of a bill in the books: the payment service's words, frozen, and what the house makes of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.aftersales.models import Refund
from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.finance.models.bill import Bill
from apps.finance.models.staging import LineColumns
from apps.finance.models.triggers import never_removed
from apps.finance.rules.classes import Cause
from apps.finance.workflows.bill_line import BOOKED, BillLineWorkflow, LineState
from apps.orders.models import Order
from apps.org.models import Store, User
from apps.org.scope import StoreScope
from apps.workflow.triggers import frozen, machine

IMPORT_VERB = "finance.billline.import"
MATCH_VERB = "finance.billline.match"
CLASSIFY_VERB = "finance.billline.classify"
MIRRORED = [
    "bill_id", "store_id", "position", "serial", "happened_at", "amount", "balance", "kind_text", "code", "description",
    "note", "merchant_number", "order_number", "line_class", "rule_id",
]  # fmt: skip


@tracked()
@machine(initial=LineState.UNMATCHED, born_by=[IMPORT_VERB])
class BillLine(LineColumns, BillLineWorkflow):
    """One booking of one account.

    order, refund: what it was matched with. cause, remark: how it was explained or why it is disputed. decided_by: None
    when the house matched it by itself.
    """

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="lines", db_index=False, verbose_name=_("bill"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False, verbose_name=_("store"))
    order = models.ForeignKey(
        Order, models.PROTECT, null=True, related_name="bill_lines", db_index=False, verbose_name=_("order")
    )
    refund = models.ForeignKey(
        Refund, models.PROTECT, null=True, related_name="bill_lines", db_index=False, verbose_name=_("refund")
    )
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id")

    class Meta:
        verbose_name = _("bill line")
        verbose_name_plural = _("bill lines")
        ordering = ["bill", "position"]
        default_permissions = ("view",)
        permissions = [
            ("match_line", "May match, explain and dispute the lines of bills"),
            ("export_line", "May export the lines of bills"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "serial"], name="one_line_per_store_and_serial"),
            models.UniqueConstraint(fields=["refund"], condition=Q(refund__isnull=False), name="one_line_per_refund"),
            models.CheckConstraint(condition=~Q(amount=0), name="a_bill_line_moves_money"),
            models.CheckConstraint(
                condition=Q(state=LineState.MATCHED, order__isnull=False)
                | (~Q(state=LineState.MATCHED) & Q(order__isnull=True, refund__isnull=True)),
                name="only_a_matched_line_has_an_order",
            ),
            models.CheckConstraint(
                condition=~Q(state=LineState.EXPLAINED) | ~Q(cause=""), name="an_explained_line_has_a_cause"
            ),
        ]
        indexes = [
            models.Index(fields=["bill", "position"], name="bill_lines_by_place"),
            models.Index(
                fields=["store", "order_number"], condition=~Q(order_number=""), name="bill_lines_by_order_number"
            ),
            models.Index(fields=["order"], condition=Q(order__isnull=False), name="bill_lines_by_order"),
            models.Index(fields=["store", "-happened_at", "-id"], name="bill_lines_by_time"),
            models.Index(fields=["store", "id"], condition=Q(state=LineState.UNMATCHED), name="bill_lines_unmatched"),
            models.Index(fields=["bill"], condition=Q(state=LineState.UNMATCHED), name="bill_lines_unmatched_by_bill"),
        ]
        triggers = [frozen(MIRRORED, unless={CLASSIFY_VERB: ["line_class", "rule_id"]}), *never_removed()]

    def __str__(self) -> str:
        return self.serial

    @property
    def is_booked(self) -> bool:
        """Whether a receipt stands for it."""
        return self.state in BOOKED
