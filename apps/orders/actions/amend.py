"""Amend an order before it ships: contact, price, memo, flag, items. The only way by which a person changes one."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.facts import announce
from apps.core.speech import filled
from apps.orders.actions.amending.contact import write_contact
from apps.orders.actions.amending.lines import amend_lines
from apps.orders.actions.stop import open_reasons
from apps.orders.facts import OrdersStopped
from apps.orders.models import Order, Reason, ShippingOrder
from apps.orders.models.order import AMEND_VERB
from apps.orders.parameters import PRICE_CHANGE_PERCENT
from apps.orders.queries.amendable import amendable
from apps.orders.questions import REFUNDS
from apps.orders.rules.amendment import Amendment, checked_amount, checked_flag, checked_memo, is_beyond
from apps.orders.workflows.shipping_order import OVER, ShippingState
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.parameters.queries import value_of

# Somebody may be about to take it from the shelf or to close the parcel.
IN_THE_WAREHOUSE = (ShippingState.RESERVED, ShippingState.PICKING, ShippingState.PACKED)
LONGEST_REASON = 200


class Outdated(Conflict):
    """The order is no longer what the person looked at; nothing was overwritten unseen."""

    code = "outdated"


@transaction.atomic
def amend_order(pk: int, wish: Amendment, *, reason: str, by: Actor, seen: str = "") -> list[str]:
    """Correct one shipping order and its platform order, before it ships; what the warehouse has in hand is stopped.

    pk: of the shipping order. seen: the mark of `amendable`, if somebody looked before. Returns the names of what became
    different; nothing is written for a wish that is fulfilled already. Raises NotFound, NotAllowed, Invalid, Outdated,
    and Conflict once any of it has shipped or its items lie aside. Rules: ORD-05, ORD-06, ORD-07, AMB-24.
    """
    _may(reason, by)
    shipping, parcels = _locked(pk, by)
    _is_before_shipping(shipping, parcels)
    if seen and seen != amendable(shipping).seen:
        raise Outdated(_("The order has changed since you opened this form. Look at it again; nothing was changed."))
    with signed(AMEND_VERB, by=by, reason=reason.strip()):
        changed = _amend_columns(shipping.lead_order, wish, by)
        changed += amend_lines(shipping, wish.lines)
        if "paid_amount" in changed:
            ShippingOrder.objects.filter(lead_order=shipping.lead_order).update(paid_amount=wish.paid_amount)
        in_hand = [parcel.pk for parcel in parcels if parcel.state in IN_THE_WAREHOUSE]
        if changed and open_reasons(in_hand, Reason.Code.CHANGED, by=by, note=reason):
            announce(OrdersStopped())
    return changed


def _may(reason: str, by: Actor) -> None:
    if not by.may("orders.amend_order"):
        raise NotAllowed(_("You do not have the right to do this."))
    if not reason.strip():
        raise Invalid(_("Please give a reason."), code="reason_missing", field="reason")
    if len(reason.strip()) > LONGEST_REASON or not reason.strip().isprintable():
        raise Invalid(_("A reason has one line of at most 200 characters."), code="reason_too_long", field="reason")


def _locked(pk: int, by: Actor) -> tuple[ShippingOrder, list[ShippingOrder]]:
    """The shipping order and every parcel of its platform order; locked as an import locks them, orders first."""
    order_id = the_visible(ShippingOrder.objects.all(), by, pk=pk).lead_order_id
    order = Order.objects.select_related("store").locked().get(pk=order_id)
    parcels = list(ShippingOrder.objects.filter(lead_order=order).locked())
    for parcel in parcels:
        parcel.lead_order = order
    return next(parcel for parcel in parcels if parcel.pk == pk), parcels


def _is_before_shipping(shipping: ShippingOrder, parcels: Sequence[ShippingOrder]) -> None:
    if shipping.state in OVER:
        raise Conflict(_("It has shipped or was cancelled; an order is corrected before that only."), code="over")
    if any(parcel.state == ShippingState.SHIPPED for parcel in parcels):
        raise Conflict(_("Another parcel of this order has shipped; it can no longer be corrected."), code="over")


def _amend_columns(order: Order, wish: Amendment, by: Actor) -> list[str]:
    """Write what becomes different about the platform order, and remember what the platform said."""
    columns: dict[str, object] = {}
    if wish.paid_amount is not None and checked_amount(wish.paid_amount) != order.paid_amount:
        _keep_price_limit(order, wish, by)
        _keep_refunds(order, wish.paid_amount)
        columns["paid_amount"] = checked_amount(wish.paid_amount)
    if wish.seller_memo is not None and checked_memo(wish.seller_memo) != order.seller_memo:
        columns["seller_memo"] = checked_memo(wish.seller_memo)
    if wish.flag is not None and checked_flag(wish.flag, order.flag) != order.flag:
        columns["flag"] = wish.flag
    told = {name: _as_text(getattr(order, name)) for name in columns}
    amended: dict[str, object] = {**told, **(order.amended or {})}
    parts, masked = write_contact(order, wish.contact)
    if parts:
        amended["contact"] = {"at": timezone.now().isoformat(), "parts": parts}
    if columns or parts:
        Order.objects.filter(pk=order.pk).update(**columns, **masked, amended=amended)
    return [*columns, *parts]


def _keep_refunds(order: Order, amount: Decimal) -> None:
    """No less was paid than goes back; the order is held, so that no refund is asked for beside this. Raises Conflict."""
    standing = REFUNDS.ask().standing(order.pk)
    if amount < standing:
        sentence = _("Refunds of %(standing)s stand against this order; no less than that was paid.")
        raise Conflict(filled(sentence, standing=f"{standing:,.2f}"), code="refunds_stand", field="paid_amount")


def _as_text(value: object) -> str | None:
    """As Postgres writes the same value as text."""
    return None if value is None else str(value)


def _keep_price_limit(order: Order, wish: Amendment, by: Actor) -> None:
    """Larger changes of a price need a right of their own. Raises NotAllowed. Rule: ORD-07."""
    percent = value_of(PRICE_CHANGE_PERCENT, store_id=order.store_id)
    known: Any = order.paid_amount
    amount = wish.paid_amount
    if amount is not None and is_beyond(known, amount, percent) and not by.may("orders.amend_price"):
        sentence = _("You may change a price by at most %(percent)s %%. Ask somebody with the right to larger changes.")
        raise NotAllowed(filled(sentence, percent=f"{percent.normalize():f}"), code="price_limit", field="paid_amount")
