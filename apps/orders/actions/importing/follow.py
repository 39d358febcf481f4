"""Shipping orders follow their platform orders: closed ones are cancelled, shipped ones closed, changed ones stopped."""

from collections.abc import Sequence

from django.utils.translation import gettext_noop

from apps.audit.context import signed
from apps.core.bulk import many_keys
from apps.core.facts import announce
from apps.core.querysets import HouseQuerySet
from apps.orders.actions.stop import open_reasons, stop_for_refund
from apps.orders.facts import OrdersStopped
from apps.orders.models import Reason, ShippingOrder, ShippingOrderLine
from apps.orders.workflows.order import OrderState
from apps.orders.workflows.shipping_order import BEFORE_PICKING, WITH_THE_WAREHOUSE
from apps.org.actors import SYSTEM
from apps.workflow.move import move_many

CLOSED = [OrderState.CLOSED, OrderState.CLOSED_REFUND, OrderState.CLOSED_UNPAID]
GONE_OUT = [OrderState.SHIPPED, OrderState.SIGNED, OrderState.DONE]
CLOSED_THERE = gettext_noop("The platform closed the order.")
SHIPPED_THERE = gettext_noop("The platform says that it was shipped.")
# Kept as an English sentence; the timeline speaks it in the reader's language.


def follow_platform(changed: Sequence[int]) -> None:
    """Let the shipping orders of changed platform orders follow, as far as the warehouse has not begun.

    Those that the warehouse has in hand get a reason instead, which stops them at the next station.
    """
    mine = ShippingOrder.objects.filter(lead_order_id__in=changed)
    early = mine.filter(state__in=BEFORE_PICKING)
    called_off = move_many(
        early.filter(lead_order__state__in=CLOSED), ShippingOrder.cancel, by=SYSTEM, reason=CLOSED_THERE
    )
    gone = move_many(
        early.filter(lead_order__state__in=GONE_OUT), ShippingOrder.ship_elsewhere, by=SYSTEM, reason=SHIPPED_THERE
    )
    stopped = _stop_changed(mine.filter(state__in=WITH_THE_WAREHOUSE).exclude(lead_order__state__in=GONE_OUT))
    if called_off.done or gone.done or stopped:
        announce(OrdersStopped())


def stop_refunded(lines: Sequence[int]) -> int:
    """Stop what the warehouse has been given and of which these order lines are asked back. Returns how many orders.

    What nobody confirmed yet is for the audit rules, which know of refunds.
    """
    if not lines:
        return 0
    inside = ShippingOrderLine.objects.filter(order_line_id__in=many_keys(lines)).values("shipping_order")
    return stop_for_refund(ShippingOrder.objects.filter(pk__in=inside, state__in=WITH_THE_WAREHOUSE), by=SYSTEM)


def _stop_changed(orders: "HouseQuerySet[ShippingOrder]") -> int:
    """Open the reason "changed" on orders that were already confirmed. Returns how many."""
    with signed("orders.reason.changed", by=SYSTEM):
        return open_reasons(orders.locked().values_list("pk", flat=True), Reason.Code.CHANGED, by=SYSTEM)
