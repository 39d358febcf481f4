"""Refunds: asked for, decided by somebody else, written down when paid. Nothing is sent to a platform (AFT-03)."""

import uuid
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.aftersales.actions.rights import must
from apps.aftersales.models import Refund, ReturnOrder
from apps.aftersales.parameters import GOODS_FIRST
from apps.aftersales.queries import money_of, orders_in, shipping_orders_of
from apps.aftersales.rules.codes import REFUND_SERIES
from apps.aftersales.workflows.refund import OPEN_MONEY
from apps.aftersales.workflows.return_order import ReturnState
from apps.audit.context import signed
from apps.core.calendar import today
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.money import rounded
from apps.core.numbering import document_number, next_numbers
from apps.core.speech import filled
from apps.orders.actions.stop import go_on_after_refund, stop_for_refund
from apps.orders.models import Order
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.parameters.queries import value_of
from apps.workflow.move import move

REQUEST = "aftersales.refund.request"
FOUR_EYES = _("You asked for this refund yourself; somebody else has to approve it.")
TOO_MUCH = _("At most %(left)s can still be refunded for this order.")
LONGEST_REASON, LONGEST_NUMBER = 200, 40
MOST = Decimal(10) ** 11


@transaction.atomic
def request_refund(
    order_pk: int, *, amount: Decimal, reason: str, by: Actor, key: uuid.UUID, return_pk: int | None = None
) -> Refund:
    """Ask for money back for one order, because of a return or without one.

    The order is held meanwhile, so that two requests at once never exceed what was paid. What of it no carrier has yet is
    stopped. The same key gives the same refund again. Raises NotFound, NotAllowed, Invalid (amount, reason, more than was
    paid), Conflict while another refund of the return is open. Rules: AFT-02, AFT-03, ORD-09; reliability: M7.
    """
    must(by, "aftersales.request_refund")
    order = the_visible(Order.objects.all(), by, pk=order_pk)
    if not reason.strip():
        raise Invalid(_("Please say what the refund is for."), code="reason_missing")
    returned = _held_return(order, return_pk, by)
    Order.objects.filter(pk=order.pk).locked().values_list("pk").get()
    known = Refund.objects.filter(key=key).first()
    if known is not None:
        return _same(known, order)
    _check_amount(order, amount)
    _check_alone(order, returned)
    stop_for_refund(shipping_orders_of(order), by=by, note=reason)
    day = today()
    with signed(REQUEST, by=by, reason=reason):
        return Refund.objects.create(
            number=document_number(REFUND_SERIES, day, next_numbers(REFUND_SERIES, day)[0]), order=order,
            return_order=returned, amount=amount, reason=reason.strip()[:LONGEST_REASON], key=key,
            requested_by_id=by.id,
            waits_for_goods=returned is not None and value_of(GOODS_FIRST, store_id=order.store_id),
        )  # fmt: skip


@transaction.atomic
def approve_refund(pk: int, *, by: Actor) -> Refund:
    """Agree to a refund that somebody else asked for.

    Raises NotFound, NotAllowed without the right or for one's own, IllegalMove before the goods came. Rule: AFT-03.
    """
    must(by, "aftersales.approve_refund")
    row = the_visible(Refund.objects.all(), by, pk=pk)
    if by.id is not None and row.requested_by_id == by.id:
        raise NotAllowed(FOUR_EYES, code="four_eyes")
    move(row.approve, by=by, also={"approved_by_id": by.id})
    return row


@transaction.atomic
def refuse_refund(pk: int, *, reason: str, by: Actor) -> Refund:
    """Say no, and why. Raises NotFound, NotAllowed, Invalid without a reason, IllegalMove."""
    row = the_visible(Refund.objects.all(), by, pk=pk)
    move(row.refuse, by=by, reason=reason)
    _let_go(row, reason, by)
    return row


@transaction.atomic
def pay_refund(pk: int, *, by: Actor, platform_refund_number: str = "") -> Refund:
    """Write down that the money went back on the platform, and what the platform calls it.

    Raises NotFound, NotAllowed, Invalid for a number of more than 40 characters, Conflict when another refund of the order
    has that number, IllegalMove. Rules: AFT-03, FIN-30.
    """
    row = the_visible(Refund.objects.all(), by, pk=pk)
    number = platform_refund_number.strip()
    if len(number) > LONGEST_NUMBER or "\0" in number:
        raise Invalid(_("A platform refund number has at most 40 characters."))
    Refund.objects.filter(pk=pk).locked().values_list("pk").get()
    Order.objects.filter(pk=row.order_id).locked().values_list("pk").get()
    same = Refund.objects.filter(order=row.order_id, platform_refund_number=number).exclude(pk=pk)
    if number and same.exists():
        raise Conflict(_("This platform refund number is on another refund of this order already."))
    move(row.pay, by=by, also={"paid_by_id": by.id, "platform_refund_number": number})
    return row


@transaction.atomic
def cancel_refund(pk: int, *, reason: str, by: Actor) -> Refund:
    """Nobody wants it any more. Raises NotFound, NotAllowed, Invalid without a reason, IllegalMove once it is paid."""
    row = the_visible(Refund.objects.all(), by, pk=pk)
    move(row.cancel, by=by, reason=reason)
    _let_go(row, reason, by)
    return row


def _let_go(refund: Refund, reason: str, by: Actor) -> None:
    """When no money goes back for the order any more, what was stopped because of it goes on."""
    Order.objects.filter(pk=refund.order_id).locked().values_list("pk").get()
    if not money_of(refund.order).asked:
        go_on_after_refund(shipping_orders_of(refund.order), by=by, note=reason)


def _same(known: Refund, order: Order) -> Refund:
    if known.order_id != order.pk:
        raise Conflict(_("This form was sent before; open the page again."))
    return known


def _held_return(order: Order, return_pk: int | None, by: Actor) -> ReturnOrder | None:
    """The return, locked, so that nobody cancels it while money is asked for because of it."""
    if return_pk is None:
        return None
    the_visible(ReturnOrder.objects.all(), by, pk=return_pk)
    row = ReturnOrder.objects.filter(pk=return_pk).locked().get()
    if row.state in {ReturnState.CANCELLED, ReturnState.CLOSED}:
        raise Conflict(_("This return has ended; no refund is asked for because of it any more."))
    if row.shipping_order is None or not orders_in(row.shipping_order).filter(pk=order.pk).exists():
        raise Invalid(_("This return does not belong to the order."), code="another_order")
    return row


def _check_amount(order: Order, amount: Decimal) -> None:
    if not amount.is_finite() or not 0 < amount < MOST or rounded(amount) != amount:
        raise Invalid(_("Give an amount of at least 0.01, in whole cents."), code="no_amount")
    money = money_of(order)
    if money.paid is None:
        raise Invalid(_("The platform's file does not say what was paid; import the order again."), code="paid_unknown")
    if amount > money.left:
        raise Invalid(filled(TOO_MUCH, left=f"{money.left:,.2f}"), code="too_much")


def _check_alone(order: Order, returned: ReturnOrder | None) -> None:
    if (
        returned is not None
        and Refund.objects.filter(order=order, return_order=returned, state__in=OPEN_MONEY).exists()
    ):
        raise Conflict(_("A refund of this return is still open; settle it first."), code="refund_open")
