"""Why a line found no order or refund: worked out when somebody looks, so that it is never out of date (FIN-21)."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Abs, Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from apps.aftersales.models import Refund
from apps.aftersales.workflows.refund import RefundState
from apps.finance.models import BillLine
from apps.finance.rules.classes import REFUNDS, SALES, LineClass
from apps.finance.workflows.bill_line import LineState
from apps.orders.models import Order
from apps.orders.workflows.money import MoneyState

AMOUNT: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=14, decimal_places=2)
SUGGESTED = 5
PAID_WITHIN = dt.timedelta(days=90)


class Difference(models.TextChoices):
    """What is in the way, in the order in which it is asked."""

    UNCLASSIFIED = "unclassified", _("No rule knows what it is")
    NO_NUMBER = "no_number", _("It names no order")
    OTHER_STORE = "other_store", _("The order is another store's")
    NO_ORDER = "no_order", _("There is no such order")
    AMOUNT = "amount", _("The amount differs")
    UNPAID_REFUND = "unpaid_refund", _("The refund is not recorded as paid")
    REFUND_AMOUNT = "refund_amount", _("No paid refund of this amount")
    NO_REFUND = "no_refund", _("No refund of this order is recorded")


def with_difference(lines: QuerySet[BillLine]) -> QuerySet[Any]:
    """Unmatched lines with `difference`, one of the kinds above, and `off_by`: what arrived less what is due, in CNY.

    off_by: of sales with a known order; otherwise None.
    """
    mates = Order.objects.filter(store=OuterRef("store"), number=OuterRef("order_number"))
    due = mates.annotate(due=Coalesce(NullIf(F("received_amount"), Value(Decimal(0))), F("paid_amount")))
    refunds = Refund.objects.filter(order__store=OuterRef("store"), order__number=OuterRef("order_number"))
    same = refunds.annotate(wanted=Abs(OuterRef("amount"))).filter(amount=F("wanted"))
    known = ~Q(order_number="")
    return lines.annotate(
        has_order=Exists(mates),
        off_by=Case(
            When(known & Q(line_class__in=SALES), then=Subquery(_arrived()) - Subquery(due.values("due")[:1])),
            default=None,
            output_field=AMOUNT,
        ),
        difference=Case(
            When(line_class=LineClass.UNCLASSIFIED, then=Value(Difference.UNCLASSIFIED)),
            When(order_number="", then=Value(Difference.NO_NUMBER)),
            When(Exists(mates), then=_of_order(refunds, same)),
            When(Exists(Order.objects.filter(number=OuterRef("order_number"))), then=Value(Difference.OTHER_STORE)),
            default=Value(Difference.NO_ORDER),
            output_field=models.CharField(),
        ),
    )


def _of_order(refunds: QuerySet[Refund], same: QuerySet[Refund]) -> Case:
    open_states = [RefundState.REQUESTED, RefundState.APPROVED]
    return Case(
        When(~Q(line_class__in=REFUNDS), then=Value(Difference.AMOUNT)),
        When(Exists(same.filter(state__in=open_states)), then=Value(Difference.UNPAID_REFUND)),
        When(Exists(refunds.filter(state=RefundState.PAID)), then=Value(Difference.REFUND_AMOUNT)),
        default=Value(Difference.NO_REFUND),
        output_field=models.CharField(),
    )


def _arrived() -> QuerySet[Any]:
    """All payments under the line's order number that are matched or wait."""
    same = BillLine.objects.filter(
        store=OuterRef("store"), order_number=OuterRef("order_number"), line_class__in=SALES,
        state__in=[LineState.UNMATCHED, LineState.MATCHED],
    )  # fmt: skip
    return same.order_by().values("order_number").annotate(total=Sum("amount")).values("total")


def candidates_for(line: BillLine, text: str = "") -> QuerySet[Order]:
    """Orders of the line's store that it may belong to, at most five.

    text: a number or its beginning; without it, unsettled orders of just this amount that were paid up to ninety days
    before.
    """
    orders = Order.objects.filter(store=line.store_id).select_related("money")
    if text:
        return orders.filter(number__startswith=text).order_by("number")[:SUGGESTED]
    if line.order_number and (named := orders.filter(number=line.order_number)).exists():
        return named
    same = Q(paid_amount=abs(line.amount)) | Q(received_amount=abs(line.amount))
    recent = Q(placed_at__gte=line.happened_at - PAID_WITHIN, placed_at__lte=line.happened_at)
    open_ = Q(money__isnull=True) | Q(money__state=MoneyState.OPEN)
    return orders.filter(same, recent, open_).order_by("-placed_at")[:SUGGESTED]


def refunds_to_match(order_ids: list[int]) -> QuerySet[Refund]:
    """Refunds of these orders that were recorded as paid and are on no line."""
    taken = BillLine.objects.filter(refund=OuterRef("pk"))
    return Refund.objects.filter(~Exists(taken), order__in=order_ids, state=RefundState.PAID).order_by("pk")
