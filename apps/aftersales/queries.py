"""What after-sales can tell: what may still come back, what may still be repaid, which return a number means."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from apps.aftersales.models import Refund, ReturnLine, ReturnOrder
from apps.aftersales.workflows.refund import NO_MONEY, RefundState
from apps.aftersales.workflows.return_order import OPEN_RETURNS, ReturnState
from apps.core.querysets import HouseQuerySet
from apps.orders.models import Order, ShippingOrder, ShippingOrderLine
from apps.org.actors import Actor
from apps.org.scope import visible

NOTHING = Decimal("0.00")
TAKEN = Coalesce(F("good_quantity") + F("bad_quantity"), F("quantity"))


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """An order's money.

    paid: None when the platform's file does not say. asked: refunds not refused or cancelled, of which `repaid` went
    back already. there: what the platform says went back, ours among it, because refunds are carried out there (AFT-03).
    """

    paid: Decimal | None
    asked: Decimal
    repaid: Decimal
    there: Decimal = NOTHING

    @property
    def left(self) -> Decimal:
        """What may still be asked for: of what we wrote down and what the platform says went back, the larger counts."""
        gone = self.asked - self.repaid + max(self.repaid, self.there)
        return max((self.paid or NOTHING) - gone, NOTHING)


def returnable_lines(shipping_order: ShippingOrder, *, but: ReturnOrder | None = None) -> "QuerySet[ShippingOrderLine]":
    """The lines of a shipping order, each with `left`: how many pieces may still come back.

    but: a return whose own pieces do not count, because it is being counted anew.
    """
    taken = ReturnLine.objects.filter(shipping_line=OuterRef("pk")).exclude(return_order__state=ReturnState.CANCELLED)
    if but is not None:
        taken = taken.exclude(return_order=but)
    total = taken.order_by().values("shipping_line").annotate(total=Sum(TAKEN)).values("total")
    lines = ShippingOrderLine.objects.filter(shipping_order=shipping_order).order_by("pk")
    return lines.annotate(left=F("quantity") - Coalesce(Subquery(total), Value(0)))


def money_of(order: Order) -> OrderMoney:
    """What was paid, asked for and repaid for one order, as the database has it now (reliability: M7)."""
    live = Refund.objects.filter(order=order).exclude(state__in=NO_MONEY)
    sums = live.aggregate(asked=Sum("amount"), repaid=Sum("amount", filter=Q(state=RefundState.PAID)))
    known: tuple[Decimal | None, Decimal | None] = Order.objects.values_list("paid_amount", "refund_amount").get(
        pk=order.pk
    )  # type: ignore[assignment]  # a helper types them
    paid, there = known
    return OrderMoney(paid, sums["asked"] or NOTHING, sums["repaid"] or NOTHING, there or NOTHING)


class RefundsOfOrders:
    """Answers `orders.questions.REFUNDS`."""

    def standing(self, order: int) -> Decimal:
        """The refunds of a platform order that are neither refused nor cancelled, together."""
        return money_of(Order(pk=order)).asked


def orders_in(shipping_order: ShippingOrder) -> "QuerySet[Order]":
    """The platform orders of which a shipping order has lines."""
    return Order.objects.filter(lines__shipping_lines__shipping_order=shipping_order).distinct().order_by("pk")


def shipping_orders_of(order: Order) -> "HouseQuerySet[ShippingOrder]":
    """The shipping orders in which lines of a platform order travel."""
    lines = ShippingOrderLine.objects.filter(order_line__order=order)
    return ShippingOrder.objects.filter(pk__in=lines.values("shipping_order"))


def return_meant(code: str, *, by: Actor, warehouse_id: int | None = None) -> ReturnOrder | None:
    """The return that a cleaned number means: its own, or its waybill's.

    An open one comes before a past one, one of this warehouse before others, the newest first.
    """
    return (
        visible(ReturnOrder.objects.filter(Q(number=code) | Q(waybill_number=code)), by)
        .exclude(~Q(number=code), state=ReturnState.CANCELLED)
        .annotate(
            rank=Case(When(number=code, then=0), When(state__in=OPEN_RETURNS, then=1), default=2),
            away=Case(When(warehouse_id=warehouse_id, then=0), default=1),
        )
        .order_by("rank", "away", "-pk")
        .first()
    )


def shipping_orders_meant(code: str, *, by: Actor) -> "QuerySet[ShippingOrder]":
    """The shipping orders behind a cleaned number: their own, the waybill they went out under, a platform order's."""
    orders = Order.objects.filter(number=code).values("pk")
    meant = Q(number=code) | Q(waybill_number=code) | Q(lead_order__in=orders) | Q(lines__order_line__order__in=orders)
    return visible(ShippingOrder.objects.filter(meant), by).distinct().order_by("-pk")
