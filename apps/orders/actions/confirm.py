"""Confirm shipping orders, one or two thousand, and take a confirmation back."""

from collections.abc import Sequence

from django.db import transaction

from apps.core.facts import announce
from apps.orders.facts import OrdersConfirmed, OrdersStopped
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.scope import the_visible, visible
from apps.workflow.move import Moved, move, move_many


@transaction.atomic
def confirm_shipping_order(pk: int, *, by: Actor) -> ShippingOrder:
    """Confirm one. Raises NotFound, NotAllowed, IllegalMove with the guard's sentence. Rules: ORD-02, ORD-08, ORD-12."""
    order = the_visible(ShippingOrder.objects.all(), by, pk=pk)
    move(order.confirm, by=by)
    announce(OrdersConfirmed())
    return order


@transaction.atomic
def confirm_shipping_orders(pks: Sequence[int], *, by: Actor) -> Moved:
    """Confirm a set; what cannot be confirmed stays as it is and is named with its sentence. Rules: ORD-08, ORD-12."""
    moved = move_many(visible(ShippingOrder.objects.filter(pk__in=pks), by), ShippingOrder.confirm, by=by)
    if moved.done:
        announce(OrdersConfirmed())
    return moved


@transaction.atomic
def unconfirm_shipping_order(pk: int, *, reason: str, by: Actor) -> ShippingOrder:
    """Take a confirmation back before the warehouse has begun (反审). Raises as `confirm_shipping_order`, and Invalid."""
    order = the_visible(ShippingOrder.objects.all(), by, pk=pk)
    move(order.unconfirm, by=by, reason=reason, also={"confirmed_at": None})
    announce(OrdersStopped())
    return order


@transaction.atomic
def cancel_shipping_order(pk: int, *, reason: str, by: Actor) -> ShippingOrder:
    """Cancel, up to the moment the carrier takes it; the warehouse lets the goods go by the state.

    Raises as `confirm_shipping_order`, and Invalid without a reason.
    """
    order = the_visible(ShippingOrder.objects.all(), by, pk=pk)
    move(order.cancel, by=by, reason=reason)
    announce(OrdersStopped())
    return order
