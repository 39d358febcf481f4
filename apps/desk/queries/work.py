"""Which orders need somebody: one condition per tab, shared by the lists, the badges and the home pages."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from apps.orders.models import Order, Reason, ShippingOrder
from apps.orders.models.shipping_order import WORKING
from apps.orders.workflows.order import OrderState
from apps.orders.workflows.shipping_order import WITH_THE_WAREHOUSE, ShippingState
from apps.org.actors import Actor
from apps.org.scope import visible

Condition = Callable[[], Q]
OPEN_REASON = Reason.objects.filter(shipping_order=OuterRef("pk"), cleared_at__isnull=True)


def to_confirm() -> Q:
    """Nobody has confirmed it and nothing stands against it (ORD-08)."""
    return Q(~Exists(OPEN_REASON), state=ShippingState.IMPORTED)


def held() -> Q:
    """An exception or a hold is open (ORD-10)."""
    return Q(pk__in=Reason.objects.filter(cleared_at__isnull=True).values("shipping_order"), state__in=WORKING)


def overdue() -> Q:
    """It should have left already (ORD-10, ORD-11)."""
    return Q(state__in=WORKING, ship_by_at__lt=timezone.now())


def to_contact() -> Q:
    """The buyer has not been contacted yet; the clock of ORD-02 runs."""
    return Q(state=ShippingState.IMPORTED, contacted_at__isnull=True, contact_by_at__isnull=False)


def contact_late() -> Q:
    """The ten minutes are over and nobody has written down a contact (ORD-02)."""
    return to_contact() & Q(contact_by_at__lt=timezone.now())


def with_warehouse() -> Q:
    """Confirmed, not yet on its way."""
    return Q(state__in=WITH_THE_WAREHOUSE)


def _state(*states: str) -> Condition:
    return lambda: Q(state__in=states) if len(states) > 1 else Q(state=states[0])


SHIPPING_CONDITIONS: dict[str, Condition] = {
    "to_confirm": to_confirm,
    "held": held,
    "overdue": overdue,
    "to_contact": to_contact,
    "contact_late": contact_late,
    "confirmed": _state(ShippingState.CONFIRMED),
    "with_warehouse": with_warehouse,
    "shipped": _state(ShippingState.SHIPPED),
    "all": Q,
}
PLATFORM_CONDITIONS: dict[str, Condition] = {
    "wait_pay": _state(OrderState.WAIT_PAY),
    "wait_ship": _state(OrderState.WAIT_SHIP, OrderState.PART_SHIPPED),
    "moving": _state(OrderState.SHIPPED, OrderState.SIGNED),
    "trouble": _state(OrderState.UNKNOWN, OrderState.HOLD),
    "ended": _state(OrderState.DONE, OrderState.CLOSED, OrderState.CLOSED_REFUND, OrderState.CLOSED_UNPAID),
    "all": Q,
}


def shipping_orders(name: str, by: Actor) -> "QuerySet[ShippingOrder]":
    """The shipping orders under one of the conditions that this person may see."""
    return visible(ShippingOrder.objects.filter(SHIPPING_CONDITIONS[name]()), by)


def platform_orders(name: str, by: Actor) -> "QuerySet[Order]":
    """The platform orders under one of the conditions that this person may see."""
    return visible(Order.objects.filter(PLATFORM_CONDITIONS[name]()), by)


def _shipping(name: str) -> Callable[[Actor], "QuerySet[Any]"]:
    return lambda by: shipping_orders(name, by)


def _platform(name: str) -> Callable[[Actor], "QuerySet[Any]"]:
    return lambda by: platform_orders(name, by)


SHIPPING = {name: _shipping(name) for name in SHIPPING_CONDITIONS}
PLATFORM = {name: _platform(name) for name in PLATFORM_CONDITIONS}
